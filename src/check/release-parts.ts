import type { KubernetesObject } from '../manifest/document.ts';
import { isNamespaced, objectKind } from '../quota/resource-name.ts';
import { isClusterObject } from '../state/state.ts';
import { isPatch } from '../workload/patch.ts';
import { isBound } from './bounds.ts';
import { isMerged } from './kustomize-release.ts';
import type { Release } from './release.ts';

/** Objects of a release that share quotas and limit ranges, and what is known of the place that they go to. */
export interface ReleasePart {
  /** The file of objects whose namespace nobody knows; `null` where it is known by name. */
  readonly file: string | null;
  /** In the order in which they are applied. Neighbours come first: what is judged has to fit beside them. */
  readonly objects: readonly KubernetesObject[];
  /** Indexes into the objects of the release: those that are judged; none where only neighbours are known. */
  readonly played: readonly number[];
  readonly state: readonly KubernetesObject[];
}

/** What decides about who meets whom, beside the release. */
export interface Surrounds {
  /** Of objects that name none; empty when nobody knows. */
  readonly namespace: string;
  readonly state: readonly KubernetesObject[];
  /** Namespaces of which not all may be read. */
  readonly unread: readonly string[];
}

/**
 * Divides a release as docs/adr/0007-who-shares-a-quota.md has it: objects of one namespace by name, in whatever files they
 * stand; and objects whose namespace nobody knows only with those of their own file. Only namespaces with a ResourceQuota
 * or LimitRange are in any part: of the others there is nothing to say.
 */
export function divideRelease(
  release: Pick<Release, 'context' | 'kustomized' | 'objects'>,
  { namespace, state, unread }: Surrounds,
): readonly ReleasePart[] {
  const objects = release.objects;
  const context = release.context.filter((object) => !isMerged(object, release));
  const bounds = [...state, ...context, ...objects]
    .filter((one) => isBound(one) && !isMerged(one, release))
    .map((one) => placeOf(one, namespace));
  const bounded = new Set([...bounds, ...unread.map((name) => `namespace ${name}`)]);
  const named: number[] = [];
  const byFile = new Map<string, number[]>();
  const clusterWide: number[] = [];
  const clusterWideOf = new Map<string, readonly number[]>();
  for (const [index, object] of objects.entries()) {
    if (isMerged(object, release)) continue;
    if (object.kind === 'Namespace' && !bounded.has(`namespace ${object.name}`)) continue;
    const file = fileOf(object);
    if (isClusterObject(object)) {
      clusterWide.push(index);
      clusterWideOf.set(file, [...(clusterWideOf.get(file) ?? []), index]);
    } else if (!isPlayed(object, bounded, namespace)) continue;
    else if (object.namespace !== '' || namespace !== '') named.push(index);
    else {
      const own = byFile.get(file);
      if (own === undefined) byFile.set(file, [index]);
      else own.push(index);
    }
  }
  const join = (played: readonly number[], beside: readonly KubernetesObject[]) => ({
    played,
    objects: keepLast([...beside, ...played.flatMap((index) => objects[index] ?? [])], namespace),
  });
  const beside = context.filter((object) => isClusterObject(object) || isPlayed(object, bounded, namespace));
  const played = named.length === 0 ? [] : [...clusterWide, ...named];
  const parts: ReleasePart[] = [{ file: null, state, ...join(played, beside) }];
  for (const [file, own] of byFile) {
    parts.push({ file, state: [], ...join([...(clusterWideOf.get(file) ?? []), ...own], []) });
  }
  return parts;
}

/** Of the same object twice the last counts; that there are two is told by a rule of its own. */
function keepLast(objects: readonly KubernetesObject[], namespace: string): readonly KubernetesObject[] {
  const last = new Map<string, KubernetesObject>();
  for (const object of objects) {
    last.set([objectKind(object), object.namespace || namespace, object.name].join(' '), object);
  }
  const kept = new Set(last.values());
  return objects.filter((object) => kept.has(object));
}

function isPlayed(object: KubernetesObject, bounded: ReadonlySet<string>, namespace: string): boolean {
  return bounded.has(placeOf(object, namespace)) && isNamespaced(object) && object.name !== '' && !isPatch(object);
}

/** The namespace, or the file where it is not known. */
function placeOf(object: KubernetesObject, namespace: string): string {
  const place = object.namespace || namespace;
  return place === '' ? `file ${fileOf(object)}` : `namespace ${place}`;
}

function fileOf({ source }: KubernetesObject): string {
  return source?.document.file.name ?? '';
}
