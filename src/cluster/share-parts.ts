import type { JsonObject, JsonValue } from '../manifest/document.ts';

/**
 * Makes a value that was just read share memory with a known one: equal parts of it become the known ones.
 * @param value - nobody else's yet; its members are replaced in place
 * @returns `known` itself when all of it is equal
 */
export function shareParts(value: JsonObject, known: JsonObject): JsonObject {
  const shared = share(value, known);
  return shared === known ? known : value;
}

function share(value: JsonValue, known: JsonValue | undefined): JsonValue {
  // Of two equal texts, too, one can go.
  if (known === undefined || value === known) return known ?? value;
  if (typeof value !== 'object' || typeof known !== 'object' || value === null || known === null) return value;
  if (Array.isArray(value) !== Array.isArray(known)) return value;
  const members = value as Record<string, JsonValue>;
  const others = known as JsonObject;
  const names = Object.keys(members);
  let isEqual = names.length === Object.keys(others).length;
  for (const name of names) {
    const member = members[name] as JsonValue;
    const other = Object.hasOwn(others, name) ? others[name] : undefined;
    const part = share(member, other);
    if (part !== other) isEqual = false;
    else members[name] = part;
  }
  return isEqual ? known : value;
}
