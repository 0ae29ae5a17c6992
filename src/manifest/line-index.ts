import type { Place, SourceFile } from './document.ts';

const lineStartsByFile = new WeakMap<SourceFile, readonly number[]>();

function lineStartsOf(file: SourceFile): readonly number[] {
  let starts = lineStartsByFile.get(file);
  if (starts === undefined) {
    const found = [0];
    for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) found.push(at + 1);
    starts = found;
    lineStartsByFile.set(file, starts);
  }
  return starts;
}

/** Gives line and column of an offset, both from 1; a file is indexed once. */
export function positionOf(file: SourceFile, offset: number): { readonly line: number; readonly column: number } {
  const starts = lineStartsOf(file);
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** Gives the place of a range of the file's text; a range over several lines ends with its first line. */
export function placeOf(file: SourceFile, start: number, end: number): Place {
  const { line, column } = positionOf(file, start);
  const lineBreak = file.text.slice(start, end).search(/[\r\n]/);
  const width = lineBreak < 0 ? end - start : lineBreak;
  return { line, column, endLine: line, endColumn: column + width };
}
