/** How far a state reaches that was read from a cluster: what is not in it is not there, or may not be read. */
export interface StateCoverage {
  /** Kinds without a namespace that were listed whole: `Node`. Of the others, none in the state means not known. */
  readonly listed: readonly string[];
  /** By namespace, resources that may not be read there: `resourcequotas`; custom workloads with their group: `rollouts.argoproj.io`. */
  readonly unread: Readonly<Record<string, readonly string[]>>;
}

/** Of files: nobody knows what was left out. */
export const noCoverage: StateCoverage = { listed: [], unread: {} };
