import { ApiError, type ClusterApi } from '../../src/cluster/api.ts';
import { listPath, type ClusterResource } from '../../src/cluster/resources.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { controllerRefOf } from '../../src/fit/owned.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import { objectKind } from '../../src/quota/resource-name.ts';
import type { NamespaceState } from '../../src/state/namespace-state.ts';
import { groupOf } from '../../src/workload/workload.ts';
import type { Remark } from '../judge.ts';
import { listNeighbours } from '../neighbours.ts';
import type { ConfiguredDeps } from '../running.ts';
import { describeFinding, type AuditFinding } from './finding.ts';
import type { Pace } from './pace.ts';

export interface AuditRulesDeps {
  readonly api: ClusterApi;
  /** Namespaced resources whose objects are judged. */
  readonly resources: readonly ClusterResource[];
  readonly configured: Pick<ConfiguredDeps, 'checkBeside' | 'checkOwnRules' | 'checkRules' | 'scope'>;
}

/** A page is held at once, so it is small. */
const PAGE_SIZE = 50;
/** For people's own rules on one object. */
const OWN_RULES_MS = 5000;

/**
 * Judges the objects of a namespace by rules on single objects, and by those on several that hold for what exists. They are read once more for it: what is held of them
 * all the time leaves out much that rules look at, and must.
 * @throws ApiError, or the network's own error
 */
export async function auditRules(
  { api, resources, configured }: AuditRulesDeps,
  namespace: NamespaceState,
  pace: Pace,
): Promise<readonly AuditFinding[]> {
  const { workloadKinds } = configured.scope;
  const findings: AuditFinding[] = [];
  for (const resource of resources) {
    const isTold = ({ value }: Pick<KubernetesObject, 'value'>): boolean => isToldByOwner(workloadKinds, value);
    const held = namespace.objects.get(objectKind(resource)) ?? [];
    if (held.every(isTold)) continue;
    for await (const page of readPages(api, listPath(resource, namespace.name))) {
      for (const value of page) {
        const object = describeObject(resource, namespace.name, value);
        if (isTold(object)) continue;
        for (const remark of await judgeObject(configured, object, namespace, pace)) {
          findings.push(describeFinding(remark, object));
        }
      }
    }
  }
  return findings;
}

/** As the webhook judges a write of it. */
async function judgeObject(
  { checkBeside, checkOwnRules, checkRules, scope }: AuditRulesDeps['configured'],
  object: KubernetesObject,
  namespace: NamespaceState,
  pace: Pace,
): Promise<readonly Omit<Remark, 'isOld'>[]> {
  const { limitRanges } = namespace;
  const imagesOnly = isOwnedPodMaker(scope.workloadKinds, object);
  const alone = await pace.step(() => checkRules(object, imagesOnly, limitRanges));
  if (imagesOnly) return alone;
  const neighbours = listNeighbours(object, namespace);
  const beside = neighbours.length === 0 ? [] : await pace.step(() => checkBeside(object, neighbours));
  const own = await checkOwnRules?.(object, limitRanges, OWN_RULES_MS);
  return [...alone, ...beside, ...(own?.remarks ?? [])];
}

function describeObject({ apiVersion, kind }: ClusterResource, namespace: string, value: JsonObject): KubernetesObject {
  // Items of a list do not say what they are.
  const whole = { apiVersion, kind, ...value };
  return { apiVersion, kind, namespace, name: stringAt(value, 'metadata', 'name'), value: whole, source: null };
}

/** What somebody else's controller made is its owner's to keep, but for its images. */
function isOwnedPodMaker(workloadKinds: ReadonlySet<string>, object: KubernetesObject): boolean {
  const { apiVersion, kind } = object;
  const makesPods = kind === 'Pod' || workloadKinds.has(`${groupOf(apiVersion)}/${kind}`);
  return makesPods && controllerRefOf(object) !== null;
}

/** Pods of a Deployment have its faults, and there may be a thousand of them. */
function isToldByOwner(workloadKinds: ReadonlySet<string>, value: JsonObject): boolean {
  const owner = controllerRefOf({ value });
  return owner !== null && workloadKinds.has(`${groupOf(owner.apiVersion)}/${owner.kind}`);
}

/** @throws ApiError, or the network's own error; a resource that is not served has no pages */
async function* readPages(api: ClusterApi, path: string): AsyncGenerator<readonly JsonObject[]> {
  let token = '';
  do {
    const items: JsonObject[] = [];
    try {
      const query = { limit: PAGE_SIZE, ...(token === '' ? {} : { continue: token }) };
      token = stringAt(await api.list(path, query, (item) => items.push(item)), 'metadata', 'continue');
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return;
      throw error;
    }
    yield items;
  } while (token !== '');
}
