import { readFile } from 'node:fs/promises';
import { isJsonObject, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { must, type Kubectl } from './webhook-process.ts';

/** One verb on one resource, as one rule of one role gives it. */
export interface Right {
  /** `clusterrole/quotafit` or `role/quotafit` */
  readonly role: string;
  /** Its place among the rules of the role. */
  readonly rule: number;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** The only objects that it is for; empty for any. */
  readonly names: readonly string[];
}

export const printRight = ({ verb, group, resource, names }: Right): string =>
  [verb, group === '' ? resource : `${resource}.${group}`, ...names].join(' ');

/** All that the installed roles give, each verb and resource by itself. */
export async function listRights(kubectl: Kubectl): Promise<readonly Right[]> {
  const named = 'app.kubernetes.io/instance=quotafit';
  const get = ['get', 'clusterroles,roles', '--all-namespaces', '--selector', named, '--output', 'json'];
  const { items } = JSON.parse(await must(kubectl(get))) as { readonly items: readonly JsonObject[] };
  return items.flatMap((role) =>
    listAt(role, 'rules').flatMap((rule, index) =>
      texts(rule, 'apiGroups').flatMap((group) =>
        texts(rule, 'resources').flatMap((resource) =>
          texts(rule, 'verbs').map((verb) => ({
            role: `${stringAt(role, 'kind').toLowerCase()}/${stringAt(role, 'metadata', 'name')}`,
            rule: index,
            group,
            resource,
            verb,
            names: texts(rule, 'resourceNames'),
          })),
        ),
      ),
    ),
  );
}

const texts = (rule: JsonValue, field: string): readonly string[] =>
  listAt(rule, field).filter((text) => typeof text === 'string');

/** Everything that the webhook's service account asks is written down. */
export const auditPolicy: JsonObject = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: ['system:serviceaccount:quotafit-system:quotafit'] }, { level: 'None' }],
};

/** One request of the webhook. */
export interface Asked {
  readonly verb: string;
  readonly group: string;
  /** With its subresource; empty for paths of no resource, such as `/version`. */
  readonly resource: string;
  readonly name: string;
  readonly status: number;
}

export async function readAsked(log: string): Promise<readonly Asked[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.flatMap((line): readonly Asked[] => {
    const entry: unknown = JSON.parse(line);
    if (!isJsonObject(entry as JsonValue)) return [];
    const event = entry as JsonObject;
    const ref = objectAt(event, 'objectRef');
    return [
      {
        verb: stringAt(event, 'verb'),
        group: stringAt(ref, 'apiGroup'),
        resource: stringAt(ref, 'resource'),
        name: stringAt(ref, 'name'),
        status: Number(objectAt(event, 'responseStatus')['code'] ?? 0),
      },
    ];
  });
}

/** Whether a request needed this right; a create is of no name yet. */
export function isUsed({ verb, group, resource, names }: Right, asked: readonly Asked[]): boolean {
  return asked.some(
    (one) =>
      one.verb === verb &&
      one.group === group &&
      one.resource === resource &&
      (names.length === 0 || names.includes(one.name)),
  );
}

/** The rules of a role but for one right. */
export function rulesWithout(rules: readonly JsonValue[], right: Right): readonly JsonObject[] {
  return rules.filter(isJsonObject).flatMap((rule, index): readonly JsonObject[] => {
    if (index !== right.rule) return [rule];
    const resources = texts(rule, 'resources').filter((resource) => resource !== right.resource);
    const verbs = texts(rule, 'verbs').filter((verb) => verb !== right.verb);
    return [
      ...(resources.length === 0 ? [] : [{ ...rule, resources }]),
      ...(verbs.length === 0 ? [] : [{ ...rule, resources: [right.resource], verbs }]),
    ];
  });
}
