import { posix } from 'node:path';
import { fieldAt, integerAt, isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { Document, JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { groupOf } from '../workload/workload.ts';

/** One kustomization or component of the input; all paths are absolute. */
export interface Kustomization {
  readonly value: JsonObject;
  readonly folder: string;
  /** Files and folders. */
  readonly resources: readonly string[];
  readonly patches: readonly string[];
  /** Folders. */
  readonly components: readonly string[];
  /** What it and its patches write, the last one last. */
  readonly replicas: readonly Replicas[];
}

/** How many pods an object is given. */
export interface Replicas {
  /** `null` for whatever kind. */
  readonly kind: string | null;
  readonly name: string;
  /** A patch that changes their number mostly changes more, which is not read. */
  readonly count: number | 'unknown';
}

const group = 'kustomize.config.k8s.io';

/** Whether an object is a kustomization or component: no server takes it. */
export function isKustomization({ apiVersion }: Pick<KubernetesObject, 'apiVersion'>): boolean {
  return groupOf(apiVersion) === group;
}

/** @param findPath - the absolute path of an object's file; `null` where it came from none */
export function readKustomizations(
  objects: readonly KubernetesObject[],
  findPath: (object: KubernetesObject) => string | null,
): readonly Kustomization[] {
  const read = objects.flatMap((object) => {
    const path = isKustomization(object) ? findPath(object) : null;
    if (path === null) return [];
    const folder = posix.dirname(path);
    const { value } = object;
    return [{ value, folder, patches: listPatches(value, folder) }];
  });
  const files = new Map<string, KubernetesObject[]>(
    read.flatMap(({ patches }) => patches.map(({ path }) => [path, []])),
  );
  if (files.size > 0) for (const object of objects) files.get(findPath(object) ?? '')?.push(object);
  return read.map(({ value, folder, patches }) => ({
    value,
    folder,
    resources: listPaths(value, folder, ['resources', 'bases']),
    patches: patches.map(({ path }) => path),
    components: listPaths(value, folder, ['components']),
    replicas: [
      ...patches.flatMap(({ path, target }) => (files.get(path) ?? []).flatMap((patch) => readPatch(patch, target))),
      ...listAt(value, 'replicas').flatMap((entry) => {
        const count = integerAt(entry, 'count');
        return count === null ? [] : [{ kind: null, name: stringAt(entry, 'name'), count }];
      }),
    ],
  }));
}

/** The kustomization that a document without `kind` and `apiVersion` is by the name of its file, as kustomize takes it; else `null`. */
export function readBareKustomization(document: Document): KubernetesObject | null {
  const { file, value } = document;
  if (!/(?:^|\/)kustomization\.ya?ml$/u.test(file.name) || !isJsonObject(value)) return null;
  if (value['kind'] !== undefined || value['apiVersion'] !== undefined) return null;
  const source = { document, pointer: '' };
  return { apiVersion: `${group}/v1beta1`, kind: 'Kustomization', namespace: '', name: '', value, source };
}

interface PatchFile {
  readonly path: string;
  /** What it is merged into, where the kustomization says so; else the object of its own kind and name. */
  readonly target: JsonValue | undefined;
}

function listPatches(value: JsonValue, folder: string): readonly PatchFile[] {
  const byName = listPaths(value, folder, ['patchesStrategicMerge']).map((path) => ({ path, target: undefined }));
  const entries = listAt(value, 'patches').flatMap((entry) => {
    const path = stringAt(entry, 'path');
    return path === '' ? [] : [{ path: posix.join(folder, path), target: fieldAt(entry, 'target') }];
  });
  return [...byName, ...entries];
}

function listPaths(value: JsonValue, folder: string, fields: readonly string[]): readonly string[] {
  return fields
    .flatMap((field) => listAt(value, field))
    .flatMap((entry) => (typeof entry === 'string' ? [posix.join(folder, entry).replace(/\/$/u, '')] : []));
}

function readPatch(patch: KubernetesObject, target: JsonValue | undefined): readonly Replicas[] {
  const { kind, name } =
    target === undefined ? patch : { kind: stringAt(target, 'kind'), name: stringAt(target, 'name') };
  const isScaled = integerAt(patch.value, 'spec', 'replicas') !== null;
  return isScaled ? [{ kind: kind || null, name, count: 'unknown' }] : [];
}
