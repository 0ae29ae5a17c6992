/*
 * Text to documents as k8s.io/apimachinery pkg/util/yaml does it (`YAMLOrJSONDecoder`, `YAMLReader`): a text that begins
 * with `{` is tried as a stream of JSON values; everything else is cut at each line that begins with `---`, wherever
 * that line stands, also inside a block scalar.
 */
import type { JsonValue } from './document.ts';
import { endOfJsonValue, parseJson } from './json-text.ts';

/** One document, not yet judged, or a place where kubectl stops; offsets are UTF-16 units of the whole text. */
export type Chunk =
  | { readonly kind: 'json'; readonly start: number; readonly end: number; readonly value: JsonValue }
  | { readonly kind: 'yaml'; readonly start: number; readonly end: number }
  | { readonly kind: 'refused'; readonly start: number; readonly reason: string };

/** How far kubectl looks for the opening brace of a JSON stream; the white space before it is ASCII. */
const JSON_LOOKAHEAD = 4096;

/** As Go's `unicode.IsSpace`. */
const WHITE_SPACE = String.raw`[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const BEGINS_JSON = new RegExp(`^${WHITE_SPACE}*\\{`);
const SEPARATOR_REST = new RegExp(`^${WHITE_SPACE}*(?:#|$)`);
const SPACE_ON_LINE = new RegExp(`(?:(?!\\n)${WHITE_SPACE})*`, 'y');
const JSON_SPACE = /[ \t\r\n]*/y;

/** Whether kubectl tries a text as JSON first. */
export function beginsJson(text: string): boolean {
  return BEGINS_JSON.test(text.slice(0, JSON_LOOKAHEAD));
}

/** Cuts a text into documents; null documents are among them. */
export function* splitDocuments(text: string): Generator<Chunk, void> {
  if (!beginsJson(text)) {
    yield* splitYaml(text, 0);
    return;
  }
  let at = 0;
  for (let count = 0; ; count++) {
    const start = skip(JSON_SPACE, text, at);
    if (start === text.length) return;
    const found = readJsonValue(text, start, count);
    if (found.kind === 'json') {
      yield found;
      at = found.end;
      continue;
    }
    // Two values make it a JSON stream for good, and a broken JSON stream has no place to go on from.
    if (count < 2) yield* splitYamlAfterJson(text, at, found);
    else yield found;
    return;
  }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}

type JsonChunk = Extract<Chunk, { kind: 'json' | 'refused' }>;

function readJsonValue(text: string, start: number, count: number): JsonChunk {
  // Nearly always the text is one value, and needs no search for its end.
  const whole = count === 0 ? readJson(text, start, text.length) : null;
  if (whole?.kind === 'json') return whole;
  const end = endOfJsonValue(text, start);
  if (end === null) return { kind: 'refused', start, reason: 'unexpected end of JSON input' };
  return readJson(text, start, end);
}

function readJson(text: string, start: number, end: number): JsonChunk {
  try {
    return { kind: 'json', start, end, value: parseJson(text.slice(start, end)) };
  } catch (error) {
    return { kind: 'refused', start, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Goes on in YAML: white space up to the end of the line is dropped, and four bytes must be left to look at. */
function* splitYamlAfterJson(text: string, at: number, refused: Chunk): Generator<Chunk, void> {
  const first = skip(SPACE_ON_LINE, text, at);
  if (new TextEncoder().encode(text.slice(first, first + 4)).length < 4) yield refused;
  else yield* splitYaml(text, text.charAt(first) === '\n' ? first + 1 : first);
}

function* splitYaml(text: string, from: number): Generator<Chunk, void> {
  let start = from;
  let separator = text.startsWith('---', from) ? from : nextSeparator(text, from);
  while (separator !== null) {
    const lineEnd = endOfLine(text, separator);
    const rest = text.slice(separator + 3, lineEnd);
    if (!SEPARATOR_REST.test(rest)) {
      if (separator > start) yield { kind: 'yaml', start, end: separator };
      yield {
        kind: 'refused',
        start: separator,
        reason: `invalid Yaml document separator: ${rest.trim()}; write what follows --- on the next line`,
      };
      separator = nextSeparator(text, lineEnd);
      if (separator === null) return;
      start = separator;
      continue;
    }
    // A separator with nothing above it belongs to the document that it begins.
    if (separator > start) {
      yield { kind: 'yaml', start, end: separator };
      start = Math.min(lineEnd + 1, text.length);
    }
    separator = nextSeparator(text, lineEnd);
  }
  if (start < text.length) yield { kind: 'yaml', start, end: text.length };
}

function nextSeparator(text: string, from: number): number | null {
  const found = text.indexOf('\n---', from);
  return found < 0 ? null : found + 1;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
