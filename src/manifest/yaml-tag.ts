/* What explicit tags do in go.yaml.in/yaml/v2: seven are known, on scalars only; every other tag means text. */
import { readNumber, readWord } from './scalar.ts';

const YAML_PREFIX = 'tag:yaml.org,2002:';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TIMESTAMP =
  /^\d{4}-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

export function isMergeTag(tag: string): boolean {
  return tag === `${YAML_PREFIX}merge`;
}

export type TaggedScalar =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'plain' }
  | { readonly kind: 'float' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Tells how to read a scalar with an explicit tag.
 * @param tag - in full
 * @returns `plain` when the text is read as if it had no tag and was not quoted, `float` when it must become a double
 */
export function readTaggedScalar(tag: string, text: string): TaggedScalar {
  if (!tag.startsWith(YAML_PREFIX)) return { kind: 'text', value: text };
  const name = tag.slice(YAML_PREFIX.length);
  switch (name) {
    case 'bool':
      return typeof readWord(text) === 'boolean' ? { kind: 'plain' } : refuse(text, name);
    case 'null':
      return readWord(text) === null ? { kind: 'plain' } : refuse(text, name);
    case 'int':
      return readNumber(text)?.kind === 'integer' ? { kind: 'plain' } : refuse(text, name);
    case 'float': {
      const number = readNumber(text);
      if (number === null) return refuse(text, name);
      const isUint64 = number.kind === 'integer' && number.value >= 2n ** 63n;
      return isUint64 ? refuse(text, name) : { kind: 'float' };
    }
    case 'timestamp':
      return isTimestamp(text) ? { kind: 'text', value: text } : refuse(text, name);
    case 'binary':
      return readBase64(text.replaceAll(/[\r\n]/g, ''));
    default:
      return { kind: 'text', value: text };
  }
}

function refuse(text: string, name: string): TaggedScalar {
  return { kind: 'refused', reason: `cannot decode \`${text}\` as a !!${name}` };
}

function readBase64(text: string): TaggedScalar {
  if (!BASE64.test(text)) return { kind: 'refused', reason: '!!binary value contains invalid base64 data' };
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return { kind: 'text', value: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
}

/** Whether Go's `time.Parse` takes the text by one of the four layouts that go-yaml allows. */
function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const [month = 0, day = 0, ...time] = match.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)]));
  const [hour = 0, minute = 0, second = 0] = time;
  const date = new Date(0);
  date.setUTCFullYear(Number(text.slice(0, 4)), month - 1, day);
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDate && hour < 24 && minute < 60 && second < 60;
}
