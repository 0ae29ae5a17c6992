import type { Place } from '../manifest/document.ts';

const ellipsis = '…';
/** Full-width characters: they take two columns on a terminal. */
const wide = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]/u;

/** What may follow these is shown nowhere: reports of CI are read by more people than manifests are. */
const secretive = /["']?\b(?:annotations|args|command|data|env|stringData|value)["']?:\s*(?=[^\s|>])/u;

/** Whether what stands at a pointer may be a secret. */
export function mayBeSecret(pointer: string): boolean {
  return /\/(?:annotations|args|command|data|env|stringData)(?:\/|$)/u.test(pointer);
}

/** Whether a file that cannot be read may be one of secrets. */
export function namesSecrets(source: readonly string[]): boolean {
  return source.some((line) => /["']?kind["']?:\s*["']?Secret\b/u.test(line));
}

/** Whether a file that cannot be read is no text: it holds a null, or much that is not UTF-8 and was decoded to a stand-in. */
export function isBinary(source: readonly string[]): boolean {
  return source.some((line) => line.includes('\0') || line.split('\uFFFD').length > 4);
}

/**
 * Prints the line of a place with the line before it, and carets under what is meant:
 * ```text
 *   13 |       - name: web
 *   14 |         resources:
 *      |         ^^^^^^^^^
 * ```
 * @param source - the lines of the file
 * @param width - columns that there are; a longer line is cut on both sides of the place
 * @param before - whether any line may come before, or only the one that the place stands under
 * @returns nothing when the text has no such line, or what is meant follows what may be a secret
 */
export function printExcerpt(
  source: readonly string[],
  place: Place,
  width: number,
  before: 'any' | 'holder' = 'holder',
): readonly string[] {
  const lines = linesAround(source, place.line, before);
  const marked = lines.at(-1);
  if (marked === undefined) return [];
  const gutter = String(place.line).length;
  const room = Math.max(width - gutter - 3, 24);
  const start = place.column - 1;
  if (start > marked.length) return [];
  const end = Math.min(place.endLine === place.line ? place.endColumn - 1 : marked.length, marked.length);
  const from = marked.length <= room ? 0 : Math.max(0, Math.min(start - Math.floor(room / 3), marked.length - room));
  const caret = '^'.repeat(Math.max(1, Math.min(end, from + room) - start));
  const number = (line: number): string => String(line).padStart(gutter);
  return [
    ...lines.map((line, index) => `${number(place.line - lines.length + 1 + index)} | ${cutLine(line, from, room)}`),
    `${' '.repeat(gutter)} | ${blankOut(marked.slice(from, start))}${caret}`,
  ].map((line) => line.trimEnd());
}

/** The line that counts as `number` from 1, and the one before it: a neighbour of what is meant says nothing of it. */
function linesAround(source: readonly string[], number: number, before: 'any' | 'holder'): readonly string[] {
  const marked = source[number - 1];
  if (marked === undefined) return [];
  const previous = source[number - 2] ?? '';
  const isShown = previous.trim() !== '' && (before === 'any' || indentOf(previous) < indentOf(marked));
  return (isShown ? [previous, marked] : [marked]).map((line) => makePrintable(hideSecrets(line)));
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

function hideSecrets(line: string): string {
  const found = secretive.exec(line);
  return found === null ? line : line.slice(0, found.index + found[0].length) + ellipsis;
}

function cutLine(line: string, from: number, room: number): string {
  const cut = line.slice(from, from + room);
  const begins = from > 0 && cut !== '' ? ellipsis + cut.slice(1) : cut;
  return from + room < line.length ? begins.slice(0, -1) + ellipsis : begins;
}

/** Blanks that are as wide as a text. */
function blankOut(text: string): string {
  let blanks = '';
  for (const character of text) blanks += wide.test(character) ? '\u3000' : ' '.repeat(character.length);
  return blanks;
}

/**
 * A text in which nothing commands the terminal or turns the writing direction: control and format characters become
 * a visible stand-in of the same length.
 */
export function makePrintable(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replaceAll('\r', '')
    .replaceAll(/[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu, '\uFFFD');
}
