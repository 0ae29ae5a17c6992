import { fieldAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import type { Level } from '../report/report.ts';
import type { Catalog, RuleEntry, RuleParam, Subject } from './catalog.ts';

/**
 * Makes a catalog of what `opa inspect -a -f json` prints: every package `rules.<category>["<id>"]` is a rule, with the
 * METADATA of its package; what that leaves out has a default, for people's own rules. Sorted by id.
 */
export function readInspection(inspection: JsonValue): Catalog {
  const ids = Object.keys(objectAt(inspection, 'namespaces')).flatMap(readRuleId);
  const annotations = new Map<string, JsonObject>();
  for (const entry of listAt(inspection, 'annotations')) {
    const annotation = objectAt(entry, 'annotations');
    const id = readPath(listAt(entry, 'path'));
    if (id !== null && annotation['scope'] === 'package') annotations.set(id, annotation);
  }
  return { rules: [...new Set(ids)].sort().map((id) => readEntry(id, annotations.get(id) ?? {})) };
}

/** `data.rules.images["tag-required"]` as OPA prints a package; other packages, tests too, are no rules. */
function readRuleId(namespace: string): string[] {
  const parts = /^data\.rules\.([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*)|\["([a-z][a-z0-9-]*)"\])$/u.exec(namespace);
  const leaf = parts?.[2] ?? parts?.[3] ?? '';
  return parts === null || leaf.endsWith('_test') ? [] : [`${parts[1] ?? ''}/${leaf}`];
}

function readPath(path: readonly JsonValue[]): string | null {
  const [root, rules, category, leaf, ...rest] = path.map((step) => stringAt(step, 'value'));
  return root === 'data' && rules === 'rules' && leaf !== undefined && rest.length === 0 ? `${category}/${leaf}` : null;
}

const levels: readonly Level[] = ['error', 'warning', 'off'];
const subjects: readonly Subject[] = ['dockerfile', 'object', 'release'];

function readEntry(id: string, annotation: JsonObject): RuleEntry {
  const custom = objectAt(annotation, 'custom');
  return {
    id,
    subject: readSubject(custom['subject']),
    level: levels.find((level) => level === custom['level']) ?? 'error',
    title: stringAt(annotation, 'title') || id,
    description: oneParagraph(stringAt(annotation, 'description')),
    lesson: oneParagraph(stringAt(custom, 'lesson')),
    messages: listAt(custom, 'messages').filter((key) => typeof key === 'string'),
    params: Object.fromEntries(
      Object.entries(objectAt(custom, 'params')).map(([name, param]) => [name, readParam(param)]),
    ),
    urls: listAt(annotation, 'related_resources').map((resource) => stringAt(resource, 'ref')),
    needs: custom['needs'] === 'object' ? 'object' : 'facts',
  };
}

function readSubject(written: JsonValue | undefined): RuleEntry['subject'] {
  const named = Array.isArray(written) ? written : [written];
  const known = subjects.filter((subject) => named.includes(subject));
  return known.length > 1 ? known : (known[0] ?? 'object');
}

function readParam(param: JsonValue | undefined): RuleParam {
  const isDescribed = isJsonObject(param) && Object.hasOwn(param, 'default');
  return {
    description: oneParagraph(stringAt(param, 'description')),
    default: (isDescribed ? fieldAt(param, 'default') : param) ?? null,
    schema: objectAt(param, 'schema'),
  };
}

function oneParagraph(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
