/* Anchors, aliases, tags and directives as libyaml scans them: names are letters, digits, `_` and `-` only. */
import { hexValue, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit, isNameCharacter } from './characters.ts';
import { fail, peek, readBreak, skipBlanks, skipComment } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import type { Token, TokenKind } from './token.ts';

const AFTER_ANCHOR = '?:,]}%@`';
const URI_PUNCTUATION = ";/?:@&=+$,.!~*'()[]";

function makeToken(kind: TokenKind, start: number, end: number, text: string, suffix = ''): Token {
  return { kind, start, end, text, suffix, style: 'plain' };
}

function readName(cursor: Cursor): string {
  const start = cursor.pos;
  while (isNameCharacter(peek(cursor))) cursor.pos++;
  return cursor.text.slice(start, cursor.pos);
}

export function scanAnchor(cursor: Cursor, kind: 'alias' | 'anchor'): Token {
  const start = cursor.pos;
  cursor.pos++;
  const name = readName(cursor);
  if (name === '' || !(isBlankOrEnd(peek(cursor)) || AFTER_ANCHOR.includes(cursor.text.charAt(cursor.pos)))) {
    fail(cursor, 'did not find expected alphabetic or numeric character');
  }
  return makeToken(kind, start, cursor.pos, name);
}

/** Scans a tag: `text` is its handle (empty when the tag is verbatim, or is `!` alone), `suffix` the rest. */
export function scanTag(cursor: Cursor): Token {
  const start = cursor.pos;
  let handle = '';
  let suffix = '';
  if (cursor.text.charAt(cursor.pos + 1) === '<') {
    cursor.pos += 2;
    suffix = readUri(cursor, '');
    if (cursor.text.charAt(cursor.pos) !== '>') fail(cursor, "did not find the expected '>'");
    cursor.pos++;
  } else {
    handle = readHandle(cursor);
    if (handle.length > 1 && handle.endsWith('!')) suffix = readUri(cursor, '');
    else {
      suffix = readUri(cursor, handle);
      handle = suffix === '' ? '' : '!';
      if (suffix === '') suffix = '!';
    }
  }
  if (!isBlankOrEnd(peek(cursor))) fail(cursor, 'did not find expected whitespace or line break');
  return makeToken('tag', start, cursor.pos, handle, suffix);
}

function readHandle(cursor: Cursor): string {
  const start = cursor.pos;
  if (cursor.text.charAt(start) !== '!') fail(cursor, "did not find expected '!'");
  cursor.pos++;
  readName(cursor);
  if (cursor.text.charAt(cursor.pos) === '!') cursor.pos++;
  return cursor.text.slice(start, cursor.pos);
}

/** Reads a URI; what was read as a handle by mistake begins it. */
function readUri(cursor: Cursor, head: string): string {
  let uri = head.slice(1);
  const start = cursor.pos;
  for (;;) {
    const runStart = cursor.pos;
    while (isUriCharacter(cursor)) cursor.pos++;
    uri += cursor.text.slice(runStart, cursor.pos);
    if (cursor.text.charAt(cursor.pos) !== '%') break;
    uri += readUriEscapes(cursor);
  }
  if (cursor.pos === start && head === '') fail(cursor, 'did not find expected tag URI');
  return uri;
}

function isUriCharacter(cursor: Cursor): boolean {
  return isNameCharacter(peek(cursor)) || URI_PUNCTUATION.includes(cursor.text.charAt(cursor.pos));
}

/** Reads the octets of one character, each written `%XX`. */
function readUriEscapes(cursor: Cursor): string {
  const octets: number[] = [];
  let expected = 1;
  while (octets.length < expected) {
    const high = hexValue(peek(cursor, 1));
    const low = hexValue(peek(cursor, 2));
    if (cursor.text.charAt(cursor.pos) !== '%' || high < 0 || low < 0) fail(cursor, 'did not find URI escaped octet');
    const octet = high * 16 + low;
    if (octets.length === 0) {
      expected = utf8Width(octet);
      if (expected === 0) fail(cursor, 'found an incorrect leading UTF-8 octet');
    } else if ((octet & 0xc0) !== 0x80) fail(cursor, 'found an incorrect trailing UTF-8 octet');
    octets.push(octet);
    cursor.pos += 3;
  }
  return new TextDecoder().decode(Uint8Array.from(octets));
}

function utf8Width(octet: number): number {
  if ((octet & 0x80) === 0) return 1;
  if ((octet & 0xe0) === 0xc0) return 2;
  if ((octet & 0xf0) === 0xe0) return 3;
  return (octet & 0xf8) === 0xf0 ? 4 : 0;
}

/** Scans `%YAML 1.1` (`text` is the version) or `%TAG handle prefix` (`text` and `suffix`), with its line break. */
export function scanDirective(cursor: Cursor): Token {
  const start = cursor.pos;
  cursor.pos++;
  const name = readName(cursor);
  if (name === '') fail(cursor, 'could not find expected directive name');
  if (!isBlankOrEnd(peek(cursor))) fail(cursor, 'found unexpected non-alphabetical character');
  let token: Token;
  if (name === 'YAML') {
    skipBlanks(cursor);
    const major = readVersionNumber(cursor);
    if (cursor.text.charAt(cursor.pos) !== '.') fail(cursor, "did not find expected digit or '.' character");
    cursor.pos++;
    const minor = readVersionNumber(cursor);
    token = makeToken('version-directive', start, cursor.pos, `${String(major)}.${String(minor)}`);
  } else if (name === 'TAG') {
    skipBlanks(cursor);
    const handle = readHandle(cursor);
    if (handle !== '!' && !handle.endsWith('!')) fail(cursor, "did not find expected '!'");
    if (!isBlank(peek(cursor))) fail(cursor, 'did not find expected whitespace');
    skipBlanks(cursor);
    const prefix = readUri(cursor, '');
    if (!isBlankOrEnd(peek(cursor))) fail(cursor, 'did not find expected whitespace or line break');
    token = makeToken('tag-directive', start, cursor.pos, handle, prefix);
  } else fail(cursor, 'found unknown directive name');
  skipBlanks(cursor);
  skipComment(cursor);
  if (!isBreakOrEnd(peek(cursor))) fail(cursor, 'did not find expected comment or line break');
  if (isBreak(peek(cursor))) readBreak(cursor);
  return token;
}

function readVersionNumber(cursor: Cursor): number {
  const start = cursor.pos;
  while (isDigit(peek(cursor))) cursor.pos++;
  if (cursor.pos === start) fail(cursor, 'did not find expected version number');
  if (cursor.pos - start > 2) fail(cursor, 'found extremely long version number');
  return Number(cursor.text.slice(start, cursor.pos));
}
