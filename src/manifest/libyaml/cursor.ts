import { CR, isBlank, isBreak, isBreakOrEnd, LF, SPACE } from './characters.ts';
import { YamlError } from '../yaml-error.ts';
import type { Token } from './token.ts';

/** A place where a mapping key without `?` may have begun; whether it is one shows only at the `:` that follows. */
export interface SimpleKey {
  possible: boolean;
  required: boolean;
  tokenNumber: number;
  offset: number;
  line: number;
  column: number;
}

/** Where the scanner stands: position, indentation, flow depth, and tokens not yet handed out. */
export interface Cursor {
  /** The document, ended by a line break and NULs so that looking ahead needs no bounds. */
  readonly text: string;
  pos: number;
  line: number;
  lineStart: number;
  flowLevel: number;
  indent: number;
  readonly indents: number[];
  simpleKeyAllowed: boolean;
  readonly simpleKeys: SimpleKey[];
  /** Index into `simpleKeys` by the number of the token that would be the key. */
  readonly simpleKeysByToken: Map<number, number>;
  /** Tokens scanned but not handed out; `head` is the first of them. */
  readonly queue: Token[];
  head: number;
  tokensHandedOut: number;
}

export function createCursor(document: string): Cursor {
  return {
    text: `${document}${document.endsWith('\n') ? '' : '\n'}\0\0\0\0`,
    pos: 0,
    line: 0,
    lineStart: 0,
    flowLevel: 0,
    indent: -1,
    indents: [],
    simpleKeyAllowed: true,
    simpleKeys: [{ possible: false, required: false, tokenNumber: 0, offset: 0, line: 0, column: 0 }],
    simpleKeysByToken: new Map(),
    queue: [],
    head: 0,
    tokensHandedOut: 0,
  };
}

export function peek(cursor: Cursor, ahead = 0): number {
  return cursor.text.charCodeAt(cursor.pos + ahead);
}

export function columnOf(cursor: Cursor): number {
  return cursor.pos - cursor.lineStart;
}

export function fail(cursor: Cursor, message: string): never {
  throw new YamlError(message, cursor.pos);
}

/**
 * Passes one line break and gives what it means in a scalar: a line feed, except that line and paragraph separators
 * keep themselves. Go's line reader drops one carriage return before a line feed, so `\r\r\n` is a single break.
 */
export function readBreak(cursor: Cursor): string {
  const code = peek(cursor);
  let width = 1;
  if (code === CR) {
    if (peek(cursor, 1) === LF) width = 2;
    else if (peek(cursor, 1) === CR && peek(cursor, 2) === LF) width = 3;
  }
  cursor.pos += width;
  cursor.line++;
  cursor.lineStart = cursor.pos;
  return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
}

export function skipBlanks(cursor: Cursor): void {
  while (isBlank(peek(cursor))) cursor.pos++;
}

function skipSpaces(cursor: Cursor): void {
  while (peek(cursor) === SPACE) cursor.pos++;
}

/** Passes a comment if one begins here; libyaml wants no blank before the `#`. */
export function skipComment(cursor: Cursor): void {
  if (peek(cursor) !== 0x23) return;
  while (!isBreakOrEnd(peek(cursor))) cursor.pos++;
}

/** Passes white space, comments and line breaks; a tab counts as white space only where no key may begin. */
export function skipToNextToken(cursor: Cursor): void {
  for (;;) {
    if (cursor.flowLevel > 0 || !cursor.simpleKeyAllowed) skipBlanks(cursor);
    else skipSpaces(cursor);
    skipComment(cursor);
    if (!isBreak(peek(cursor))) return;
    readBreak(cursor);
    if (cursor.flowLevel === 0) cursor.simpleKeyAllowed = true;
  }
}

/** Whether `---` or `...` stands at the beginning of this line. */
export function atDocumentIndicator(cursor: Cursor, indicator: '---' | '...'): boolean {
  if (cursor.pos !== cursor.lineStart || !cursor.text.startsWith(indicator, cursor.pos)) return false;
  const after = peek(cursor, 3);
  return isBlank(after) || isBreakOrEnd(after);
}
