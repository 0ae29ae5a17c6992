import type { Place, SourceFile } from './document.ts';

/** For every so many characters of a file, the line there; a full index of a hostile file could outgrow the file. */
const BLOCK = 4096;

interface LineIndex {
  /** How many line feeds stand before each block. */
  readonly lines: Uint32Array;
  /** Where the line begins in which each block begins. */
  readonly lineStarts: Uint32Array;
}

const indexes = new WeakMap<SourceFile, LineIndex>();

function indexOf(file: SourceFile): LineIndex {
  const known = indexes.get(file);
  if (known !== undefined) return known;
  const { text } = file;
  const blocks = Math.ceil(text.length / BLOCK) + 1;
  const index: LineIndex = { lines: new Uint32Array(blocks), lineStarts: new Uint32Array(blocks) };
  let line = 0;
  let lineStart = 0;
  let next = text.indexOf('\n');
  for (let block = 0; block < blocks; block++) {
    for (; next >= 0 && next < block * BLOCK; next = text.indexOf('\n', next + 1)) {
      line++;
      lineStart = next + 1;
    }
    index.lines[block] = line;
    index.lineStarts[block] = lineStart;
  }
  indexes.set(file, index);
  return index;
}

/** Gives line and column of an offset, both from 1. */
export function positionOf(file: SourceFile, offset: number): { readonly line: number; readonly column: number } {
  const { lines, lineStarts } = indexOf(file);
  const block = Math.floor(offset / BLOCK);
  let line = lines[block] ?? 0;
  let lineStart = lineStarts[block] ?? 0;
  for (let at = block * BLOCK; at < offset; at++) {
    if (file.text.charCodeAt(at) !== 0x0a) continue;
    line++;
    lineStart = at + 1;
  }
  return { line: line + 1, column: offset - lineStart + 1 };
}

/** Gives the place of a range of the file's text, as far as there is text; a range over several lines ends with its first line. */
export function placeOf(file: SourceFile, start: number, end: number): Place {
  const { line, column } = positionOf(file, start);
  const [firstLine = ''] = file.text.slice(start, end).split(/[\r\n]/, 1);
  const width = firstLine.length;
  return { line, column, endLine: line, endColumn: column + width };
}
