import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { fieldAt, isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { StateCoverage } from './coverage.ts';

/** What namespaces of a cluster held at a time, as far as verdicts need it; a file of `quotafit snapshot` holds one. */
export interface Snapshot extends StateCoverage {
  readonly apiVersion: 'quotafit.dev/v1';
  readonly kind: 'Snapshot';
  /** Of the cluster: `1.37`. */
  readonly kubernetesVersion: string;
  /** RFC 3339, of the moment before the first request. */
  readonly takenAt: string;
  /** What was looked into, and is there. */
  readonly namespaces: readonly string[];
  /** Reduced objects. A list that `kubectl` and `--state` read as one too. */
  readonly items: readonly JsonObject[];
}

/** How many objects are printed at a time: the text of a large cluster as a whole would take as much memory again. */
const OBJECTS_AT_A_TIME = 1000;

/** One line an object, so that two snapshots can be compared by their lines. @returns the text, in pieces */
export function* printSnapshot({ items, ...head }: Snapshot): Generator<string> {
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "items": [`;
  for (let from = 0; from < items.length; from += OBJECTS_AT_A_TIME) {
    const lines = items.slice(from, from + OBJECTS_AT_A_TIME).map((item) => `\n    ${JSON.stringify(item)}`);
    yield (from === 0 ? '' : ',') + lines.join(',');
  }
  yield items.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}

export function objectsOf({ items }: Snapshot): readonly KubernetesObject[] {
  return items.map((value) => ({
    apiVersion: stringAt(value, 'apiVersion'),
    kind: stringAt(value, 'kind'),
    namespace: stringAt(value, 'metadata', 'namespace'),
    name: stringAt(value, 'metadata', 'name'),
    value,
    source: null,
  }));
}

/** @returns the snapshot, or why the value is none */
export function readSnapshot(value: JsonValue): Snapshot | string {
  if (stringAt(value, 'kind') !== 'Snapshot') return 'it is no Snapshot; give other files with --state';
  const apiVersion = stringAt(value, 'apiVersion');
  if (apiVersion !== 'quotafit.dev/v1') return `its apiVersion is ${apiVersion || 'missing'}, not quotafit.dev/v1`;
  const takenAt = stringAt(value, 'takenAt');
  if (Number.isNaN(Date.parse(takenAt))) return 'its takenAt is no time';
  const kubernetesVersion = stringAt(value, 'kubernetesVersion');
  if (!/^1\.\d{1,3}$/u.test(kubernetesVersion)) return 'its kubernetesVersion is none';
  const namespaces = readTexts(fieldAt(value, 'namespaces'));
  const listed = readTexts(fieldAt(value, 'listed'));
  const unread = readUnread(fieldAt(value, 'unread'));
  const items = listAt(value, 'items').filter(isJsonObject);
  if (namespaces === null || listed === null || unread === null || items.length < listAt(value, 'items').length) {
    return 'it is damaged; take it again with quotafit snapshot';
  }
  return { apiVersion, kind: 'Snapshot', kubernetesVersion, takenAt, namespaces, listed, unread, items };
}

function readTexts(value: JsonValue | undefined): readonly string[] | null {
  const texts = listAt(value).filter((text) => typeof text === 'string');
  return Array.isArray(value) && texts.length === value.length ? texts : null;
}

function readUnread(value: JsonValue | undefined): StateCoverage['unread'] | null {
  if (!isJsonObject(value)) return null;
  const unread = new Map<string, readonly string[]>();
  for (const [namespace, written] of Object.entries(value)) {
    const resources = readTexts(written);
    if (resources === null) return null;
    unread.set(namespace, resources);
  }
  return Object.fromEntries(unread);
}
