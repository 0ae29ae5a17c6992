import { posix } from 'node:path';
import type { ImageContext } from '../facts/image.ts';
import { isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { Document, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { groupOf } from '../workload/workload.ts';

/** What kustomizations among the input do to the objects of one of its files: which name it as a patch, and what they write into it. */
export type Kustomized = Pick<ImageContext, 'merged' | 'writeImage'>;

interface Kustomization {
  readonly value: KubernetesObject['value'];
  readonly folder: string;
  /** Paths of files and folders. */
  readonly resources: readonly string[];
  readonly patches: readonly string[];
}

/** Absolute path of a file that the input names; `null` for what is no file. */
type PathOf = (file: string) => string | null;

const group = 'kustomize.config.k8s.io';
const nothing: Kustomized = {};
/** Nobody builds such a tower of kustomizations, and a stack has an end. */
const deepest = 100;

/**
 * Reads what kustomizations say of files: which are patches, and what becomes of images. Whatever else they change, only what
 * `kustomize build` prints can tell.
 * @param objects - kustomizations and components among them are looked at
 * @returns what holds for an object of the input; an image is rewritten only where every kustomization that reaches its file does so
 * @see sigs.k8s.io/kustomize/api/filters/imagetag, api/image `Split`
 */
export function gatherKustomizations(
  objects: readonly KubernetesObject[],
  pathOf: PathOf,
): (object: KubernetesObject) => Kustomized {
  const kustomizations = objects.flatMap((object): Kustomization[] => {
    const path = groupOf(object.apiVersion) === group ? findPath(object, pathOf) : null;
    if (path === null) return [];
    const folder = posix.dirname(path);
    const { value } = object;
    const resources = listPaths(value, folder, ['resources', 'bases']);
    const named = listAt(value, 'patches').map((patch) => posix.join(folder, stringAt(patch, 'path')));
    return [{ value, folder, resources, patches: [...listPaths(value, folder, ['patchesStrategicMerge']), ...named] }];
  });
  if (kustomizations.length === 0) return () => nothing;
  const patches = new Set(kustomizations.flatMap((one) => one.patches));
  const rewrite = createRewriter(kustomizations);
  return (object) => {
    const path = findPath(object, pathOf);
    if (path === null) return nothing;
    const writeImage = (written: string): string => rewrite(path, written);
    return patches.has(path) ? { merged: true, writeImage } : { writeImage };
  };
}

/** The kustomization that a document without `kind` and `apiVersion` is by the name of its file, as kustomize takes it; else `null`. */
export function readBareKustomization(document: Document): KubernetesObject | null {
  const { file, value } = document;
  if (!/(?:^|\/)kustomization\.ya?ml$/u.test(file.name) || !isJsonObject(value)) return null;
  if (value['kind'] !== undefined || value['apiVersion'] !== undefined) return null;
  const source = { document, pointer: '' };
  return { apiVersion: `${group}/v1beta1`, kind: 'Kustomization', namespace: '', name: '', value, source };
}

function findPath({ source }: KubernetesObject, pathOf: PathOf): string | null {
  return source === null ? null : pathOf(source.document.file.name);
}

function listPaths(value: JsonValue, folder: string, fields: readonly string[]): readonly string[] {
  return fields
    .flatMap((field) => listAt(value, field))
    .flatMap((entry) => (typeof entry === 'string' ? [posix.join(folder, entry).replace(/\/$/u, '')] : []));
}

function createRewriter(kustomizations: readonly Kustomization[]): (path: string, written: string) => string {
  const users = new Map<string, Kustomization[]>();
  for (const one of kustomizations) {
    for (const path of [...one.resources, ...one.patches]) users.set(path, [...(users.get(path) ?? []), one]);
  }
  const byFolder = new Map(kustomizations.map((one) => [one.folder, one]));
  const applyImages = ({ value, folder }: Kustomization, written: string, applied: Set<string>): string => {
    applied.add(folder);
    const components = listPaths(value, folder, ['components'])
      .filter((path) => !applied.has(path) && applied.size <= deepest)
      .flatMap((path) => byFolder.get(path) ?? []);
    const within = components.reduce((text, component) => applyImages(component, text, applied), written);
    return listAt(value, 'images').reduce<string>((text, image) => rewriteImage(text, image), within);
  };
  const known = new Map<string, readonly string[]>();
  const open = new Set<string>();
  /** What is written in the end, for each way to a kustomization that no other uses. */
  const render = (path: string, written: string): readonly string[] => {
    const key = JSON.stringify([path, written]);
    const rendered = known.get(key);
    if (rendered !== undefined) return rendered;
    // Kustomizations that use each other in a circle, which kustomize refuses, lead nowhere.
    if (open.has(path) || open.size > deepest) return [];
    open.add(path);
    const found = (users.get(path) ?? []).flatMap((one) => render(one.folder, applyImages(one, written, new Set())));
    open.delete(path);
    const texts = users.has(path) ? [...new Set(found)].sort() : [written];
    known.set(key, texts);
    return texts;
  };
  return (path, written) => {
    const texts = render(path, written);
    return texts.includes(written) ? written : (texts[0] ?? written);
  };
}

/** No registry takes a longer reference. */
const longest = 4096;
const reference = /^(?<name>.+?)(?<tag>:[\w.{}-]*)?(?<digest>@sha256:[\w.{}-]*)?$/u;

/** One entry of `images`: an image of its name gets another name, tag or digest. */
function rewriteImage(written: string, image: JsonValue): string {
  if (written.length > longest) return written;
  const { name = '', tag = '', digest = '' } = reference.exec(written)?.groups ?? {};
  if (name === '' || name !== stringAt(image, 'name')) return written;
  const newName = stringAt(image, 'newName') || name;
  const newTag = stringAt(image, 'newTag');
  const newDigest = stringAt(image, 'digest');
  const suffix = stringAt(image, 'tagSuffix');
  if (newTag !== '' || newDigest !== '') return newName + prefixed(':', newTag) + prefixed('@', newDigest);
  return suffix === '' ? newName + tag + digest : `${newName}${tag === '' ? ':' : tag}${suffix}`;
}

function prefixed(mark: string, text: string): string {
  return text === '' ? '' : mark + text;
}
