import { listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { findPlural, groupsOfPlural, printGroupResource } from '../quota/resource-name.ts';
import { builtInKinds } from '../workload/built-in-kinds.ts';
import { joinPointer } from '../manifest/pointer.ts';
import type { DeadQuotaKeyFacts } from './quota-schema.ts';

/** What makes a key dead, and what was probably meant. */
type Verdict = Pick<DeadQuotaKeyFacts, 'instead' | 'why'>;

/**
 * The keys of a ResourceQuota that the API server accepts, and then neither counts nor enforces: nothing that anybody
 * creates is ever matched by them. Keys that it refuses are not among them.
 * @see k8s.io/kubernetes/pkg/quota/v1/evaluator/core `MatchingResources`
 */
export function findDeadQuotaKeys({ apiVersion, kind, value }: KubernetesObject): readonly DeadQuotaKeyFacts[] {
  if (apiVersion !== 'v1' || kind !== 'ResourceQuota') return [];
  const scopes = listScopes(value);
  return Object.keys(objectAt(value, 'spec', 'hard')).flatMap((key) => {
    const verdict = judgeKey(key) ?? judgeScoped(key, scopes);
    return verdict === null ? [] : [{ path: joinPointer('/spec/hard', key), key, ...verdict }];
  });
}

function listScopes(quota: KubernetesObject['value']): readonly string[] {
  return [
    ...listAt(quota, 'spec', 'scopes').filter((scope) => typeof scope === 'string'),
    ...listAt(quota, 'spec', 'scopeSelector', 'matchExpressions').map((one) => stringAt(one, 'scopeName')),
  ];
}

function judgeKey(key: string): Verdict | null {
  if (key.startsWith('count/')) return judgeCount(key.slice('count/'.length));
  const slash = key.indexOf('/');
  if (slash < 0) return null;
  const [domain, name] = [key.slice(0, slash), key.slice(slash + 1)];
  if (domain.endsWith('.storageclass.storage.k8s.io')) {
    return name === 'requests.storage' || name === 'persistentvolumeclaims' ? null : { why: 'not-counted' };
  }
  if (domain.endsWith('.deviceclass.resource.k8s.io')) return name === 'devices' ? null : { why: 'not-counted' };
  if (domain.startsWith('requests.')) {
    const isCounted = !domain.includes('kubernetes.io') || domain === 'requests.deviceclass.resource.kubernetes.io';
    return isCounted ? null : { why: 'not-counted' };
  }
  if (domain.includes('kubernetes.io')) return { why: 'not-counted' };
  return domain.startsWith('limits.')
    ? { why: 'extended-limit', instead: `requests.${domain.slice('limits.'.length)}/${name}` }
    : { why: 'bare-extended', instead: `requests.${key}` };
}

/** Groups of which every namespaced resource is known; of others, and of custom ones, only a cluster knows. */
const knownGroups: ReadonlySet<string> = new Set([
  '',
  'apps',
  'autoscaling',
  'batch',
  'discovery.k8s.io',
  'extensions',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
]);

const clusterScoped: ReadonlySet<string> = new Set(
  builtInKinds
    .filter(({ namespaced }) => !namespaced)
    .map(({ group, plural }) => printGroupResource({ group, resource: plural })),
);

/** Kinds that the quota system leaves out. @see k8s.io/kubernetes/pkg/quota/v1/install `DefaultIgnoredResources` */
const ignored: ReadonlySet<string> = new Set(['bindings', 'componentstatuses', 'events', 'events.events.k8s.io']);

function judgeCount(counted: string): Verdict | null {
  if (clusterScoped.has(counted)) return { why: 'cluster-scoped' };
  if (ignored.has(counted)) return { why: 'not-counted' };
  const dot = counted.indexOf('.');
  const [resource, group] = dot < 0 ? [counted, ''] : [counted.slice(0, dot), counted.slice(dot + 1)];
  const groups = groupsOfPlural(resource);
  // A group of custom resources has a dot.
  if ((!knownGroups.has(group) && group.includes('.')) || groups.includes(group)) return null;
  const [meant] = groups;
  const found = meant === undefined ? findPlural(resource) : { group: meant, resource };
  return { why: 'unknown-resource', ...(found !== null && { instead: `count/${printGroupResource(found)}` }) };
}

const podResources: ReadonlySet<string> = new Set(['count/pods', 'pods']);

/** Scopes hold for pods, and one of them for claims: a quota with a scope matches nothing else. */
function judgeScoped(key: string, scopes: readonly string[]): Verdict | null {
  const [scope] = scopes;
  if (scope === undefined || podResources.has(key)) return null;
  const isOfClaims = key === 'count/persistentvolumeclaims' || key.includes('.storageclass.storage.k8s.io/');
  if (scope === 'VolumeAttributesClass') return isOfClaims || !key.includes('/') ? null : { why: 'scope' };
  return key.startsWith('count/') || isOfClaims || key.includes('.deviceclass.resource.k8s.io/')
    ? { why: 'scope' }
    : null;
}
