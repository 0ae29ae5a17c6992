/**
 * Reads reviews, and remembers the latest. Who keeps a cluster as a repository says sends each object again every few
 * minutes, also what was refused: such reviews differ in nothing but marks of the single request. They are not parsed anew,
 * and others know by `originalOf` what they made of the object.
 */
import { crc32 } from 'node:zlib';
import type { JsonObject, JsonValue } from '../src/manifest/document.ts';
import { objectAt } from '../src/manifest/fields.ts';
import { markRecurring } from '../src/recurring.ts';
import { cutManagedFields, marker, memberOf, parseReviewBody, restoreManagedFields } from './review-body.ts';
import { parseReview, type ParsedReview, type ReviewRequest } from './review.ts';

/** Longer ones are few, and are not remembered. */
const LONGEST_BYTES = 16 * 1024;
/** With their texts and objects a dozen megabytes; sixty, where each is as long as it may be. */
const REMEMBERED = 1024;

/** Of so many texts is known that they were read once; what comes a second time is remembered. */
const SEEN = 16 * 1024;

/** Reads the body of a webhook call as if it were the first. */
export function readReview(body: Buffer): ParsedReview {
  let review: unknown;
  try {
    review = parseReviewBody(body);
  } catch {
    return { kind: 'malformed', message: 'the body is no JSON; send an AdmissionReview' };
  }
  return parseReview(review);
}

/** @returns reads the body of a webhook call */
export function createReviewReader(): (body: Buffer) => ParsedReview {
  const seen = new Set<number>();
  const remembered = new Map<number, Remembered>();
  return (body) => {
    const lists = body.length > LONGEST_BYTES ? null : cutManagedFields(body);
    const cut = lists === null ? null : cutMarks(lists.text);
    if (lists === null || cut === null) return readReview(body);
    // Most texts come once. To hold on to what was made of them, or only to look for them, costs more than to sum them up.
    // Two that have the same sum keep each other from being remembered, and no more.
    const sum = crc32(cut.text) | 0;
    const known = remembered.get(sum);
    if (known?.text === cut.text) return { kind: 'review', request: sendAgain(known.request, cut) };
    const review = parseOrNull(cut.text);
    // What was cut out elsewhere, such as in the spec of a custom object, is something that rules may look at.
    if (!restoreManagedFields(review, lists.count) || !restoreMarks(review, cut)) return readReview(body);
    const parsed = parseReview(review);
    if (!seen.has(sum)) {
      dropOldest(seen, SEEN);
      seen.add(sum);
    } else if (parsed.kind === 'review' && parsed.request.kind !== 'Secret') {
      const { object, oldObject } = parsed.request;
      if (object !== null) markRecurring(object, object);
      if (oldObject !== null) markRecurring(oldObject, oldObject);
      dropOldest(remembered, REMEMBERED);
      remembered.set(sum, { text: cut.text, request: parsed.request });
    }
    return parsed;
  };
}

interface Remembered {
  readonly text: string;
  readonly request: ReviewRequest;
}

/** A text in which markers stand for what differs from one request to the next. */
interface CutText {
  readonly text: string;
  readonly uid: string;
  /** What was cut out of `metadata` of either object. */
  readonly marks: readonly Mark[];
}

interface Mark {
  readonly object: 'object' | 'oldObject';
  readonly field: 'creationTimestamp' | 'resourceVersion' | 'uid';
  readonly value: string;
}

const uidMember = '"uid":"';
/** As Go's encoder orders them: what comes before the marks. */
const beforeMarks =
  /\{(?:"(?:apiVersion|kind)":"[^"\\]*",)*"metadata":\{(?:"(?:generateName|name|namespace)":"[^"\\]*",)*/y;
const marks = /"(creationTimestamp|resourceVersion|uid)":"([^"\\]*)"|"generation":\d+/y;

/** `null` where no uid is to be found; whether it was that of the request, its marker says later. */
function cutMarks(text: string): CutText | null {
  const start = text.indexOf(uidMember) + uidMember.length;
  const end = text.indexOf('"', start);
  const uid = text.slice(start, end);
  if (start < uidMember.length || uid === '' || uid.includes('\\')) return null;
  const found: Mark[] = [];
  let cut = `${text.slice(0, start)}${marker}`;
  let from = end;
  for (const object of ['object', 'oldObject'] as const) {
    const member = `"${object}":`;
    const at = text.indexOf(`${member}{`, from);
    if (at === -1) continue;
    beforeMarks.lastIndex = at + member.length;
    if (!beforeMarks.test(text)) continue;
    marks.lastIndex = beforeMarks.lastIndex;
    for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
      const [whole, field, value] = match;
      if (field !== undefined && value !== undefined) {
        found.push({ object, field: field as Mark['field'], value });
        cut += `${text.slice(from, match.index)}"${field}":"${marker}"`;
        from = match.index + whole.length;
      }
      marks.lastIndex += 1;
    }
  }
  return { text: cut + text.slice(from), uid, marks: found };
}

/** Puts back what was cut out. @returns whether each of it stood where the API server has it */
function restoreMarks(review: unknown, { uid, marks: cut }: CutText): boolean {
  const request = memberOf(review, 'request');
  if (request?.['uid'] !== marker) return false;
  request['uid'] = uid;
  return cut.every(({ object, field, value }) => {
    const metadata = memberOf(memberOf(request, object), 'metadata');
    if (metadata?.[field] !== marker) return false;
    metadata[field] = value;
    return true;
  });
}

/** The review that was remembered, with the marks of this one. */
function sendAgain(known: ReviewRequest, { uid, marks: cut }: CutText): ReviewRequest {
  const object = restoreInto(known.object, 'object', cut);
  const oldObject = restoreInto(known.oldObject, 'oldObject', cut);
  return { ...known, uid, object, oldObject };
}

function restoreInto(original: JsonObject | null, which: Mark['object'], cut: CutText['marks']): JsonObject | null {
  const own = cut.filter(({ object }) => object === which);
  if (original === null || own.length === 0) return original;
  const metadata: Record<string, JsonValue | undefined> = { ...objectAt(original, 'metadata') };
  for (const { field, value } of own) metadata[field] = value;
  const restored = { ...original, metadata };
  markRecurring(restored, original);
  return restored;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Makes room for one more. */
function dropOldest<Key>(entries: Map<Key, unknown> | Set<Key>, size: number): void {
  for (const oldest of entries.keys()) {
    if (entries.size < size) return;
    entries.delete(oldest);
  }
}
