import type { Document } from './document.ts';
import { stepsOf } from './pointer.ts';
import { printJsonNumber, readNumber } from './scalar.ts';
import { sourceTreeOf } from './source-tree.ts';
import type { SourceNode } from './source-tree.ts';

const withSpelledNumbers = new WeakSet<Document>();

/** Remembers that a document holds a number spelled in a way that `String` of its value does not give back. */
export function markSpelledNumbers(document: Document): void {
  withSpelledNumbers.add(document);
}

/**
 * Gives the source text of a number whose value prints otherwise: `010`, `0x10`, `1_000`, `1e3`, `1.10`, or an integer
 * above 2^53.
 * @returns `null` for a number that is written as `String` writes its value, and for what is no number
 */
export function writtenNumber(document: Document, pointer: string): string | null {
  const node = withSpelledNumbers.has(document) ? findNode(document, pointer) : null;
  const text = node?.scalar?.value;
  if (text === undefined || typeof valueAt(document, pointer) !== 'number') return null;
  return text === String(valueAt(document, pointer)) ? null : text;
}

/**
 * Gives the text of a number as kubectl sends it on: a number of YAML as `sigs.k8s.io/yaml` converts it to JSON
 * (integers of 64 bits exactly, others as the shortest text of the double), a number of JSON as it is written.
 * @returns `null` for what is no number
 */
export function jsonNumberText(document: Document, pointer: string): string | null {
  const value = valueAt(document, pointer);
  if (typeof value !== 'number') return null;
  const text = writtenNumber(document, pointer);
  if (text === null) return String(value);
  if (document.format === 'json') return text;
  const number = readNumber(text);
  return number === null ? String(value) : printJsonNumber(number);
}

function findNode(document: Document, pointer: string): SourceNode | null {
  let node: SourceNode | null | undefined = sourceTreeOf(document);
  for (const step of stepsOf(pointer)) node = node?.children.get(step);
  return node ?? null;
}

function valueAt(document: Document, pointer: string): unknown {
  let value: unknown = document.value;
  for (const step of stepsOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}
