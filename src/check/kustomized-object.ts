import { isNamespaced } from '../facts/api-kind.ts';
import { isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { stepsOf } from '../manifest/pointer.ts';
import type { Workload } from '../workload/workload.ts';

/** Labels that kustomizations add, by where they go. */
export interface LabelPairs {
  readonly object: JsonObject;
  /** Of pods; whatever selects them is changed with them. */
  readonly template: JsonObject;
}

/** What kustomizations write into an object. */
export interface Writings {
  readonly labels: LabelPairs;
  /** `null`: what is written is left. */
  readonly replicas: number | null;
  readonly writeImage: (written: string) => string;
}

const scalable: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet']);

/**
 * An object as kustomizations write it.
 * @returns the object itself where they change nothing
 * @see sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts, for the fields
 */
export function rewriteObject(
  object: KubernetesObject,
  workload: Workload | null,
  writings: Writings,
): KubernetesObject {
  const { labels, replicas, writeImage } = writings;
  let value: JsonValue = object.value;
  const addLabels = (path: readonly string[], pairs: JsonObject): void => {
    if (Object.keys(pairs).length === 0) return;
    value = changeAt(value, path, (written) => ({ ...(isJsonObject(written) ? written : {}), ...pairs }));
  };
  addLabels(['metadata', 'labels'], labels.object);
  if (replicas !== null && scalable.has(object.kind)) value = changeAt(value, ['spec', 'replicas'], () => replicas);
  for (const { pointer, spec } of workload?.templates ?? []) {
    const at = stepsOf(pointer);
    if (pointer !== '') addLabels([...at, 'metadata', 'labels'], labels.template);
    for (const [field, path] of imageFields) {
      for (const [index, item] of listAt(spec, field).entries()) {
        const written = stringAt(item, ...path);
        const image = written === '' ? written : writeImage(written);
        if (image !== written) value = changeAt(value, [...at, 'spec', field, String(index), ...path], () => image);
      }
    }
  }
  return value === object.value || !isJsonObject(value) ? object : { ...object, value };
}

/**
 * An object in the namespace that kustomizations give, whatever it names itself; a Namespace gets its name.
 * @param namespace - empty where they give none
 * @see sigs.k8s.io/kustomize/api/filters/namespace
 */
export function placeObject(object: KubernetesObject, namespace: string): KubernetesObject {
  if (namespace === '') return object;
  if (object.kind === 'Namespace' && object.apiVersion === 'v1') return { ...object, name: namespace };
  return isNamespaced(object.apiVersion, object.kind) === false ? object : { ...object, namespace };
}

const imageFields = [
  ['containers', ['image']],
  ['initContainers', ['image']],
  ['volumes', ['image', 'reference']],
] as const;

/** A copy with another value at a path of members and indexes; what is not there is made. */
function changeAt(
  value: JsonValue | undefined,
  path: readonly string[],
  change: (written: JsonValue | undefined) => JsonValue,
): JsonValue {
  const [member, ...rest] = path;
  if (member === undefined) return change(value);
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item, index) =>
      String(index) === member ? changeAt(item, rest, change) : item,
    );
  }
  const object = isJsonObject(value) ? value : {};
  return { ...object, [member]: changeAt(object[member], rest, change) };
}

/** No registry takes a longer reference. */
const longest = 4096;
const reference = /^(?<name>.+?)(?<tag>:[\w.{}-]*)?(?<digest>@sha256:[\w.{}-]*)?$/u;

/**
 * One entry of `images`: an image of its name gets another name, tag or digest.
 * @see sigs.k8s.io/kustomize/api/filters/imagetag, api/image `Split`
 */
export function rewriteImage(written: string, image: JsonValue): string {
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
