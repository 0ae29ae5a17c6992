import { fieldAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { groupOf, type Workload } from './workload.ts';

/**
 * Whether the object is what kustomize merges into another of its name, and is never applied as it stands: it lacks what the server
 * demands of its kind. A kustomization's labels bring a selector, so that one is missing is enough; nothing brings the rest but
 * another object, and only where no image is named either it is no mistake.
 */
export function isPatch({ apiVersion, kind, name, value }: KubernetesObject): boolean {
  const spec = objectAt(value, 'spec');
  const isApp = apiVersion === 'apps/v1';
  if (isApp && spec['selector'] === undefined) return true;
  const isJob = groupOf(apiVersion) === 'batch';
  if (!isApp && !isJob) return false;
  const template = kind === 'CronJob' ? objectAt(spec, 'jobTemplate', 'spec', 'template') : objectAt(spec, 'template');
  const containers = listAt(template, 'spec', 'containers');
  if (containers.length === 0 || containers.some((container) => fieldAt(container, 'image') !== undefined))
    return false;
  if (name === '') return true;
  if (isApp) return isEmpty(objectAt(spec, 'selector')) || isEmpty(objectAt(template, 'metadata', 'labels'));
  return (
    fieldAt(template, 'spec', 'restartPolicy') === undefined || (kind === 'CronJob' && spec['schedule'] === undefined)
  );
}

function isEmpty(object: JsonObject): boolean {
  return Object.keys(object).length === 0;
}

/** That an object is a patch is known, whatever it has. */
export interface Merged {
  /** Names of the containers of what it is merged into, as far as that is known. */
  readonly into: ReadonlySet<string>;
}

/** Whether a workload is nothing but a patch by its fields: of no container the image is named. */
export function isPatchOnly({ object, templates }: Workload): boolean {
  const containers = templates.flatMap(({ spec }) => [
    ...listAt(spec, 'initContainers'),
    ...listAt(spec, 'containers'),
  ]);
  if (containers.length === 0 || containers.some((container) => fieldAt(container, 'image') !== undefined))
    return false;
  return isPatch(object);
}

/**
 * Whether a container of the object is merged into one of its name: what it lacks may stand there. Of what has an image only
 * what it is merged into can tell.
 */
export function isPartial(object: KubernetesObject, container: JsonObject, merged?: Merged): boolean {
  if (container['image'] === undefined) return merged !== undefined || isPatch(object);
  return merged !== undefined && merged.into.has(stringAt(container, 'name'));
}
