/** A place to write text to, and what is known about who reads it. */
export interface Output {
  readonly isTerminal: boolean;
  /** Width in columns; 120 when nobody knows. */
  readonly columns: number;
  readonly write: (text: string) => void;
}

export interface Progress {
  readonly update: (done: number) => void;
  readonly stop: () => void;
}

/** Everything that a command may see of the process it runs in; tests hand in their own. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Findings and answers. */
  readonly stdout: Output;
  /** All else: errors, progress, notes. */
  readonly stderr: Output;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Shows people at a terminal how far a long run is; absent where nobody watches. */
  readonly startProgress?: (total: number) => Promise<Progress>;
  /** For a command that runs until then; those that do not ask are ended as any program is. */
  readonly untilInterrupted?: () => Promise<void>;
}

/** 0: nothing at or above the level asked for; 1: something is; 2: quotafit could not run. */
export type ExitStatus = 0 | 1 | 2;
