import type { JsonObject, JsonValue } from '../manifest/document.ts';
import type { RawFinding } from './evaluation.ts';

/**
 * Sentences by rule id; under it one text, or one for each `messageId`. `{container}` stands for a member of the
 * finding's data.
 */
export type Messages = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

const placeholder = /\{([A-Za-z]+)\}/gu;

/** The sentence of one finding. A rule without texts (people's own) speaks by its `data.message`, else by its id. */
export function renderMessage(messages: Messages, finding: RawFinding): string {
  const template = findTemplate(messages, finding);
  if (template === null) return typeof finding.data['message'] === 'string' ? finding.data['message'] : finding.rule;
  return fillTemplate(template, finding.data);
}

/** Puts members of a finding's data in the place of `{name}`; what the data does not have stays as it is. */
export function fillTemplate(template: string, data: JsonObject): string {
  return template.replace(placeholder, (whole, key: string) => {
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    return value === undefined ? whole : printValue(value);
  });
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
