import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { isJsonObject, objectAt } from '../manifest/fields.ts';
import type { OnItem } from './api.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;

/** What a byte outside of texts means: begins a text, opens, or closes. A table takes half the time of comparisons. */
const [TEXT, OPENS, CLOSES] = [1, 2, 3] as const;
const meanings = new Uint8Array(256);
meanings[QUOTE] = TEXT;
for (const byte of Buffer.from('{[')) meanings[byte] = OPENS;
for (const byte of Buffer.from('}]')) meanings[byte] = CLOSES;

const METADATA = Buffer.from('"metadata":{');
/** Half of an object, which nobody reads. Where its name is in one piece with its bracket, it is taken for empty. */
const MANAGED_FIELDS = Buffer.from('"managedFields":[');
/** As API servers write built-in kinds: the name, the namespace and the uid before the version. */
const headPattern =
  /^\{(?:"(?:apiVersion|kind)":"[^"\\]*",)*"metadata":\{(?:"\w+":"[^"\\]*",)*?"resourceVersion":"[^"\\]*"/;
/** Names have 253 characters at most. */
const LONGEST_HEAD = 1024;

/** Reads the JSON of a Kubernetes list as it comes, in pieces of any length. */
export interface ItemReader {
  /** @throws SyntaxError for an item that is no JSON */
  readonly push: (chunk: Buffer) => void;
  /** @returns the list without its items. @throws SyntaxError when the text was cut, or is no JSON */
  readonly end: () => JsonObject;
}

/**
 * Hands over each item as soon as its last brace is there: a page of 500 pods is parsed in 500 short steps, and no more
 * than one of them is in memory. `JSON.parse` of a page of 4 MB would stop everything else for 40 ms. This only finds
 * where items begin and end; `JSON.parse` reads each of them, and the list around them, and says what is wrong.
 */
export function createItemReader(onItem: OnItem, isKnown?: (head: string) => boolean): ItemReader {
  /** The list, without what stands between the brackets of its items. */
  const envelope: Buffer[] = [];
  /** What earlier pieces hold of the item that is being read. */
  let begun: Buffer[] = [];
  let level = 0;
  let inItems = false;
  let inText = false;
  /** How many bytes of the next piece stand behind a backslash. */
  let escaped = 0;
  let inMetadata = false;
  let isSkipping = false;

  function open(chunk: Buffer, from: number, at: number): number {
    level += 1;
    if (level === 3 && inItems) return at;
    if (level === 4) inMetadata = inItems && endsWith(chunk, at, METADATA);
    if (level === 5 && inMetadata && endsWith(chunk, at, MANAGED_FIELDS)) {
      begun.push(chunk.subarray(from, at + 1));
      isSkipping = true;
    }
    if (level !== 2 || chunk[at] !== OPEN_LIST) return from;
    envelope.push(chunk.subarray(from, at + 1));
    inItems = /(?<!\\)"items"\s*:\s*\[$/u.test(Buffer.concat(envelope).toString('latin1'));
    return at + 1;
  }

  function close(chunk: Buffer, from: number, at: number): number {
    level -= 1;
    if (level === 4 && isSkipping) {
      isSkipping = false;
      return at;
    }
    if (level === 2 && inItems) {
      begun.push(chunk.subarray(from, at + 1));
      const text = join(begun);
      begun = [];
      const head = isKnown === undefined ? '' : headOf(text);
      if (head === '' || isKnown?.(head) !== true) take(text, head);
    } else if (level === 1 && inItems) {
      inItems = false;
      return at;
    }
    return from;
  }

  function take(text: Buffer, head: string): void {
    const item = parse(text);
    if (isJsonObject(item)) onItem(item, head);
  }

  function push(chunk: Buffer): void {
    /** Where in this piece the envelope or the item goes on. */
    let from = 0;
    let at = escaped;
    let text = inText;
    while (at < chunk.length) {
      const meaning = text ? TEXT : meanings[chunk[at++] ?? 0];
      if (meaning === TEXT) {
        text = true;
        while (text && at < chunk.length) {
          const byte = chunk[at++];
          if (byte === QUOTE) text = false;
          else if (byte === BACKSLASH) at += 1;
        }
      } else if (meaning === OPENS) from = open(chunk, from, at - 1);
      else if (meaning === CLOSES) from = close(chunk, from, at - 1);
    }
    inText = text;
    escaped = at - chunk.length;
    if (!inItems) envelope.push(chunk.subarray(from));
    else if (level > 2 && !isSkipping) begun.push(chunk.subarray(from));
  }

  return { push, end: () => objectAt(parse(join(envelope))) };
}

function endsWith(chunk: Buffer, at: number, text: Buffer): boolean {
  const from = at + 1 - text.length;
  return from >= 0 && chunk.compare(text, 0, text.length, from, at + 1) === 0;
}

function join(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

/** No two versions of any object of a resource have the same; '' where the version is not where API servers write it. */
function headOf(text: Buffer): string {
  return headPattern.exec(text.toString('latin1', 0, LONGEST_HEAD))?.[0] ?? '';
}

function parse(text: Buffer): JsonValue {
  return JSON.parse(text.toString('utf8')) as JsonValue;
}
