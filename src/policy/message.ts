import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { divideQuantity } from '../quantity/arithmetic.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import { readableNumber, readableQuantity } from '../quantity/readable.ts';
import type { RawFinding } from './evaluation.ts';

/**
 * Sentences by rule id; under it one text, or one for each `messageId`. `{container}` stands for a member of the
 * finding's data, `{free:amount}` for an amount or number that may be rounded if nobody could read it, and
 * `{limit/max}` for an amount divided by a number, rounded up to what people write, `{pods#pod}` for a noun after a number.
 */
export type Messages = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

const placeholder = /\{([A-Za-z]+)(?:(:amount)|\/([A-Za-z]+)|#([a-z]+))?\}/gu;
const bytes = /(?:^|[./])(?:memory|storage|ephemeral-storage)$|^hugepages-/u;

/** The sentence of one finding. A rule without texts (people's own) speaks by its `data.message`, else by its id. */
export function renderMessage(messages: Messages, finding: RawFinding): string {
  const template = findTemplate(messages, finding);
  if (template === null) return typeof finding.data['message'] === 'string' ? finding.data['message'] : finding.rule;
  return fillTemplate(template, finding.data);
}

/** Puts members of a finding's data in the place of `{name}`; what the data does not have stays as it is. */
export function fillTemplate(template: string, data: JsonObject): string {
  const isExact = template.includes(':amount') && blursAmounts(template, data);
  return template.replace(placeholder, (whole, key: string, isAmount?: string, divisor?: string, noun?: string) => {
    const value = member(data, key);
    if (value === undefined) return whole;
    if (noun !== undefined) return value === 1 ? noun : `${noun}s`;
    if (divisor !== undefined) return divide(value, member(data, divisor), data) ?? whole;
    return isAmount === undefined || isExact ? printValue(value) : printAmount(value, data);
  });
}

/** Whether amounts that differ would read the same if they were rounded. */
function blursAmounts(template: string, data: JsonObject): boolean {
  const named = [...template.matchAll(placeholder)].filter(([, , isAmount]) => isAmount !== undefined);
  const amounts = new Set(named.map(([, key = '']) => member(data, key)));
  return new Set([...amounts].map((value) => printAmount(value, data))).size < amounts.size;
}

function member(data: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(data, key) ? data[key] : undefined;
}

function printAmount(value: JsonValue | undefined, data: JsonObject): string {
  if (typeof value === 'number') return readableNumber(value);
  if (typeof value !== 'string') return value === undefined ? '' : printValue(value);
  return readableQuantity(value, countsBytes(data) || value.endsWith('i'));
}

function divide(value: JsonValue, divisor: JsonValue | undefined, data: JsonObject): string | null {
  const quantity = typeof value === 'string' ? parseQuantity(value) : null;
  if (quantity?.kind !== 'quantity' || typeof divisor !== 'number' || divisor < 0.001) return null;
  return canonicalQuantity(divideQuantity(quantity, divisor, countsBytes(data)));
}

function countsBytes({ resource }: JsonObject): boolean {
  return typeof resource === 'string' && bytes.test(resource);
}

function findTemplate(messages: Messages, finding: RawFinding): string | null {
  const entry = Object.hasOwn(messages, finding.rule) ? messages[finding.rule] : undefined;
  if (entry === undefined) return null;
  if (typeof entry === 'string') return entry;
  return finding.messageId === undefined ? null : (entry[finding.messageId] ?? null);
}

function printValue(value: JsonValue): string {
  if (Array.isArray(value)) return value.map((item: JsonValue) => printValue(item)).join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
