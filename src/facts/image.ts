import { parseImageReference } from '../image/reference.ts';
import { fieldAt, isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { isPartial, type Merged } from '../workload/patch.ts';
import type { PodTemplate } from '../workload/workload.ts';
import type { ImageFinder } from '../oci/image-content.ts';
import type { WrittenContainer } from './container.ts';
import { describeContent } from './image-content.ts';
import type { ImageFacts } from './schema.ts';

/** What is known of images beside the object. */
export interface ImageContext {
  /** The object is a patch, which is merged into another; absent where only its fields can tell. */
  readonly merged?: Merged;
  /** Knows images that stand on this machine. */
  readonly findImage?: ImageFinder | undefined;
}

/** Every image that a pod pulls: of its containers, and of its image volumes. */
export function describeImages(
  object: KubernetesObject,
  template: PodTemplate,
  pod: number,
  containers: readonly WrittenContainer[],
  context: ImageContext,
): ImageFacts[] {
  const images = containers
    .filter(({ value }) => isToBeRead(object, value, context))
    .map(({ value, path, name }) => describeImage(value, 'image', path, { pod, container: name }, context));
  for (const [index, volume] of listAt(template.spec, 'volumes').entries()) {
    const source = fieldAt(volume, 'image');
    if (!isJsonObject(source)) continue;
    const path = `${template.pointer}/spec/volumes/${index}/image`;
    images.push(describeImage(source, 'reference', path, { pod, volume: stringAt(volume, 'name') }, context));
  }
  return images;
}

/**
 * Whether a container's image is to be spoken of: it is written, or missing. A value of another type cannot even be decoded; a patch
 * may leave the image to what it is merged into; and OpenShift writes that of an image stream over a blank.
 * @see OpenShift's documentation, Triggering updates on image stream changes
 */
function isToBeRead(object: KubernetesObject, container: JsonObject, { merged }: ImageContext): boolean {
  const image = container['image'];
  if (typeof image === 'string' && image.trim() !== '') return true;
  if (typeof image !== 'string' && image !== undefined && image !== null) return false;
  const triggers = fieldAt(object.value, 'metadata', 'annotations', 'image.openshift.io/triggers');
  return triggers === undefined && !isPartial(object, container, merged);
}

type Holder = Pick<ImageFacts, 'container' | 'pod' | 'volume'>;

/** `owner` has the reference in `field`, and its pull policy beside it. */
function describeImage(
  owner: JsonObject,
  field: 'image' | 'reference',
  path: string,
  holder: Holder,
  { findImage }: ImageContext,
): ImageFacts {
  const written = stringAt(owner, field);
  const policyField = field === 'image' ? 'imagePullPolicy' : 'pullPolicy';
  const policy = stringAt(owner, policyField);
  const policyPath = `${path}/${policyField}`;
  const reference = written === '' ? null : parseImageReference(written);
  if (reference?.kind !== 'reference') {
    const error = reference?.reason ?? 'no image is named';
    const pullPolicy = pullPolicyFacts(policyPath, policy, null);
    return { ...holder, path: `${path}/${field}`, written, error, pullPolicy };
  }
  const { registry, repository, tag, digest } = reference;
  const content = findImage?.(reference) ?? null;
  const effectiveTag = tag ?? (digest === null ? 'latest' : null);
  const facts: { -readonly [K in keyof ImageFacts]: ImageFacts[K] } = {
    ...holder,
    path: `${path}/${field}`,
    written,
    name: `${registry}/${repository}`,
    pullPolicy: pullPolicyFacts(policyPath, policy, effectiveTag),
  };
  if (tag !== null) facts.tag = { effective: tag, written: tag };
  else if (effectiveTag !== null) facts.tag = { effective: effectiveTag };
  if (digest !== null) facts.digest = digest;
  if (content !== null) facts.content = describeContent(content);
  return facts;
}

/**
 * Without a policy the server writes one by the tag, into templates too.
 * @see k8s.io/kubernetes/pkg/apis/core/v1 `SetDefaults_Container`
 */
function pullPolicyFacts(path: string, written: string, tag: string | null): ImageFacts['pullPolicy'] {
  if (written !== '') return { path, written, effective: written };
  return { path, effective: tag === 'latest' ? 'Always' : 'IfNotPresent' };
}
