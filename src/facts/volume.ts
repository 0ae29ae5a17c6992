import { fieldAt, isJsonObject, isTrueAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import type { PodTemplate } from '../workload/workload.ts';
import { readAmount, type ReadAmount } from './amount.ts';
import type { SettledContainer } from './pod-level.ts';
import { readAmounts } from './resources.ts';
import type { AmountFacts, VolumeFacts } from './schema.ts';
import type { WrittenContainer } from './container.ts';

export interface DescribedVolumes {
  readonly volumes: readonly VolumeFacts[];
  readonly amounts: readonly AmountFacts[];
}

/** The volumes of a pod, and the amounts that stand in them. */
export function describeVolumes(
  object: KubernetesObject,
  template: PodTemplate,
  pod: number,
  containers: readonly SettledContainer[],
  written: readonly WrittenContainer[],
): DescribedVolumes {
  const volumes: VolumeFacts[] = [];
  const amounts: AmountFacts[] = [];
  const mountsOf = indexMounts(written);
  const limited = containers.some(limitsDisk);
  for (const [index, volume] of listAt(template.spec, 'volumes').entries()) {
    if (!isJsonObject(volume)) continue;
    const path = `${template.pointer}/spec/volumes/${index}`;
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
    const name = stringAt(volume, 'name');
    const mounts = mountsOf.get(name);
    const base = { path: `${path}/${kind}`, pod, name, kind, ...(mounts !== undefined && { mounts }) };
    if (kind === 'emptyDir') {
      const source = objectAt(volume, 'emptyDir');
      const size = readSize(object, source, base.path);
      if (size !== null) amounts.push(size.facts);
      volumes.push({ ...base, ...describeEmptyDir(source, size, limited) });
    } else {
      volumes.push({ ...base, ...(kind === 'hostPath' && { hostPath: readHostPath(volume) }) });
      if (kind === 'ephemeral') amounts.push(...claimAmounts(object, volume, path));
    }
  }
  for (const [index, claim] of listClaimTemplates(object).entries()) {
    const name = stringAt(claim, 'metadata', 'name');
    const mounts = mountsOf.get(name);
    const path = `/spec/volumeClaimTemplates/${index}`;
    volumes.push({ path, pod, name, kind: 'volumeClaimTemplate', ...(mounts !== undefined && { mounts }) });
  }
  return { volumes, amounts };
}

/** The controller of a StatefulSet makes volumes of them, in place of any of the same name. */
function listClaimTemplates({ kind, value }: KubernetesObject): readonly JsonValue[] {
  return kind === 'StatefulSet' ? listAt(value, 'spec', 'volumeClaimTemplates') : [];
}

type Mounts = NonNullable<VolumeFacts['mounts']>;

/** By the name of their volume, so that each container is gone through once and not for each volume. */
function indexMounts(containers: readonly WrittenContainer[]): ReadonlyMap<string, Mounts> {
  const index = new Map<string, Mounts[number][]>();
  for (const { value, path, name, role } of containers) {
    if (role === 'init') continue;
    for (const [at, mount] of listAt(value, 'volumeMounts').entries()) {
      const found = {
        path: `${path}/volumeMounts/${at}`,
        container: name,
        mountPath: trimSlash(stringAt(mount, 'mountPath')),
        readOnly: isTrueAt(mount, 'readOnly'),
      };
      const volume = stringAt(mount, 'name');
      const known = index.get(volume);
      if (known === undefined) index.set(volume, [found]);
      else known.push(found);
    }
  }
  return index;
}

function readHostPath(volume: JsonObject): string {
  return trimSlash(stringAt(volume, 'hostPath', 'path'));
}

function trimSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function readSize(object: KubernetesObject, source: JsonObject, path: string): ReadAmount | null {
  const value = fieldAt(source, 'sizeLimit');
  if (value === undefined || value === null) return null;
  return readAmount(object, { path: `${path}/sizeLimit`, field: 'size', resource: 'sizeLimit' }, value);
}

/**
 * What keeps an emptyDir from filling the node: a size limit above zero, or for the node's disk an ephemeral-storage
 * limit, since the kubelet evicts a pod whose volumes and containers together pass the sum of those limits. Huge
 * pages are bounded by the limits that they need.
 * @see k8s.io/kubernetes/pkg/kubelet/eviction `emptyDirLimitEviction`, `podEphemeralStorageLimitEviction`
 */
function describeEmptyDir(
  source: JsonObject,
  size: ReadAmount | null,
  podLimitsDisk: boolean,
): Pick<VolumeFacts, 'bounded' | 'medium'> {
  const medium = stringAt(source, 'medium');
  // A size that cannot be read is a finding of its own, and not a missing one.
  if (size !== null && (size.quantity === null || size.quantity.nano > 0n)) return { medium, bounded: 'size-limit' };
  const isBounded = medium.startsWith('HugePages') || (medium === '' && podLimitsDisk);
  return isBounded ? { medium, bounded: 'pod-limit' } : { medium };
}

function limitsDisk({ resources }: SettledContainer): boolean {
  return (resources.limits.get('ephemeral-storage')?.nano ?? 0n) > 0n;
}

function claimAmounts(object: KubernetesObject, volume: JsonObject, path: string): AmountFacts[] {
  const resources = objectAt(volume, 'ephemeral', 'volumeClaimTemplate', 'spec', 'resources');
  const at = `${path}/ephemeral/volumeClaimTemplate/spec/resources`;
  return [
    ...readAmounts(object, resources['requests'], `${at}/requests`, 'request').values(),
    ...readAmounts(object, resources['limits'], `${at}/limits`, 'limit').values(),
  ].map((amount) => amount.facts);
}
