/**
 * Admission as a controller meets it: it asks for objects one after the other, and some are let in.
 * `Item` stands for one kind of object (a pod of one version, a claim); what it costs is the room's own affair.
 */
export interface Room<Item> {
  /**
   * Stores up to `count` bundles of one object of each of `items`, one bundle after the other, until one is refused.
   * @returns how many whole bundles were stored; nothing of the refused one stays
   */
  readonly create: (items: readonly Item[], count: number) => number;
  /** Takes `count` objects of each of `items` out again. Never refused. */
  readonly remove: (items: readonly Item[], count: number) => void;
  /**
   * Replaces `group` bundles at a time: first `out` goes, then `into` comes, at most `times` times in a row.
   * It stops before the first time that would not work whole; it costs the same however many times that is.
   * @returns how many times it was done
   */
  readonly exchange: (out: readonly Item[], into: readonly Item[], group: number, times: number) => number;
}
