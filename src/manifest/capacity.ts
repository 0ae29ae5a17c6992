/*
 * What is too much to read at once. A cluster stores no object above 1.5 MiB; these limits leave room for lists of many
 * objects, and keep the memory that hostile input can take bounded: every value costs some hundred bytes once parsed.
 */

/** Largest file, in bytes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Most documents in one file, null documents counted. */
export const MAX_DOCUMENTS = 50_000;

/**
 * Most marks of structure in one document; each value takes at least one. JSON takes less memory for a value, as
 * `JSON.parse` makes no events.
 */
const MAX_MARKS = { yaml: 1_500_000, json: 12_000_000 } as const;

const MARKS: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '[]{},:\n-?'.includes(String.fromCharCode(code)),
);

/** Tells that a file is too large, and what to do about it. */
export function describeOversize(bytes: number): string {
  return `this file of ${inMebibytes(bytes)} is above the limit of ${inMebibytes(MAX_FILE_BYTES)}; split it into smaller files`;
}

function inMebibytes(bytes: number): string {
  return `${String(Math.ceil(bytes / 1024 / 1024))} MiB`;
}

/**
 * Whether a document may hold more values than are read. A long text in few values counts by its punctuation, so this
 * is said of no document below the limit in length.
 */
export function exceedsCapacity(format: keyof typeof MAX_MARKS, text: string, start: number, end: number): boolean {
  const limit = MAX_MARKS[format];
  if (end - start <= limit) return false;
  let marks = 0;
  for (let at = start; at < end && marks <= limit; at++) {
    if (MARKS[text.charCodeAt(at)] === true) marks++;
  }
  return marks > limit;
}
