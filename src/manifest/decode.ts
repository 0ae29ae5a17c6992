import { advise } from './advice.ts';
import { describeOversize, exceedsCapacity, MAX_DOCUMENTS, MAX_FILE_BYTES } from './capacity.ts';
import { composeDocument } from './compose.ts';
import type { Composed, RepeatedKey } from './compose.ts';
import type { Diagnostic, Document, SourceFile } from './document.ts';
import { MAX_DEPTH } from './events.ts';
import { readJsonEvents } from './json-events.ts';
import { countEntries, countWrittenKeys, mayHaveSpelledNumbers, nestsDeeper } from './json-text.ts';
import { parseYamlEvents } from './libyaml/parser.ts';
import { positionOf } from './line-index.ts';
import { markSpelledNumbers } from './number.ts';
import { beginsJson, splitDocuments } from './split.ts';
import type { Chunk } from './split.ts';
import { findTemplateMark } from './template.ts';
import { decodeText } from './text.ts';
import type { BrokenLine } from './text.ts';
import { YamlError } from './yaml-error.ts';

/** What a file holds, and what of it cannot be used; one broken document does not lose its neighbours. */
export interface DecodedFile {
  readonly file: SourceFile;
  /** In file order; null documents are left out. */
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
}

const MOST_REPEATED_KEYS = 20;
const TOO_MANY_VALUES = 'it holds too many values; split it into several documents';
const TOO_DEEP = `exceeded max depth of ${String(MAX_DEPTH)}`;
/** Length in characters below which no JSON text can take much memory. */
const LIGHT_JSON = 1024 * 1024;
const BYTE_ORDER_MARK = '\ufeff';

/** Documents and problems of a file as they come up. */
interface Collected {
  readonly file: SourceFile;
  readonly documents: Document[];
  readonly diagnostics: Diagnostic[];
  /** Where a document that cannot be read holds the mark of a template. */
  templateMark: number | null;
}

/**
 * Decodes a manifest file to the values that kubectl would send: split as it splits, parsed as its parser parses.
 * Where kubectl stops at the first broken document, this goes on with the next.
 * @see k8s.io/apimachinery pkg/util/yaml `YAMLOrJSONDecoder`, sigs.k8s.io/yaml `Unmarshal`
 */
export function decodeFile(file: SourceFile): DecodedFile {
  return file.text.length > MAX_FILE_BYTES ? refuseFile(file, describeOversize(file.text.length)) : decode(file, []);
}

/** Decodes a manifest file from its bytes, which should be UTF-8: a YAML document that is not is refused. */
export function decodeBytes(name: string, bytes: Uint8Array): DecodedFile {
  if (bytes.length > MAX_FILE_BYTES) return refuseFile({ name, text: '' }, describeOversize(bytes.length));
  const decoded = decodeText(bytes);
  if (decoded.kind === 'utf-16') {
    return refuseFile({ name, text: decoded.text }, 'this file is written in UTF-16; save it as UTF-8');
  }
  return decode({ name, text: decoded.text }, decoded.brokenLines);
}

function refuseFile(file: SourceFile, message: string): DecodedFile {
  const diagnostic: Diagnostic = { level: 'error', file: file.name, line: 1, column: 1, message };
  return { file, documents: [], diagnostics: [diagnostic] };
}

function decode(file: SourceFile, brokenLines: readonly BrokenLine[]): DecodedFile {
  const collected: Collected = { file, documents: [], diagnostics: [], templateMark: null };
  const refusal = beginsJson(file.text) ? weighJson(file.text) : null;
  if (refusal !== null) {
    refuse(collected, 0, refusal);
    return collected;
  }
  let count = 0;
  for (const chunk of splitDocuments(file.text)) {
    if (++count > MAX_DOCUMENTS) {
      refuse(
        collected,
        chunk.start,
        `the file holds more than ${String(MAX_DOCUMENTS)} documents; split it into several`,
      );
      break;
    }
    if (chunk.kind === 'refused') refuse(collected, chunk.start, chunk.reason);
    else if (chunk.kind === 'json') decodeJson(collected, chunk);
    else if (exceedsCapacity('yaml', file.text, chunk.start, chunk.end))
      refuse(collected, chunk.start, TOO_MANY_VALUES);
    else {
      const broken = brokenLines.find(({ start, end }) => start < chunk.end && end > chunk.start);
      if (broken === undefined) decodeYaml(collected, chunk.start, chunk.end);
      else refuse(collected, broken.at, 'this character is not valid UTF-8; save the file as UTF-8');
    }
  }
  if (collected.templateMark !== null) {
    const message =
      'this file is a template that is not rendered; render it (helm template, kustomize, ...) and check that';
    report(collected, collected.templateMark, 'error', message);
  }
  return collected;
}

/** Tells why a JSON text must not be parsed at all; small ones may try. */
function weighJson(text: string): string | null {
  if (text.length < LIGHT_JSON) return null;
  if (exceedsCapacity('json', text, 0, text.length)) return TOO_MANY_VALUES;
  return nestsDeeper(text, MAX_DEPTH) ? TOO_DEEP : null;
}

function report(collected: Collected, offset: number, level: Diagnostic['level'], message: string): void {
  const { file, diagnostics } = collected;
  diagnostics.push({ level, file: file.name, ...positionOf(file, offset), message });
}

function refuse(collected: Collected, offset: number, reason: string): void {
  report(collected, offset, 'error', `this document cannot be read: ${advise(reason)}`);
}

function decodeJson(collected: Collected, { start, end, value }: Extract<Chunk, { kind: 'json' }>): void {
  const entries = countEntries(value, MAX_DEPTH);
  if (entries === null) refuse(collected, start, TOO_DEEP);
  if (entries === null || value === null) return;
  const text = collected.file.text.slice(start, end);
  const document: Document = { file: collected.file, start, end, format: 'json', value };
  if (mayHaveSpelledNumbers(text)) markSpelledNumbers(document);
  collected.documents.push(document);
  if (countWrittenKeys(text) !== entries) {
    reportRepeatedKeys(collected, start, composeDocument(readJsonEvents(text)).repeatedKeys);
  }
}

function decodeYaml(collected: Collected, chunkStart: number, end: number): void {
  const { file } = collected;
  const start = file.text.startsWith(BYTE_ORDER_MARK, chunkStart) ? chunkStart + 1 : chunkStart;
  let composed: Composed;
  try {
    composed = composeDocument(parseYamlEvents(file.text.slice(start, end)));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const mark = findTemplateMark(file.text, start, end);
    if (mark === null) refuse(collected, Math.min(start + error.offset, end), error.message);
    else collected.templateMark ??= mark;
    return;
  }
  if (composed.value === null) return;
  const document: Document = { file, start, end, format: 'yaml', value: composed.value };
  if (composed.hasSpelledNumbers) markSpelledNumbers(document);
  collected.documents.push(document);
  reportRepeatedKeys(collected, start, composed.repeatedKeys);
}

function reportRepeatedKeys(collected: Collected, start: number, repeated: readonly RepeatedKey[]): void {
  for (const { key, offset, by } of repeated.slice(0, MOST_REPEATED_KEYS)) {
    const message =
      by === 'entry'
        ? `the key "${key}" stands twice in this mapping and only the last one counts; remove the other`
        : `"<<" replaces the value that "${key}" has above it; write the merge first to keep that value`;
    report(collected, start + offset, 'warning', message);
  }
  const next = repeated[MOST_REPEATED_KEYS];
  if (next === undefined) return;
  const more = repeated.length - MOST_REPEATED_KEYS;
  report(collected, start + next.offset, 'warning', `${String(more)} more keys of this document stand twice`);
}
