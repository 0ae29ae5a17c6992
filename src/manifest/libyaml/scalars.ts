/*
 * Scalars as libyaml scans them (yaml_parser_scan_block_scalar, _flow_scalar, _plain_scalar of go.yaml.in/yaml/v2).
 * Against YAML 1.2: quoted scalars know no indentation, `\/` is no escape, escaped surrogates are refused.
 */
import { hexValue, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, NUL, SPACE, TAB } from './characters.ts';
import { atDocumentIndicator, columnOf, fail, peek, readBreak, skipBlanks, skipComment } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './token.ts';

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

const HEX_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

/** Joins lines: one line feed becomes a space, further breaks stay; line and paragraph separators always stay. */
function foldBreaks(first: string, rest: string): string {
  if (first !== '' && first !== '\n') return first + rest;
  return rest === '' ? ' ' : rest;
}

export function scanQuotedScalar(cursor: Cursor): Token {
  const start = cursor.pos;
  const quote = peek(cursor);
  const isSingle = quote === 0x27;
  cursor.pos++;
  let value = '';
  for (;;) {
    if (atDocumentIndicator(cursor, '---') || atDocumentIndicator(cursor, '...')) {
      fail(cursor, 'found unexpected document indicator');
    }
    if (peek(cursor) === NUL) fail(cursor, 'found unexpected end of stream');
    let atLineStart = false;
    let runStart = cursor.pos;
    while (!isBlankOrEnd(peek(cursor))) {
      const code = peek(cursor);
      if (code === quote) {
        if (!isSingle || peek(cursor, 1) !== quote) break;
        value += cursor.text.slice(runStart, cursor.pos + 1);
        cursor.pos += 2;
        runStart = cursor.pos;
      } else if (code === 0x5c && !isSingle) {
        value += cursor.text.slice(runStart, cursor.pos);
        if (isBreak(peek(cursor, 1))) {
          cursor.pos++;
          readBreak(cursor);
          atLineStart = true;
          runStart = cursor.pos;
          break;
        }
        value += readEscape(cursor);
        runStart = cursor.pos;
      } else cursor.pos++;
    }
    value += cursor.text.slice(runStart, cursor.pos);
    if (peek(cursor) === quote) break;

    const blanksStart = cursor.pos;
    let hasBreak = atLineStart;
    let firstBreak = '';
    let moreBreaks = '';
    while (isBlank(peek(cursor)) || isBreak(peek(cursor))) {
      if (isBlank(peek(cursor))) cursor.pos++;
      else if (hasBreak) moreBreaks += readBreak(cursor);
      else {
        firstBreak = readBreak(cursor);
        hasBreak = true;
      }
    }
    if (!hasBreak) value += cursor.text.slice(blanksStart, cursor.pos);
    else if (atLineStart) value += moreBreaks;
    else value += foldBreaks(firstBreak, moreBreaks);
  }
  cursor.pos++;
  return { kind: 'scalar', start, end: cursor.pos, text: value, suffix: '', style: 'quoted' };
}

function readEscape(cursor: Cursor): string {
  const escape = cursor.text.charAt(cursor.pos + 1);
  const simple = SIMPLE_ESCAPES.get(escape);
  if (simple !== undefined) {
    cursor.pos += 2;
    return simple;
  }
  const digits = HEX_ESCAPES.get(escape);
  if (digits === undefined) fail(cursor, 'found unknown escape character');
  cursor.pos += 2;
  let point = 0;
  for (let index = 0; index < digits; index++) {
    const digit = hexValue(peek(cursor, index));
    if (digit < 0) fail(cursor, 'did not find expected hexdecimal number');
    point = point * 16 + digit;
  }
  if ((point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) {
    fail(cursor, 'found invalid Unicode character escape code');
  }
  cursor.pos += digits;
  return String.fromCodePoint(point);
}

export function scanPlainScalar(cursor: Cursor): Token {
  const start = cursor.pos;
  const indent = cursor.indent + 1;
  const inFlow = cursor.flowLevel > 0;
  let value = '';
  // What is not in `value` yet: from here to `end`, as it stands; folding makes the rest differ from the source.
  let pendingStart = start;
  let end = start;
  let fold = '';
  let hasBreak = false;
  for (;;) {
    if (atDocumentIndicator(cursor, '---') || atDocumentIndicator(cursor, '...')) break;
    if (peek(cursor) === 0x23) break;
    const runStart = cursor.pos;
    while (!endsPlainRun(cursor, inFlow)) cursor.pos++;
    if (cursor.pos > runStart) {
      if (hasBreak) {
        value += cursor.text.slice(pendingStart, end) + fold;
        pendingStart = runStart;
        hasBreak = false;
      }
      end = cursor.pos;
    }
    if (!isBlank(peek(cursor)) && !isBreak(peek(cursor))) break;

    let firstBreak = '';
    let moreBreaks = '';
    while (isBlank(peek(cursor)) || isBreak(peek(cursor))) {
      if (isBreak(peek(cursor))) {
        if (hasBreak) moreBreaks += readBreak(cursor);
        else firstBreak = readBreak(cursor);
        hasBreak = true;
      } else {
        if (hasBreak && columnOf(cursor) < indent && peek(cursor) === TAB) {
          fail(cursor, 'found a tab character that violates indentation');
        }
        cursor.pos++;
      }
    }
    if (hasBreak) fold = foldBreaks(firstBreak, moreBreaks);
    if (!inFlow && columnOf(cursor) < indent) break;
  }
  if (hasBreak) cursor.simpleKeyAllowed = true;
  value += cursor.text.slice(pendingStart, end);
  return { kind: 'scalar', start, end, text: value, suffix: '', style: 'plain' };
}

function endsPlainRun(cursor: Cursor, inFlow: boolean): boolean {
  const code = peek(cursor);
  if (isBlankOrEnd(code)) return true;
  if (code === 0x3a) return isBlankOrEnd(peek(cursor, 1));
  // Inside a flow collection `, ? [ ] { }` end a plain scalar.
  return inFlow && (code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d);
}

export function scanBlockScalar(cursor: Cursor): Token {
  const start = cursor.pos;
  const isLiteral = peek(cursor) === 0x7c;
  cursor.pos++;
  const header = readBlockHeader(cursor);

  let end = cursor.pos;
  let indent = 0;
  if (header.increment > 0) indent = cursor.indent >= 0 ? cursor.indent + header.increment : header.increment;
  let value = '';
  let lineBreak = '';
  let startsBlank = false;
  const readBreaks = (): string => {
    const breaks = scanBlockScalarBreaks(cursor, indent);
    indent = breaks.indent;
    end = breaks.end;
    return breaks.text;
  };
  let emptyLines = readBreaks();
  while (columnOf(cursor) === indent && peek(cursor) !== NUL) {
    const isBlankLine = isBlank(peek(cursor));
    if (!isLiteral && !startsBlank && !isBlankLine && lineBreak === '\n') {
      if (emptyLines === '') value += ' ';
    } else value += lineBreak;
    value += emptyLines;
    startsBlank = isBlankLine;
    const lineStart = cursor.pos;
    while (!isBreakOrEnd(peek(cursor))) cursor.pos++;
    value += cursor.text.slice(lineStart, cursor.pos);
    lineBreak = isBreak(peek(cursor)) ? readBreak(cursor) : '';
    emptyLines = readBreaks();
  }
  if (header.chomping !== '-') value += lineBreak;
  if (header.chomping === '+') value += emptyLines;
  return { kind: 'scalar', start, end, text: value, suffix: '', style: 'block' };
}

/** Reads what follows `|` or `>`: chomping and indentation in either order, a comment, the line break. */
function readBlockHeader(cursor: Cursor): { readonly chomping: string; readonly increment: number } {
  let chomping = readChomping(cursor);
  let increment = 0;
  if (isDigit(peek(cursor))) {
    if (peek(cursor) === 0x30) fail(cursor, 'found an indentation indicator equal to 0');
    increment = peek(cursor) - 0x30;
    cursor.pos++;
    if (chomping === '') chomping = readChomping(cursor);
  }
  skipBlanks(cursor);
  skipComment(cursor);
  if (!isBreakOrEnd(peek(cursor))) fail(cursor, 'did not find expected comment or line break');
  if (isBreak(peek(cursor))) readBreak(cursor);
  return { chomping, increment };
}

function readChomping(cursor: Cursor): string {
  const character = cursor.text.charAt(cursor.pos);
  if (character !== '+' && character !== '-') return '';
  cursor.pos++;
  return character;
}

/** Passes indentation and empty lines; an indentation of 0 is still to be found out, and is found here. */
function scanBlockScalarBreaks(
  cursor: Cursor,
  indent: number,
): { readonly text: string; readonly indent: number; readonly end: number } {
  let text = '';
  let end = cursor.pos;
  let widest = 0;
  for (;;) {
    const limit = indent === 0 ? Infinity : cursor.lineStart + indent;
    while (peek(cursor) === SPACE && cursor.pos < limit) cursor.pos++;
    widest = Math.max(widest, columnOf(cursor));
    if (peek(cursor) === TAB && cursor.pos < limit) {
      fail(cursor, 'found a tab character where an indentation space is expected');
    }
    if (!isBreak(peek(cursor))) break;
    text += readBreak(cursor);
    end = cursor.pos;
  }
  return { text, end, indent: indent === 0 ? Math.max(widest, cursor.indent + 1, 1) : indent };
}
