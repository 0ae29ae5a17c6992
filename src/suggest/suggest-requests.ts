import { fitRelease, type FitOptions, type FitOutcome } from '../fit/fit-release.ts';
import type { WorkloadFit } from '../fit/fit-report.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { readQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import { makeQuantity } from '../quantity/quantity.ts';
import { roundDown, sharePods, type PodShare } from './pod-share.ts';

/** One amount of one container that has to be lowered. */
export interface LoweredAmount {
  readonly field: 'containers' | 'initContainers';
  readonly container: string;
  readonly list: 'limits' | 'requests';
  readonly resource: string;
  readonly from: string;
  readonly to: string;
}

export interface LoweredWorkload {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The quotas and resources that are short. */
  readonly because: readonly string[];
  readonly amounts: readonly LoweredAmount[];
}

export type RequestSuggestion =
  | { readonly kind: 'requests'; readonly workloads: readonly LoweredWorkload[] }
  | Extract<FitOutcome, { kind: 'bad-state' }>;

/** What is fixed in a pod (overhead, defaults) is not lowered, so that it takes a few rounds to come to the end. */
const mostRounds = 8;

/** By how much the amounts of blocked workloads have to be lowered so that all their pods fit, in equal shares of what is written. */
export function suggestRequests(
  release: readonly KubernetesObject[],
  state: readonly KubernetesObject[],
  options: FitOptions,
): RequestSuggestion {
  let lowered = release;
  const because = new Map<KubernetesObject, Set<string>>();
  for (let round = 0; round < mostRounds; round += 1) {
    const outcome = fitRelease(lowered, state, options);
    if (outcome.kind === 'bad-state') return outcome;
    let changed = false;
    lowered = lowered.map((object, index) => {
      const original = release[index] ?? object;
      const workload = outcome.report.workloads.find((one) => isOf(one, object, options.namespace));
      return listShares(workload).reduce((current, [resource, quota, share]) => {
        changed = true;
        because.set(original, (because.get(original) ?? new Set()).add(`${resource} of quota ${quota}`));
        return lowerObject(current, resource, share);
      }, object);
    });
    if (!changed) break;
  }
  const workloads = release.flatMap((object, index) => {
    const after = lowered[index];
    const reasons = because.get(object);
    if (after === undefined || reasons === undefined) return [];
    const { apiVersion, kind, name } = object;
    const namespace = object.namespace === '' ? options.namespace : object.namespace;
    return [{ apiVersion, kind, namespace, name, because: [...reasons], amounts: compareAmounts(object, after) }];
  });
  return { kind: 'requests', workloads };
}

function isOf(fit: WorkloadFit, object: KubernetesObject, namespace: string): boolean {
  const place = object.namespace === '' ? namespace : object.namespace;
  return fit.kind === object.kind && fit.name === object.name && fit.namespace === place;
}

function listShares(workload: WorkloadFit | undefined): readonly (readonly [string, string, PodShare])[] {
  const { created = null, desired = null, blockedBy = [] } = workload?.pods ?? {};
  if (created === null || desired === null || created >= desired) return [];
  return blockedBy.flatMap((blocker) => {
    const share = sharePods(blocker, created, desired);
    return share === null ? [] : [[blocker.resource, blocker.quota, share] as const];
  });
}

/** @param key - of the quota: `limits.cpu`, or `requests.cpu` and `cpu`, which mean the same */
function lowerObject(object: KubernetesObject, key: string, share: PodShare): KubernetesObject {
  const spec = objectAt(object.value, 'spec');
  const template = objectAt(spec, 'template');
  const podSpec = objectAt(template, 'spec');
  const lower = (container: JsonValue): JsonValue => lowerContainer(container, key, share);
  const lowered = {
    ...podSpec,
    containers: listAt(podSpec, 'containers').map(lower),
    ...(podSpec['initContainers'] === undefined
      ? {}
      : { initContainers: listAt(podSpec, 'initContainers').map(lower) }),
  };
  return { ...object, value: { ...object.value, spec: { ...spec, template: { ...template, spec: lowered } } } };
}

function lowerContainer(container: JsonValue, key: string, { asked, most }: PodShare): JsonValue {
  if (!isJsonObject(container)) return container;
  const resource = key.replace(/^(?:requests|limits)\./u, '');
  const resources = objectAt(container, 'resources');
  const [requests, limits] = [objectAt(resources, 'requests'), objectAt(resources, 'limits')];
  const scale = (written: JsonValue | undefined): string | null => {
    const amount = written === undefined ? null : readQuantity(written);
    if (amount?.kind !== 'quantity') return null;
    return canonicalQuantity(roundDown(makeQuantity((amount.nano * most.nano) / asked.nano, amount.format), resource));
  };
  // A limit without a request is the request too.
  const request = scale(requests[resource] ?? limits[resource]);
  const limit = key.startsWith('limits.') ? scale(limits[resource]) : null;
  const isBoth = limit !== null && requests[resource] !== undefined;
  const changed: JsonObject = {
    ...resources,
    ...(limit === null ? {} : { limits: { ...limits, [resource]: limit } }),
    ...(request !== null && (isBoth || !key.startsWith('limits.'))
      ? { requests: { ...requests, [resource]: request } }
      : {}),
  };
  return { ...container, resources: changed };
}

function compareAmounts(before: KubernetesObject, after: KubernetesObject): readonly LoweredAmount[] {
  return (['containers', 'initContainers'] as const).flatMap((field) =>
    containersOf(before, field).flatMap((container, index) =>
      (['requests', 'limits'] as const).flatMap((list) => {
        const old = objectAt(container, 'resources', list);
        const now = objectAt(containersOf(after, field)[index], 'resources', list);
        return Object.entries(now).flatMap(([resource, to]): readonly LoweredAmount[] => {
          if (old[resource] === to || typeof to !== 'string') return [];
          const written = old[resource];
          const from = typeof written === 'string' || typeof written === 'number' ? `${written}` : 'nothing written';
          return [{ field, container: stringAt(container, 'name'), list, resource, from, to }];
        });
      }),
    ),
  );
}

const containersOf = (object: KubernetesObject, field: 'containers' | 'initContainers'): readonly JsonValue[] =>
  listAt(object.value, 'spec', 'template', 'spec', field);
