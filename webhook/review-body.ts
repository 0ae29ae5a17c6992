/**
 * The JSON of a review without the `managedFields` of its objects: half of the bytes that an API server sends, and
 * nothing that a verdict needs. They are cut out of the text, for to parse them costs as much as the rest.
 */
import { randomUUID } from 'node:crypto';

/** As Go's encoder writes it. Outside of strings, nothing but a member's name can read so; inside, quotes are escaped. */
const member = Buffer.from('"managedFields":[');
/** Stands for what was cut out. Nobody can guess it, so whoever holds it in the parsed value had that. */
export const marker = randomUUID();
const markerText = JSON.stringify(marker);

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openObject] = [0x5b, 0x5d, 0x7b];

/** A body in whose text `marker` stands for each list that was cut out. */
interface CutBody {
  readonly text: string;
  readonly count: number;
}

/**
 * Parses the body of a webhook call; `metadata.managedFields` of the object and of the old one come back as empty lists.
 * Lists of that name anywhere else stay as they are.
 * @throws SyntaxError for what is no JSON
 */
export function parseReviewBody(body: Buffer): unknown {
  const cut = cutManagedFields(body);
  if (cut === null) return JSON.parse(body.toString());
  const review: unknown = JSON.parse(cut.text);
  // A list that was cut out elsewhere, such as in the spec of a custom object, is something that rules may look at.
  return restoreManagedFields(review, cut.count) ? review : JSON.parse(body.toString());
}

/** `null` where a list has no end. */
export function cutManagedFields(body: Buffer): CutBody | null {
  let text = '';
  let from = 0;
  let count = 0;
  for (let at = body.indexOf(member); at !== -1; at = body.indexOf(member, from)) {
    const list = at + member.length - 1;
    const end = isMemberName(body, at) ? findEnd(body, list) : -1;
    if (end === -1) return null;
    text += body.toString('utf8', from, list) + markerText;
    from = end;
    count += 1;
  }
  return { text: text + body.toString('utf8', from), count };
}

/** Not the end of a longer name or of a text: those have an escaped quote in this place. */
function isMemberName(body: Buffer, at: number): boolean {
  const before = body[at - 1];
  return before === openObject || before === comma;
}

/** Behind the bracket that closes the list; -1 when none does. */
function findEnd(body: Buffer, list: number): number {
  let depth = 0;
  for (let at = list; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === quote) {
      for (at += 1; at < body.length && body[at] !== quote; at += 1) if (body[at] === backslash) at += 1;
    } else if (byte === openList) depth += 1;
    else if (byte === closeList) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** Puts empty lists in place of markers. @returns whether all that were cut out stood where the API server keeps them */
export function restoreManagedFields(review: unknown, count: number): boolean {
  const request = memberOf(review, 'request');
  let restored = 0;
  for (const field of ['object', 'oldObject']) {
    const metadata = memberOf(memberOf(request, field), 'metadata');
    if (metadata?.['managedFields'] !== marker) continue;
    metadata['managedFields'] = [];
    restored += 1;
  }
  return restored === count;
}

export function memberOf(value: unknown, name: string): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string, Record<string, unknown> | undefined>)[name];
}
