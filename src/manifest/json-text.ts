/*
 * JSON as Go's encoding/json reads it for kubectl. `JSON.parse` does the work; the differences: half a surrogate pair
 * becomes U+FFFD, and a number beyond a double is an error. Repeated keys, places and spellings, which `JSON.parse`
 * forgets, come from events (json-events.ts), made only when asked for.
 */
import type { JsonValue } from './document.ts';

const MAYBE_SURROGATE = /\\u[dD][89a-fA-F]/;
const ESCAPE = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|[^])/g;
const LONE_SURROGATE = /^\\u[^]{4}$/;
const MAYBE_BEYOND_DOUBLE = /[0-9]{309}|[eE]\+?[0-9]{3}/;
/** A literal that begins here, whatever follows it: Go's decoder goes on behind it. */
const LITERAL = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
/** A number that breaks off: its fraction or exponent begins, and has no digit. */
const BROKEN_NUMBER = /^-?[0-9]+(?:\.|[eE]|\.[0-9]+[eE])$/;
const NUMBER = /(?<=[[:,\s])-?[0-9][-+.0-9eE]*/g;

/**
 * Parses one JSON value.
 * @throws SyntaxError where Go's encoding/json refuses the text
 */
export function parseJson(text: string): JsonValue {
  const wellFormed = MAYBE_SURROGATE.test(text)
    ? text.replaceAll(ESCAPE, (escape) => (LONE_SURROGATE.test(escape) ? '\\ufffd' : escape))
    : text;
  const value = JSON.parse(wellFormed) as JsonValue;
  if (MAYBE_BEYOND_DOUBLE.test(text)) refuseInfinity(value);
  return value;
}

function refuseInfinity(value: JsonValue): void {
  JSON.stringify(value, (_key, member: unknown) => {
    if (member === Infinity || member === -Infinity) throw new SyntaxError('a number is beyond 64-bit floating point');
    return member;
  });
}

/**
 * Whether some number of a JSON text is spelled in a way that `String` of its value does not give back; text inside
 * strings that looks so counts too.
 */
export function mayHaveSpelledNumbers(text: string): boolean {
  for (const [number] of text.matchAll(NUMBER)) {
    if (String(Number(number)) !== number) return true;
  }
  return false;
}

/** Whether the brackets of a JSON text nest deeper than a limit; looked at before `JSON.parse` spends memory on them. */
export function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      const end = endOfJsonString(text, at);
      if (end === null) return false;
      at = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

/** Finds where the JSON value that begins at an offset ends, by its brackets; `null` when the text ends before it. */
export function endOfJsonValue(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      const end = endOfJsonString(text, at);
      if (end === null) return null;
      at = end - 1;
    } else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
    else if (depth === 0) {
      return endOfJsonLiteral(text, at);
    }
    if (depth === 0) return at + 1;
  }
  return null;
}

/** Gives the offset after a number, `true`, `false` or `null`; `null` where none begins. */
export function endOfJsonLiteral(text: string, start: number): number | null {
  LITERAL.lastIndex = start;
  if (!LITERAL.test(text)) return null;
  const end = LITERAL.lastIndex;
  return BROKEN_NUMBER.test(text.slice(start, end + 1)) ? null : end;
}

/** Gives the offset after a string's closing quote, `null` when there is none. */
export function endOfJsonString(text: string, start: number): number | null {
  let at = start;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return null;
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
}

/** Counts the entries of all objects in a value, and stops where values nest deeper than a limit. */
export function countEntries(value: JsonValue, maxDepth: number): number | null {
  if (typeof value !== 'object' || value === null) return 0;
  if (maxDepth === 0) return null;
  const members: readonly (JsonValue | undefined)[] = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : members.length;
  for (const member of members) {
    if (typeof member !== 'object' || member === null) continue;
    const inner = countEntries(member, maxDepth - 1);
    if (inner === null) return null;
    count += inner;
  }
  return count;
}

/** Counts what looks like a key in a JSON text: at least the entries it has, more when a string looks so too. */
export function countWrittenKeys(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) <= 0x20) before--;
    if (text.charCodeAt(before) === 0x22 && text.charCodeAt(before - 1) !== 0x5c) count++;
    else if (text.charCodeAt(before) === 0x22 && text.charCodeAt(before - 2) === 0x5c) count++;
  }
  return count;
}
