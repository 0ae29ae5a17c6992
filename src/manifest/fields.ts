import type { JsonObject, JsonValue } from './document.ts';

const emptyObject: JsonObject = {};
const emptyItems: readonly JsonValue[] = [];

/** A path of member names from an object downwards. */
type Path = readonly string[];

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of members; `undefined` where any step is missing or no object. Inherited names are not members. */
export function fieldAt(value: JsonValue | undefined, ...path: Path): JsonValue | undefined {
  let current = value;
  for (const name of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

/** The object at a path; an empty one where there is none. */
export function objectAt(value: JsonValue | undefined, ...path: Path): JsonObject {
  const found = fieldAt(value, ...path);
  return isJsonObject(found) ? found : emptyObject;
}

/** The list at a path; an empty one where there is none. */
export function listAt(value: JsonValue | undefined, ...path: Path): readonly JsonValue[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? (found as readonly JsonValue[]) : emptyItems;
}

/** The text at a path; empty where there is none, as Kubernetes decodes an absent string. */
export function stringAt(value: JsonValue | undefined, ...path: Path): string {
  const found = fieldAt(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The whole number at a path; `null` where there is none. */
export function integerAt(value: JsonValue | undefined, ...path: Path): number | null {
  const found = fieldAt(value, ...path);
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : null;
}

/** Whether the member at a path is `true`. */
export function isTrueAt(value: JsonValue | undefined, ...path: Path): boolean {
  return fieldAt(value, ...path) === true;
}
