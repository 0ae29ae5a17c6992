/*
 * What is too much to read at once. A cluster stores no object above 1.5 MiB; these limits leave room for lists of many
 * objects, and keep the memory that hostile input can take bounded: every value costs some hundred bytes once parsed.
 */

/** Largest file, in bytes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Most marks of structure in one document; each value takes at least one. */
const MAX_MARKS = 3_000_000;

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

/** Whether a document may hold more values than are read; a long text in few values never counts as such. */
export function exceedsCapacity(text: string, start: number, end: number): boolean {
  if (end - start <= MAX_MARKS) return false;
  let marks = 0;
  for (let at = start; at < end && marks <= MAX_MARKS; at++) {
    if (MARKS[text.charCodeAt(at)] === true) marks++;
  }
  return marks > MAX_MARKS;
}
