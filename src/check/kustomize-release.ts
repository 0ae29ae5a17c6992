import { isTrueAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import { keyOf } from '../fit/owned.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import type { Merged } from '../workload/patch.ts';
import { readWorkload, type KindTable, type Workload } from '../workload/workload.ts';
import { createFollower, type Step } from './follow-kustomizations.ts';
import { readKustomizations, type Replicas } from './kustomization.ts';
import { placeObject, rewriteImage, rewriteObject, type LabelPairs } from './kustomized-object.ts';
import type { Release } from './release.ts';

/** What kustomizations among the input make of one object. */
export interface Kustomized {
  /** With the images, labels and replicas that they write; its namespace is that of the file. */
  readonly object: KubernetesObject;
  readonly workload: Workload | null;
  /** The same in the namespace that they give, by which it is judged. */
  readonly placed: KubernetesObject;
  /** Present where the object is a patch. */
  readonly merged?: Merged;
}

/** What kustomizations are read with. */
export interface KustomizeContext {
  /** Absolute path of a file that the input names; `null` for what is no file. */
  readonly pathOf: (file: string) => string | null;
  readonly kinds: KindTable;
}

/** A release as kustomizations among it leave it: what they write is written, and patches are told from what is applied. */
export function kustomizeRelease(release: Release, context: KustomizeContext): Release {
  const kustomize = gatherKustomizations([...release.context, ...release.objects], context);
  if (kustomize === null) return release;
  const kustomized = new Map<KubernetesObject, Kustomized>();
  const apply = (object: KubernetesObject): KubernetesObject => {
    const made = kustomize(object);
    kustomized.set(made.object, made);
    return made.object;
  };
  return { ...release, objects: release.objects.map(apply), context: release.context.map(apply), kustomized };
}

/**
 * Reads what kustomizations say of files: which are patches, and what becomes of images, labels, replicas and namespaces.
 * Whatever else they change, only what `kustomize build` prints can tell.
 * @param objects - kustomizations and components among them are looked at
 * @returns what holds for an object of the input; `null` where there is no kustomization. Where several ways lead to a file,
 * what is written is left if one of them leaves it, and replicas that differ are unknown
 * @see sigs.k8s.io/kustomize/api/internal/target `KustTarget.accumulateTarget`, for the order
 */
export function gatherKustomizations(
  objects: readonly KubernetesObject[],
  { pathOf, kinds }: KustomizeContext,
): ((object: KubernetesObject) => Kustomized) | null {
  const pathOfFile = remember(pathOf);
  const findPath = ({ source }: KubernetesObject): string | null =>
    source === null ? null : pathOfFile(source.document.file.name);
  const kustomizations = readKustomizations(objects, findPath);
  if (kustomizations.length === 0) return null;
  const resources = new Set(kustomizations.flatMap((one) => one.resources));
  const patches = new Set(kustomizations.flatMap((one) => one.patches));
  const findMerged = createTargetFinder(() => objects.filter((one) => resources.has(findPath(one) ?? '')), kinds);
  const follow = createFollower(kustomizations);
  const followImage = follow(writeImage, String);
  const followReplicas = follow(writeReplicas, ({ kind, name, count }) => `${kind}/${name} ${count}`);
  const [followLabels, followNamespace] = [follow(writeLabels, JSON.stringify), follow(writeNamespace, String)];
  const placeOf = remember((path) => ({
    labels: takeCommon(followLabels(path, noLabels)),
    namespace: takeWritten(followNamespace(path, ''), ''),
  }));
  return (object) => {
    const path = findPath(object);
    const workload = readWorkload(object, kinds);
    if (path === null || !(resources.has(path) || patches.has(path))) return { object, workload, placed: object };
    const { kind, name } = object;
    const { labels, namespace } = placeOf(path);
    const replicas = takeOnly(followReplicas(path, { kind, name, count: null }));
    const rewritten = rewriteObject(object, workload, {
      labels,
      replicas: replicas === 'unknown' ? null : replicas,
      writeImage: (text) => takeWritten(followImage(path, text), text),
    });
    const made = rewritten === object ? workload : readWorkload(rewritten, kinds);
    return {
      object: rewritten,
      workload: replicas === 'unknown' ? forgetReplicas(made) : made,
      placed: placeObject(rewritten, namespace),
      ...(patches.has(path) && { merged: findMerged(object) }),
    };
  };
}

/** Works a value out once for each key. */
function remember<Value>(work: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const found = known.get(key) ?? work(key);
    known.set(key, found);
    return found;
  };
}

/** An object of a release where kustomizations put it. */
export function findPlaced(object: KubernetesObject, { kustomized }: Pick<Release, 'kustomized'>): KubernetesObject {
  return kustomized?.get(object)?.placed ?? object;
}

/** Whether an object of a release is what a kustomization names as a patch. */
export function isMerged(object: KubernetesObject, { kustomized }: Pick<Release, 'kustomized'>): boolean {
  return kustomized?.get(object)?.merged !== undefined;
}

/** Finds what a patch is merged into: objects of its kind and name. */
function createTargetFinder(
  listResources: () => readonly KubernetesObject[],
  kinds: KindTable,
): (patch: KubernetesObject) => Merged {
  let known: Map<string, Set<string>> | null = null;
  const index = (): Map<string, Set<string>> => {
    const found = new Map<string, Set<string>>();
    for (const object of listResources()) {
      const templates = readWorkload(object, kinds)?.templates ?? [];
      const lists = templates.flatMap(({ spec }) => [listAt(spec, 'initContainers'), listAt(spec, 'containers')]);
      const names = lists.flat().map((container) => stringAt(container, 'name'));
      found.set(keyOf(object), new Set([...(found.get(keyOf(object)) ?? []), ...names]));
    }
    return found;
  };
  return (patch) => {
    known ??= index();
    return { into: known.get(keyOf(patch)) ?? new Set() };
  };
}

function takeWritten(ways: readonly string[], written: string): string {
  return ways.includes(written) ? written : (ways[0] ?? written);
}

const writeImage: Step<string> = ({ value }, written) =>
  listAt(value, 'images').reduce<string>((text, image) => rewriteImage(text, image), written);

const writeNamespace: Step<string> = ({ value }, given) => stringAt(value, 'namespace') || given;

const noLabels: LabelPairs = { object: {}, template: {} };

/** @see sigs.k8s.io/kustomize/api/internal/target `transformerConfigurators`, LabelTransformer */
const writeLabels: Step<LabelPairs> = ({ value }, given) => {
  const everywhere = { pairs: objectAt(value, 'commonLabels'), includeSelectors: true };
  return [...listAt(value, 'labels'), everywhere].reduce<LabelPairs>(({ object, template }, entry) => {
    const pairs = objectAt(entry, 'pairs');
    const reachesPods = isTrueAt(entry, 'includeSelectors') || isTrueAt(entry, 'includeTemplates');
    return { object: { ...object, ...pairs }, template: reachesPods ? { ...template, ...pairs } : template };
  }, given);
};

function takeCommon(ways: readonly LabelPairs[]): LabelPairs {
  const [first = noLabels] = ways;
  const keep = (side: keyof LabelPairs): JsonObject =>
    Object.fromEntries(
      Object.entries(first[side]).filter(([label]) => ways.every((way) => Object.hasOwn(way[side], label))),
    );
  return { object: keep('object'), template: keep('template') };
}

interface Scaled {
  readonly kind: string;
  readonly name: string;
  readonly count: Count;
}

/** `null` where what is written is left. */
type Count = Replicas['count'] | null;

const writeReplicas: Step<Scaled> = ({ replicas }, given) => {
  const last = replicas.findLast(({ kind, name }) => name === given.name && (kind === null || kind === given.kind));
  return last === undefined ? given : { ...given, count: last.count };
};

function takeOnly(ways: readonly Scaled[]): Count {
  const [first = null, ...others] = new Set(ways.map(({ count }) => count));
  return others.length === 0 ? first : 'unknown';
}

/** What rules see of a workload of which each overlay makes another number of pods: nobody can tell how many. */
function forgetReplicas(workload: Workload | null): Workload | null {
  if (workload === null) return null;
  const replicas = { kind: 'unknown', missing: `replicas of ${workload.object.kind} ${workload.object.name}` } as const;
  const templates = workload.templates.map((template) => ({ ...template, replicas }));
  return { ...workload, templates };
}
