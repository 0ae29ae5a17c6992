import { ApiError, type ClusterApi } from '../cluster/api.ts';
import { listResource } from '../cluster/list-resource.ts';
import { countDays, type Denial } from '../denial/denial.ts';
import { eventReasons, readEvent } from '../denial/event.ts';
import type { Told } from '../denial/why.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { integerAt, isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { ResourceId } from '../report/report.ts';
import { groupOf } from '../workload/workload.ts';
import { readDenials } from './read-denials.ts';

export interface ReadTold {
  /** The latest first. */
  readonly told: readonly Told[];
  /** Where nothing could be looked up, in words. */
  readonly unread: readonly string[];
}

/**
 * All that the webhook has left about an object: Events, its report, its record of denials. What may not be read is named.
 * @throws ApiError when the server fails, or the network's own error
 */
export async function readTold(
  api: ClusterApi,
  object: ResourceId,
  webhookNamespace: string,
  now: Date,
): Promise<ReadTold> {
  const events = await readEvents(api, object);
  const denials = await readDenials(api, webhookNamespace, now);
  const kept =
    denials.kind === 'record' ? denials.record.denials.filter((denial) => isSame(object, denial)).map(tellDenial) : [];
  const isKept = (event: Told): boolean =>
    kept.some(
      ({ user, findings, outcome }) =>
        outcome === event.outcome &&
        user === event.user &&
        findings.every(({ rule }) => event.findings.some((one) => one.rule === rule)),
    );
  const left = (events ?? []).filter((event) => event.outcome !== 'denied' || !isKept(event));
  const told = [...kept, ...left, ...(await readReport(api, object))];
  return {
    told: told.toSorted((a, b) => compareTimes(a.last, b.last)),
    unread: [
      ...(events === null ? [`you may not read events of ${object.namespace}`] : []),
      ...(denials.kind === 'unread' ? [denials.problem] : []),
    ],
  };
}

/** What has no time comes last. */
function compareTimes(a: string | null, b: string | null): number {
  return (b ?? '') < (a ?? '') ? -1 : Number((b ?? '') > (a ?? ''));
}

type Reference = Pick<ResourceId, 'apiVersion' | 'kind' | 'name' | 'namespace'>;

/** Whatever the version. What has a generated name is told as `import-*`. */
function isSame(object: ResourceId, { apiVersion, kind, name, namespace }: Reference): boolean {
  const isKind = kind === object.kind && groupOf(apiVersion) === groupOf(object.apiVersion);
  const isNamed = name.endsWith('*') ? object.name.startsWith(name.slice(0, -1)) : name === object.name;
  return isKind && isNamed && namespace === object.namespace;
}

function referenceOf(value: JsonValue | undefined): Reference {
  const [apiVersion = '', kind = '', name = '', namespace = ''] = ['apiVersion', 'kind', 'name', 'namespace'].map(
    (field) => stringAt(value, field),
  );
  return { apiVersion, kind, name, namespace };
}

/** `null` when they may not be read. Events of other reasons may be many. */
async function readEvents(api: ClusterApi, object: ResourceId): Promise<readonly Told[] | null> {
  const root = `/api/v1/namespaces/${object.namespace}/events`;
  const told: Told[] = [];
  for (const [outcome, reason, about] of [
    ['denied', eventReasons.denied, 'related'],
    ['does-not-fit', eventReasons.doesNotFit, 'involvedObject'],
  ] as const) {
    const events = await listResource(api, `${root}?fieldSelector=reason%3D${reason}`, (event) => event);
    if (events === null) return null;
    for (const event of events) {
      const read = readEvent(event);
      if (read === null || stringAt(event, 'reason') !== reason || !isSame(object, referenceOf(event[about]))) continue;
      told.push({ outcome, source: 'event', ...read, last: timeOf(event), count: integerAt(event, 'count') ?? 1 });
    }
  }
  return told;
}

function timeOf(event: JsonObject): string | null {
  return stringAt(event, 'lastTimestamp') || stringAt(event, 'metadata', 'creationTimestamp') || null;
}

function tellDenial({ outcome, user, last, days, rule, message, shortages }: Denial): Told {
  return { outcome, source: 'record', user, last, count: countDays(days), findings: [{ rule, message, shortages }] };
}

/** Nothing where the cluster has no reports, or they may not be read: the object is judged anew in any case. */
async function readReport(api: ClusterApi, object: ResourceId): Promise<readonly Told[]> {
  const path = `/apis/wgpolicyk8s.io/v1alpha2/namespaces/${object.namespace}/policyreports/quotafit`;
  try {
    const results = listAt(await api.get(path), 'results').filter((result) =>
      listAt(result, 'resources').some((resource) => isJsonObject(resource) && isSame(object, referenceOf(resource))),
    );
    if (results.length === 0) return [];
    const findings = results.map((result) => ({
      rule: stringAt(result, 'rule'),
      message: stringAt(result, 'message'),
      shortages: [],
    }));
    return [{ outcome: 'found', source: 'policy-report', user: null, last: null, count: results.length, findings }];
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return [];
    throw error;
  }
}
