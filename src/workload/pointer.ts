import type { JsonValue } from '../manifest/document.ts';
import { fieldAt, isJsonObject } from '../manifest/fields.ts';

/** A value inside an object, and what each `*` of the pointer stood for there. */
export interface Place {
  readonly pointer: string;
  readonly value: JsonValue;
  readonly steps: readonly string[];
}

/** The places that an RFC 6901 pointer means, with `*` for every item of a list or member of an object. */
export function expandPointer(root: JsonValue, pointer: string): readonly Place[] {
  let places: readonly Place[] = [{ pointer: '', value: root, steps: [] }];
  for (const token of pointer.split('/').slice(1)) {
    const next: Place[] = [];
    for (const place of places) descend(place, token, next);
    places = next;
  }
  return places;
}

/** The pointer with each `*` replaced by the step that another pointer took at its own. */
export function bindPointer(pointer: string, steps: readonly string[]): string {
  let next = 0;
  return pointer.replaceAll(/(?<=\/)\*(?=\/|$)/g, (star) => steps[next++] ?? star);
}

function descend({ pointer, value, steps }: Place, token: string, places: Place[]): void {
  if (token === '*') {
    for (const [name, member] of membersOf(value)) {
      const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
      places.push({ pointer: `${pointer}/${step}`, value: member, steps: [...steps, step] });
    }
    return;
  }
  const name = token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token;
  const found = memberOf(value, name);
  if (found !== undefined) places.push({ pointer: `${pointer}/${token}`, value: found, steps });
}

function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  if (!Array.isArray(value)) return fieldAt(value, name);
  return /^(?:0|[1-9][0-9]*)$/u.test(name) ? (value as readonly JsonValue[])[Number(name)] : undefined;
}

function membersOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (Array.isArray(value)) return value.map((item: JsonValue, i) => [String(i), item] as const);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, member] as const]));
}
