/*
 * Tokens to events as libyaml does it (yaml_parser_parse_* of go.yaml.in/yaml/v2 v2.4.4). Only the first document of
 * the text is read, as `yaml.Unmarshal` does; what follows its root node is not looked at.
 */
import { MAX_DEPTH } from '../events.ts';
import type { DocumentEvents, EndEvent, NodeEvent } from '../events.ts';
import { YamlError } from '../yaml-error.ts';
import { createScanner } from './scanner.ts';
import type { Scanner } from './scanner.ts';
import type { Token, TokenKind } from './token.ts';

/** What the reader of libyaml lets into no document: control characters, and half a surrogate pair. */
const FORBIDDEN = /[^\t\n\r -~\x85\xa0-\ufffd]/;
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

const BLOCK_END: EndEvent = { kind: 'end', end: null };

interface Parser {
  readonly scanner: Scanner;
  readonly events: (NodeEvent | EndEvent)[];
  readonly tagPrefixes: Map<string, string>;
}

/** Anchor and tag of a node; the tag in full. */
interface Properties {
  readonly anchor: string | null;
  readonly tag: string | null;
}

const NO_PROPERTIES: Properties = { anchor: null, tag: null };

/**
 * Parses the first document of a text.
 * @returns no events for a text without a document
 * @throws YamlError where kubectl's parser refuses the text, in the words that kubectl prints
 */
export function parseYamlEvents(text: string): DocumentEvents {
  const forbidden = FORBIDDEN.exec(text) ?? (SURROGATE.test(text) ? LONE_SURROGATE.exec(text) : null);
  if (forbidden !== null) throw new YamlError('control characters are not allowed', forbidden.index);
  const scanner = createScanner(text, MAX_DEPTH);
  const parser: Parser = { scanner, events: [], tagPrefixes: new Map() };
  if (scanner.peek().kind !== 'stream-end') parseDocument(parser);
  return parser.events;
}

function refuse(token: Token, message: string): never {
  throw new YamlError(message, token.start);
}

function parseDocument(parser: Parser): void {
  const { scanner } = parser;
  const hasDirectives = parseDirectives(parser);
  const token = scanner.peek();
  if (token.kind === 'document-start') {
    scanner.skip();
    if (endsDocument(scanner.peek().kind)) pushEmptyScalar(parser);
    else parseNode(parser, true, false);
  } else if (hasDirectives) refuse(token, 'did not find expected <document start>');
  else parseNode(parser, true, false);
  // kubectl looks one token further, and fails there too.
  scanner.peek();
}

function endsDocument(kind: TokenKind): boolean {
  return (
    kind === 'version-directive' ||
    kind === 'tag-directive' ||
    kind === 'document-start' ||
    kind === 'document-end' ||
    kind === 'stream-end'
  );
}

function parseDirectives({ scanner, tagPrefixes }: Parser): boolean {
  let hasVersion = false;
  for (;;) {
    const token = scanner.peek();
    if (token.kind === 'version-directive') {
      if (hasVersion) refuse(token, 'found duplicate %YAML directive');
      if (token.text !== '1.1') refuse(token, 'found incompatible YAML document');
      hasVersion = true;
    } else if (token.kind === 'tag-directive') {
      if (tagPrefixes.has(token.text)) refuse(token, 'found duplicate %TAG directive');
      tagPrefixes.set(token.text, token.suffix);
    } else return hasVersion || tagPrefixes.size > 0;
    scanner.skip();
  }
}

function pushEmptyScalar({ scanner, events }: Parser, { anchor, tag } = NO_PROPERTIES): void {
  const at = scanner.lastEnd();
  events.push({ kind: 'scalar', start: at, end: at, style: 'plain', value: '', anchor, tag });
}

function parseNode(parser: Parser, isBlock: boolean, allowsIndentless: boolean): void {
  const { scanner, events } = parser;
  const first = scanner.peek();
  if (first.kind === 'alias') {
    events.push({ kind: 'alias', start: first.start, end: first.end, anchor: first.text });
    scanner.skip();
    return;
  }
  const hasProperties = first.kind === 'anchor' || first.kind === 'tag';
  const { anchor, tag } = hasProperties ? parseProperties(parser) : NO_PROPERTIES;
  const token = hasProperties ? scanner.peek() : first;
  const { start } = token;
  if (token.kind === 'scalar') {
    const { end, style, text } = token;
    events.push({ kind: 'scalar', start, end, style, value: text, anchor, tag });
    scanner.skip();
  } else if (isBlock && token.kind === 'block-mapping-start') {
    events.push({ kind: 'mapping', start, anchor });
    parseBlockMapping(parser);
  } else if (isBlock && token.kind === 'block-sequence-start') {
    events.push({ kind: 'sequence', start, anchor });
    parseBlockSequence(parser);
  } else if (allowsIndentless && token.kind === 'block-entry') {
    events.push({ kind: 'sequence', start, anchor });
    parseIndentlessSequence(parser);
  } else if (token.kind === 'flow-mapping-start') {
    events.push({ kind: 'mapping', start, anchor });
    parseFlowMapping(parser);
  } else if (token.kind === 'flow-sequence-start') {
    events.push({ kind: 'sequence', start, anchor });
    parseFlowSequence(parser);
  } else if (hasProperties) pushEmptyScalar(parser, { anchor, tag });
  else refuse(token, 'did not find expected node content');
}

/** Reads an anchor and a tag, in either order. */
function parseProperties(parser: Parser): Properties {
  const { scanner } = parser;
  let anchor: string | null = null;
  let tag: string | null = null;
  for (;;) {
    const token = scanner.peek();
    if (token.kind === 'anchor' && anchor === null) anchor = token.text;
    else if (token.kind === 'tag' && tag === null) tag = expandTag(parser, token);
    else return { anchor, tag };
    scanner.skip();
  }
}

function expandTag({ tagPrefixes }: Parser, token: Token): string {
  const { text: handle, suffix } = token;
  if (handle === '') return suffix;
  const prefix = tagPrefixes.get(handle);
  if (prefix !== undefined) return prefix + suffix;
  if (handle === '!') return `!${suffix}`;
  if (handle === '!!') return `tag:yaml.org,2002:${suffix}`;
  return refuse(token, 'found undefined tag handle');
}

function parseBlockSequence(parser: Parser): void {
  const { scanner, events } = parser;
  scanner.skip();
  while (scanner.peek().kind === 'block-entry') {
    scanner.skip();
    const { kind } = scanner.peek();
    if (kind === 'block-entry' || kind === 'block-end') pushEmptyScalar(parser);
    else parseNode(parser, true, false);
  }
  if (scanner.peek().kind !== 'block-end') refuse(scanner.peek(), "did not find expected '-' indicator");
  scanner.skip();
  events.push(BLOCK_END);
}

/** Reads a sequence whose dashes stand at the column of the key above them: no token closes it. */
function parseIndentlessSequence(parser: Parser): void {
  const { scanner, events } = parser;
  while (scanner.peek().kind === 'block-entry') {
    scanner.skip();
    const { kind } = scanner.peek();
    if (kind === 'block-entry' || kind === 'key' || kind === 'value' || kind === 'block-end') pushEmptyScalar(parser);
    else parseNode(parser, true, false);
  }
  events.push(BLOCK_END);
}

function parseBlockMapping(parser: Parser): void {
  const { scanner, events } = parser;
  scanner.skip();
  while (scanner.peek().kind === 'key') {
    parseBlockMappingNode(parser);
    if (scanner.peek().kind === 'value') parseBlockMappingNode(parser);
    else pushEmptyScalar(parser);
  }
  if (scanner.peek().kind !== 'block-end') refuse(scanner.peek(), 'did not find expected key');
  scanner.skip();
  events.push(BLOCK_END);
}

/** Reads the key after a `key` token, or the value after a `value` token. */
function parseBlockMappingNode(parser: Parser): void {
  parser.scanner.skip();
  const { kind } = parser.scanner.peek();
  if (kind === 'key' || kind === 'value' || kind === 'block-end') pushEmptyScalar(parser);
  else parseNode(parser, true, true);
}

function parseFlowSequence(parser: Parser): void {
  const { scanner, events } = parser;
  scanner.skip();
  for (let isFirst = true; scanner.peek().kind !== 'flow-sequence-end'; isFirst = false) {
    if (!isFirst) passFlowEntry(parser, ']');
    const { kind } = scanner.peek();
    if (kind === 'flow-sequence-end') break;
    if (kind === 'key') parseFlowPair(parser);
    else parseNode(parser, false, false);
  }
  events.push({ kind: 'end', end: scanner.peek().end });
  scanner.skip();
}

function passFlowEntry({ scanner }: Parser, closing: string): void {
  if (scanner.peek().kind !== 'flow-entry') refuse(scanner.peek(), `did not find expected ',' or '${closing}'`);
  scanner.skip();
}

/** Reads `key: value` inside a flow sequence, which is a mapping of its own. */
function parseFlowPair(parser: Parser): void {
  const { scanner, events } = parser;
  events.push({ kind: 'mapping', start: scanner.peek().start, anchor: null });
  scanner.skip();
  const { kind } = scanner.peek();
  if (kind === 'value' || kind === 'flow-entry' || kind === 'flow-sequence-end') {
    // Upstream passes this token unread.
    scanner.skip();
    pushEmptyScalar(parser);
  } else parseNode(parser, false, false);
  parseFlowValue(parser, 'flow-sequence-end');
  events.push(BLOCK_END);
}

function parseFlowValue(parser: Parser, closing: TokenKind): void {
  const { scanner } = parser;
  if (scanner.peek().kind === 'value') {
    scanner.skip();
    const { kind } = scanner.peek();
    if (kind !== 'flow-entry' && kind !== closing) {
      parseNode(parser, false, false);
      return;
    }
  }
  pushEmptyScalar(parser);
}

function parseFlowMapping(parser: Parser): void {
  const { scanner, events } = parser;
  scanner.skip();
  for (let isFirst = true; scanner.peek().kind !== 'flow-mapping-end'; isFirst = false) {
    if (!isFirst) passFlowEntry(parser, '}');
    const { kind } = scanner.peek();
    if (kind === 'flow-mapping-end') break;
    if (kind === 'key') {
      scanner.skip();
      const { kind: after } = scanner.peek();
      if (after === 'value' || after === 'flow-entry' || after === 'flow-mapping-end') pushEmptyScalar(parser);
      else parseNode(parser, false, false);
      parseFlowValue(parser, 'flow-mapping-end');
    } else {
      // `{a, b}`: keys without values.
      parseNode(parser, false, false);
      pushEmptyScalar(parser);
    }
  }
  events.push({ kind: 'end', end: scanner.peek().end });
  scanner.skip();
}
