/**
 * Reads reviews, and remembers the latest. Who keeps a cluster as a repository says sends each object again every few
 * minutes: such reviews differ in nothing but marks of the single request. They are not parsed anew, and come back with the
 * same objects, by which others know what they made of them.
 */
import { crc32 } from 'node:zlib';
import { markRecurring } from '../src/recurring.ts';
import { cutManagedFields, marker, memberOf, parseReviewBody, restoreManagedFields } from './review-body.ts';
import { parseReview, type ParsedReview, type ReviewRequest } from './review.ts';

/** Longer ones are few, and are not remembered. */
const LONGEST_BYTES = 16 * 1024;
/** With their texts and objects a dozen megabytes. */
const REMEMBERED = 1024;

/** Of so many texts is known that they were read once; what comes a second time is remembered. */
const SEEN = 16 * 1024;

/**
 * @returns reads the body of a webhook call. What it has of an object that was sent before has the `resourceVersion` and
 *   `creationTimestamp` of then, which no verdict looks at.
 * @throws SyntaxError for what is no JSON
 */
export function createReviewReader(): (body: Buffer) => ParsedReview {
  const seen = new Set<number>();
  const remembered = new Map<string, ReviewRequest>();
  return (body) => {
    const lists = body.length > LONGEST_BYTES ? null : cutManagedFields(body);
    const cut = lists === null ? null : cutMarks(lists.text);
    if (lists === null || cut === null) return parseReview(parseReviewBody(body));
    // Most texts come once. To hold on to what was made of them, or only to look for them, costs more than to sum them up.
    const sum = crc32(cut.text) | 0;
    const known = seen.has(sum) ? remembered.get(cut.text) : undefined;
    if (known !== undefined) return { kind: 'review', request: { ...known, uid: cut.uid } };
    const review: unknown = JSON.parse(cut.text);
    // What was cut out elsewhere, such as in the spec of a custom object, is something that rules may look at.
    if (!restoreManagedFields(review, lists.count) || !restoreMarks(review, cut)) {
      return parseReview(parseReviewBody(body));
    }
    const parsed = parseReview(review);
    if (!seen.has(sum)) {
      dropOldest(seen, SEEN);
      seen.add(sum);
    } else if (parsed.kind === 'review') {
      for (const object of [parsed.request.object, parsed.request.oldObject])
        if (object !== null) markRecurring(object);
      dropOldest(remembered, REMEMBERED);
      remembered.set(cut.text, parsed.request);
    }
    return parsed;
  };
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
  readonly field: 'creationTimestamp' | 'resourceVersion';
  readonly value: string;
}

const uidMember = '"uid":"';
/** As Go's encoder orders them: what comes before the marks. */
const beforeMarks =
  /\{(?:"(?:apiVersion|kind)":"[^"\\]*",)*"metadata":\{(?:"(?:generateName|name|namespace|uid)":"[^"\\]*",)*/y;
const marks = /"(creationTimestamp|resourceVersion)":"([^"\\]*)"|"generation":\d+/y;

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

/** Makes room for one more. */
function dropOldest<Key>(entries: Map<Key, unknown> | Set<Key>, size: number): void {
  for (const oldest of entries.keys()) {
    if (entries.size < size) return;
    entries.delete(oldest);
  }
}
