import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { jsonNumberText, writtenNumber } from '../manifest/number.ts';
import type { AmountFacts } from './schema.ts';

/** How a value stands in its file, and what Kubernetes' decoder makes of the spelling. */
export interface Spelling {
  readonly written: string;
  /** The number that the server parses; absent where it is the value itself. */
  readonly decoded?: string;
  readonly notation?: AmountFacts['notation'];
}

/** Numbers reach the server in another spelling than they are written in: YAML's `010` is 8, `1_000` is 1000. */
export function spellNumber({ source }: KubernetesObject, path: string, value: JsonValue): Spelling {
  if (typeof value !== 'number') return { written: typeof value === 'string' ? value : JSON.stringify(value) };
  const pointer = `${source?.pointer ?? ''}${path}`;
  const written = source === null ? null : writtenNumber(source.document, pointer);
  if (source === null || written === null) return { written: String(value) };
  const notation = findNotation(written, value);
  return {
    written,
    decoded: jsonNumberText(source.document, pointer) ?? String(value),
    ...(notation !== undefined && { notation }),
  };
}

function findNotation(written: string, value: number): AmountFacts['notation'] {
  const digits = written.replaceAll('_', '');
  if (/^[+-]?0[xX]/u.test(digits)) return 'hexadecimal';
  if (/^[+-]?0[bB]/u.test(digits)) return 'binary';
  if (/^[+-]?0o?[0-7]+$/u.test(digits)) return Number(digits.replace('o', '')) === value ? undefined : 'octal';
  if (/[eE]/u.test(digits)) return 'exponent';
  return digits === written ? undefined : 'underscores';
}
