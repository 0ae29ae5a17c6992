import { parseImageReference } from '../image/reference.ts';
import { fieldAt, isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject } from '../manifest/document.ts';
import type { PodTemplate } from '../workload/workload.ts';
import type { ImageFinder } from '../oci/image-content.ts';
import type { WrittenContainer } from './container.ts';
import { describeContent } from './image-content.ts';
import type { ImageFacts } from './schema.ts';

/**
 * Every image that a pod pulls: of its containers, and of its image volumes.
 * @param isPatch - a container without an image has it elsewhere
 * @param findImage - knows images that stand on this machine
 */
export function describeImages(
  template: PodTemplate,
  pod: number,
  containers: readonly WrittenContainer[],
  isPatch: boolean,
  findImage?: ImageFinder,
): ImageFacts[] {
  const images = containers
    .filter(({ value }) => !isPatch || value['image'] !== undefined)
    .map(({ value, path, name }) => describeImage(value, 'image', path, { pod, container: name }, findImage));
  for (const [index, volume] of listAt(template.spec, 'volumes').entries()) {
    const source = fieldAt(volume, 'image');
    if (!isJsonObject(source)) continue;
    const path = `${template.pointer}/spec/volumes/${index}/image`;
    images.push(describeImage(source, 'reference', path, { pod, volume: stringAt(volume, 'name') }, findImage));
  }
  return images;
}

type Holder = Pick<ImageFacts, 'container' | 'pod' | 'volume'>;

/** `owner` has the reference in `field`, and its pull policy beside it. */
function describeImage(
  owner: JsonObject,
  field: 'image' | 'reference',
  path: string,
  holder: Holder,
  findImage: ImageFinder | undefined,
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
