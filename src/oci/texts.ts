import type { JsonObject } from '../manifest/document.ts';

/** The members that are texts, as labels and annotations have to be. */
export function readTexts(value: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
