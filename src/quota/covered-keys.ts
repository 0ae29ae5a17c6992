import type { Charge } from './charge.ts';

export const requestsPrefix = 'requests.';

const podKeys: ReadonlySet<string> = new Set([
  'count/pods',
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
]);

const claimKeys: readonly string[] = ['persistentvolumeclaims', 'requests.storage'];

/** Qualified and outside `kubernetes.io/`, as device plugins name theirs; only `requests.` of it can be limited. */
export function isExtendedResource(name: string): boolean {
  const isNative = !name.includes('/') || name.includes('kubernetes.io/');
  return !isNative && !name.startsWith(requestsPrefix) && isQualifiedName(requestsPrefix + name);
}

/** `prefix/name`: a DNS subdomain, then at most 63 characters of a label key. */
export function isQualifiedName(name: string): boolean {
  const parts = name.split('/');
  const [key = '', prefix] = parts.toReversed();
  if (parts.length > 2 || !/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(key)) return false;
  if (prefix === undefined) return true;
  return prefix.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(prefix);
}

/**
 * Whether a key of a quota is about objects of this kind, so that the quota concerns them, charged or not.
 * @see `MatchingResources` of the evaluators in k8s.io/kubernetes/pkg/quota/v1/evaluator/core
 */
export function coversKey({ traits, usage }: Charge, key: string): boolean {
  switch (traits.kind) {
    case 'pod':
      return (
        podKeys.has(key) || key.startsWith('hugepages-') || key.startsWith('requests.hugepages-') || isExtendedKey(key)
      );
    case 'claim':
      return (
        usage.has(key) || claimKeys.some((name) => key === name || key.endsWith(`.storageclass.storage.k8s.io/${name}`))
      );
    case 'device-claim':
      return usage.has(key) || key.endsWith('.deviceclass.resource.k8s.io/devices');
    case 'plain':
      return usage.has(key);
  }
}

function isExtendedKey(key: string): boolean {
  if (!key.startsWith(requestsPrefix)) return false;
  if (key.startsWith('requests.deviceclass.resource.kubernetes.io/')) return true;
  return key.includes('/') && !key.includes('kubernetes.io/');
}
