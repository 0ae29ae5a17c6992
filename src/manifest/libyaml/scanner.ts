/*
 * Text to tokens as libyaml does it (yaml_parser_fetch_* of go.yaml.in/yaml/v2 v2.4.4, the parser inside kubectl).
 * It knows YAML 1.1 only, and has limits of its own: a key without `?` stands on one line and is at most 1024 characters
 * long. What looks odd here (which simple keys are forgotten, and when) is upstream's, and decides what is accepted.
 */
import { isBlank, isBlankOrEnd, NUL } from './characters.ts';
import { atDocumentIndicator, columnOf, createCursor, fail, peek, skipToNextToken } from './cursor.ts';
import type { Cursor, SimpleKey } from './cursor.ts';
import { scanAnchor, scanDirective, scanTag } from './properties.ts';
import { scanBlockScalar, scanPlainScalar, scanQuotedScalar } from './scalars.ts';
import type { Token, TokenKind } from './token.ts';

const LONGEST_SIMPLE_KEY = 1024;

/** How many tokens handed out may stay in the queue. */
const QUEUE_SLACK = 64;

/** Hands out the tokens of a document one by one. */
export interface Scanner {
  /** The next token; it stays the next until `skip`. */
  readonly peek: () => Token;
  readonly skip: () => void;
  /** Where the token skipped last ends. */
  readonly lastEnd: () => number;
}

/**
 * Scans one document.
 * @param maxDepth - how deep collections may nest
 * @throws YamlError from `peek`, where the text is no YAML
 */
export function createScanner(document: string, maxDepth: number): Scanner {
  const cursor = createCursor(document);
  let isReady = false;
  let lastEnd = 0;
  return {
    peek: () => {
      if (!isReady) {
        fetchTokens(cursor, maxDepth);
        isReady = true;
      }
      const token = cursor.queue[cursor.head];
      return token ?? makeToken('stream-end', cursor.pos, cursor.pos);
    },
    lastEnd: () => lastEnd,
    skip: () => {
      lastEnd = cursor.queue[cursor.head]?.end ?? lastEnd;
      cursor.head++;
      cursor.tokensHandedOut++;
      isReady = false;
      if (cursor.head >= QUEUE_SLACK) {
        cursor.queue.splice(0, cursor.head);
        cursor.head = 0;
      }
    },
  };
}

function makeToken(kind: TokenKind, start: number, end: number): Token {
  return { kind, start, end, text: '', suffix: '', style: 'plain' };
}

function insertToken(cursor: Cursor, token: Token, place = -1): void {
  if (place < 0) cursor.queue.push(token);
  else cursor.queue.splice(cursor.head + place, 0, token);
}

/** Scans until the next token is certain: a scalar may still turn out to be a key, which puts tokens before it. */
function fetchTokens(cursor: Cursor, maxDepth: number): void {
  for (;;) {
    if (cursor.head !== cursor.queue.length) {
      const index = cursor.simpleKeysByToken.get(cursor.tokensHandedOut);
      if (index === undefined || !isSimpleKeyValid(cursor, keyAt(cursor, index))) return;
    }
    fetchToken(cursor, maxDepth);
  }
}

function fetchToken(cursor: Cursor, maxDepth: number): void {
  skipToNextToken(cursor);
  unrollIndent(cursor, columnOf(cursor));
  const code = peek(cursor);
  if (code === NUL) return fetchStreamEnd(cursor);
  if (code === 0x25 && cursor.pos === cursor.lineStart) return fetchDirective(cursor);
  if (atDocumentIndicator(cursor, '---')) return fetchDocumentIndicator(cursor, 'document-start');
  if (atDocumentIndicator(cursor, '...')) return fetchDocumentIndicator(cursor, 'document-end');
  const next = peek(cursor, 1);
  const inFlow = cursor.flowLevel > 0;
  switch (cursor.text.charAt(cursor.pos)) {
    case '[':
      return fetchFlowStart(cursor, 'flow-sequence-start', maxDepth);
    case '{':
      return fetchFlowStart(cursor, 'flow-mapping-start', maxDepth);
    case ']':
      return fetchFlowEnd(cursor, 'flow-sequence-end');
    case '}':
      return fetchFlowEnd(cursor, 'flow-mapping-end');
    case ',':
      return fetchFlowEntry(cursor);
    case '-':
      if (isBlankOrEnd(next)) return fetchBlockEntry(cursor, maxDepth);
      return fetchScalar(cursor, scanPlainScalar);
    case '?':
      if (inFlow || isBlankOrEnd(next)) return fetchKey(cursor, maxDepth);
      return fetchScalar(cursor, scanPlainScalar);
    case ':':
      if (inFlow || isBlankOrEnd(next)) return fetchValue(cursor, maxDepth);
      return fetchScalar(cursor, scanPlainScalar);
    case '*':
      return fetchScalar(cursor, (at) => scanAnchor(at, 'alias'));
    case '&':
      return fetchScalar(cursor, (at) => scanAnchor(at, 'anchor'));
    case '!':
      return fetchScalar(cursor, scanTag);
    case '|':
    case '>':
      if (!inFlow) return fetchBlockScalar(cursor);
      break;
    case "'":
    case '"':
      return fetchScalar(cursor, scanQuotedScalar);
    case '#':
    case '%':
    case '@':
    case '`':
      break;
    default:
      if (!isBlank(code)) return fetchScalar(cursor, scanPlainScalar);
  }
  fail(cursor, 'found character that cannot start any token');
}

function keyAt(cursor: Cursor, index: number): SimpleKey {
  const key = cursor.simpleKeys[index];
  if (key === undefined) throw new RangeError(`no simple key ${String(index)}`);
  return key;
}

function currentKey(cursor: Cursor): SimpleKey {
  return keyAt(cursor, cursor.simpleKeys.length - 1);
}

function isSimpleKeyValid(cursor: Cursor, key: SimpleKey): boolean {
  if (!key.possible) return false;
  if (key.line >= cursor.line && key.offset + LONGEST_SIMPLE_KEY >= cursor.pos) return true;
  if (key.required) fail(cursor, "could not find expected ':'");
  key.possible = false;
  return false;
}

function newKey(cursor: Cursor, possible: boolean): SimpleKey {
  return {
    possible,
    required: possible && cursor.flowLevel === 0 && cursor.indent === columnOf(cursor),
    tokenNumber: cursor.tokensHandedOut + cursor.queue.length - cursor.head,
    offset: cursor.pos,
    line: cursor.line,
    column: columnOf(cursor),
  };
}

function saveSimpleKey(cursor: Cursor): void {
  if (!cursor.simpleKeyAllowed) return;
  const key = newKey(cursor, true);
  removeSimpleKey(cursor);
  const index = cursor.simpleKeys.length - 1;
  cursor.simpleKeys[index] = key;
  cursor.simpleKeysByToken.set(key.tokenNumber, index);
}

function removeSimpleKey(cursor: Cursor): void {
  const key = currentKey(cursor);
  if (!key.possible) return;
  if (key.required) fail(cursor, "could not find expected ':'");
  key.possible = false;
  cursor.simpleKeysByToken.delete(key.tokenNumber);
}

/** Opens a block collection at a column further right than the one around it. */
function rollIndent(
  cursor: Cursor,
  column: number,
  kind: TokenKind,
  at: number,
  place: number,
  maxDepth: number,
): void {
  if (cursor.flowLevel > 0 || cursor.indent >= column) return;
  cursor.indents.push(cursor.indent);
  cursor.indent = column;
  if (cursor.indents.length > maxDepth) fail(cursor, `exceeded max depth of ${String(maxDepth)}`);
  insertToken(cursor, makeToken(kind, at, at), place);
}

/** Closes every block collection further right than the column. */
function unrollIndent(cursor: Cursor, column: number): void {
  if (cursor.flowLevel > 0) return;
  while (cursor.indent > column) {
    insertToken(cursor, makeToken('block-end', cursor.pos, cursor.pos));
    cursor.indent = cursor.indents.pop() ?? -1;
  }
}

function fetchIndicator(cursor: Cursor, kind: TokenKind, width: number): void {
  insertToken(cursor, makeToken(kind, cursor.pos, cursor.pos + width));
  cursor.pos += width;
}

function fetchStreamEnd(cursor: Cursor): void {
  unrollIndent(cursor, -1);
  removeSimpleKey(cursor);
  cursor.simpleKeyAllowed = false;
  fetchIndicator(cursor, 'stream-end', 0);
}

function fetchDirective(cursor: Cursor): void {
  unrollIndent(cursor, -1);
  removeSimpleKey(cursor);
  cursor.simpleKeyAllowed = false;
  insertToken(cursor, scanDirective(cursor));
}

function fetchDocumentIndicator(cursor: Cursor, kind: TokenKind): void {
  unrollIndent(cursor, -1);
  removeSimpleKey(cursor);
  cursor.simpleKeyAllowed = false;
  fetchIndicator(cursor, kind, 3);
}

function fetchFlowStart(cursor: Cursor, kind: TokenKind, maxDepth: number): void {
  saveSimpleKey(cursor);
  cursor.simpleKeys.push(newKey(cursor, false));
  cursor.flowLevel++;
  if (cursor.flowLevel > maxDepth) fail(cursor, `exceeded max depth of ${String(maxDepth)}`);
  cursor.simpleKeyAllowed = true;
  fetchIndicator(cursor, kind, 1);
}

function fetchFlowEnd(cursor: Cursor, kind: TokenKind): void {
  removeSimpleKey(cursor);
  if (cursor.flowLevel > 0) {
    cursor.flowLevel--;
    cursor.simpleKeysByToken.delete(currentKey(cursor).tokenNumber);
    cursor.simpleKeys.pop();
  }
  cursor.simpleKeyAllowed = false;
  fetchIndicator(cursor, kind, 1);
}

function fetchFlowEntry(cursor: Cursor): void {
  removeSimpleKey(cursor);
  cursor.simpleKeyAllowed = true;
  fetchIndicator(cursor, 'flow-entry', 1);
}

function fetchBlockEntry(cursor: Cursor, maxDepth: number): void {
  if (cursor.flowLevel === 0) {
    if (!cursor.simpleKeyAllowed) fail(cursor, 'block sequence entries are not allowed in this context');
    rollIndent(cursor, columnOf(cursor), 'block-sequence-start', cursor.pos, -1, maxDepth);
  }
  removeSimpleKey(cursor);
  cursor.simpleKeyAllowed = true;
  fetchIndicator(cursor, 'block-entry', 1);
}

function fetchKey(cursor: Cursor, maxDepth: number): void {
  if (cursor.flowLevel === 0) {
    if (!cursor.simpleKeyAllowed) fail(cursor, 'mapping keys are not allowed in this context');
    rollIndent(cursor, columnOf(cursor), 'block-mapping-start', cursor.pos, -1, maxDepth);
  }
  removeSimpleKey(cursor);
  cursor.simpleKeyAllowed = cursor.flowLevel === 0;
  fetchIndicator(cursor, 'key', 1);
}

function fetchValue(cursor: Cursor, maxDepth: number): void {
  const key = currentKey(cursor);
  if (isSimpleKeyValid(cursor, key)) {
    const place = key.tokenNumber - cursor.tokensHandedOut;
    insertToken(cursor, makeToken('key', key.offset, key.offset), place);
    rollIndent(cursor, key.column, 'block-mapping-start', key.offset, place, maxDepth);
    key.possible = false;
    cursor.simpleKeysByToken.delete(key.tokenNumber);
    cursor.simpleKeyAllowed = false;
  } else {
    if (cursor.flowLevel === 0) {
      if (!cursor.simpleKeyAllowed) fail(cursor, 'mapping values are not allowed in this context');
      rollIndent(cursor, columnOf(cursor), 'block-mapping-start', cursor.pos, -1, maxDepth);
    }
    cursor.simpleKeyAllowed = cursor.flowLevel === 0;
  }
  fetchIndicator(cursor, 'value', 1);
}

function fetchScalar(cursor: Cursor, scan: (cursor: Cursor) => Token): void {
  saveSimpleKey(cursor);
  cursor.simpleKeyAllowed = false;
  insertToken(cursor, scan(cursor));
}

function fetchBlockScalar(cursor: Cursor): void {
  removeSimpleKey(cursor);
  cursor.simpleKeyAllowed = true;
  insertToken(cursor, scanBlockScalar(cursor));
}
