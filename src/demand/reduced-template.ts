import { fieldAt, isJsonObject, listAt, objectAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { readQuantity } from '../quantity/parse.ts';
import { amountFields, defaults, isDefault, isEmpty, isOff } from './template-defaults.ts';

/*
 * A pod template without what could hold a secret: environment, arguments, commands, annotations, and all else that no
 * verdict reads. A digest of what is left out tells later whether another template has the same there.
 * docs/adr/0008-what-a-snapshot-says-of-templates.md says why it is so short.
 */

const keptAnnotations: readonly string[] = [
  'autoscaling.knative.dev/min-scale',
  'quotafit.dev/waive',
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
  'volume.beta.kubernetes.io/storage-class',
];

const metadataFields: readonly string[] = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'labels',
  'name',
  'namespace',
  'ownerReferences',
  'uid',
];

const podSpecFields: readonly string[] = [
  'activeDeadlineSeconds',
  'affinity',
  'hostNetwork',
  'nodeName',
  'nodeSelector',
  'overhead',
  'priorityClassName',
  'resourceClaims',
  'resources',
  'restartPolicy',
  'runtimeClassName',
  'tolerations',
];

const containerFields: readonly string[] = ['image', 'imagePullPolicy', 'name', 'resources', 'restartPolicy'];

/** Keeps of a pod template what verdicts read, and the digest of the rest. What is reduced already stays as it is. */
export function reduceTemplate(template: JsonObject): JsonObject {
  if (isReducedTemplate(template)) return template;
  const kept = {
    metadata: reduceMetadata(objectAt(template, 'metadata')),
    spec: reducePodSpec(objectAt(template, 'spec')),
  };
  return Object.assign(kept, { digest: digest(printNormal(subtract(template, kept))) });
}

export function isReducedTemplate(template: JsonObject): boolean {
  return typeof template['digest'] === 'string';
}

export function reducePodSpec(spec: JsonObject): JsonObject {
  const volumes = listAt(spec, 'volumes').map((volume) => reduceVolume(objectAt(volume)));
  // One object that grows takes a third of the memory of one that is spread together of several.
  const kept = pick(spec, podSpecFields);
  for (const list of ['containers', 'initContainers']) Object.assign(kept, pickEach(spec, list, containerFields));
  return volumes.length === 0 ? kept : Object.assign(kept, { volumes });
}

function reduceVolume(volume: JsonObject): JsonObject {
  const claim = fieldAt(volume, 'ephemeral', 'volumeClaimTemplate');
  return {
    ...pick(volume, ['emptyDir', 'name', 'persistentVolumeClaim']),
    ...(isJsonObject(claim) && { ephemeral: { volumeClaimTemplate: reduceClaimTemplate(claim) } }),
  };
}

/** Claims hold no secrets but in their annotations. */
export function reduceClaimTemplate(claim: JsonObject): JsonObject {
  return { metadata: reduceMetadata(objectAt(claim, 'metadata')), spec: objectAt(claim, 'spec') };
}

/** The exceptions among annotations are Kubernetes' own, Knative's scale, and waivers: of a scale nothing else tells them. */
export function reduceMetadata(metadata: JsonObject): JsonObject {
  const annotations = pick(objectAt(metadata, 'annotations'), keptAnnotations);
  return { ...pick(metadata, metadataFields), ...(Object.keys(annotations).length === 0 ? {} : { annotations }) };
}

export function pick(object: JsonObject, names: readonly string[]): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const name of names) {
    const value = fieldAt(object, name);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

export function pickEach(object: JsonObject, list: string, names: readonly string[]): JsonObject {
  const items = listAt(object, list);
  return items.length === 0 ? {} : { [list]: items.map((item) => pick(objectAt(item), names)) };
}

/** What a value holds beside what was kept of it; items of lists stay at their places. */
function subtract(value: JsonValue | undefined, kept: JsonValue | undefined): JsonValue {
  if (Array.isArray(value) && Array.isArray(kept)) {
    const others = kept as readonly JsonValue[];
    return value.map((item: JsonValue, index) => subtract(item, others[index]));
  }
  if (!isJsonObject(value) || !isJsonObject(kept)) return value === undefined || value === kept ? null : value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, subtract(member, kept[name])]));
}

/** One text for all spellings of what `isSameTemplate` takes for the same: as written, or with the server's defaults. */
function printNormal(value: JsonValue | undefined, field = ''): string {
  if (amountFields.has(field)) return printAmounts(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => printNormal(item)).join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const names = Object.keys(value).filter((name) => !isLeftOut(value[name], name));
  return printMembers(names, (name) => printNormal(value[name], name));
}

function isLeftOut(value: JsonValue | undefined, field: string): boolean {
  if (amountFields.has(field)) return value === undefined || value === null;
  return isEmpty(value) || isDefault(value, field) || (!defaults.has(field) && isOff(value));
}

function printAmounts(value: JsonValue | undefined): string {
  if (isJsonObject(value)) {
    return printMembers(Object.keys(value), (name) => printAmounts(value[name]));
  }
  const quantity = readQuantity(value ?? null);
  return quantity.kind === 'quantity' ? String(quantity.nano) : JSON.stringify(value ?? null);
}

function printMembers(names: readonly string[], print: (name: string) => string): string {
  const members = names.toSorted().map((name) => `${JSON.stringify(name)}:${print(name)}`);
  return `{${members.join()}}`;
}

/** FNV-1a, folded to 20 bits as its authors advise: five hexadecimal digits. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return (((hash >>> 20) ^ hash) & 0xfffff).toString(16).padStart(5, '0');
}
