import { listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';

// A controller adds to a template before it makes a pod: what it adds may not be missed in the pod.

/** The template of a workload's pods as its controller hands it to the API server. */
export function completeTemplate(
  { object, family }: Pick<Workload, 'family' | 'object'>,
  { metadata, spec }: PodTemplate,
): JsonObject {
  const template = { metadata, spec };
  if (family === 'StatefulSet') return addClaimVolumes(object, template);
  return family === 'Custom' ? completeCustom(template) : template;
}

/**
 * A StatefulSet's claims are volumes of its pods, and stand in for those of the same name.
 * @see k8s.io/kubernetes/pkg/controller/statefulset `updateStorage`
 */
export function addClaimVolumes({ value }: KubernetesObject, template: JsonObject): JsonObject {
  const claims = listAt(value, 'spec', 'volumeClaimTemplates').map((claim) => stringAt(claim, 'metadata', 'name'));
  if (claims.length === 0) return template;
  const spec = objectAt(template, 'spec');
  const own = listAt(spec, 'volumes').filter((volume) => !claims.includes(stringAt(volume, 'name')));
  return { ...template, spec: { ...spec, volumes: [...claims.map((name) => ({ name })), ...own] } };
}

/** What a custom kind's template leaves out, its controller fills in: names of containers, images, volumes. */
function completeCustom(template: JsonObject): JsonObject {
  const spec = objectAt(template, 'spec');
  const all = [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')];
  const volumes = listAt(spec, 'volumes');
  const known = new Set(volumes.map((volume) => stringAt(volume, 'name')));
  const mounted = all.flatMap((one) => listAt(one, 'volumeMounts')).map((mount) => stringAt(mount, 'name'));
  const added = [...new Set(mounted)].filter((name) => name !== '' && !known.has(name)).map((name) => ({ name }));
  const complete = (field: 'containers' | 'initContainers'): JsonObject => {
    const list = listAt(spec, field);
    return list.length === 0 ? {} : { [field]: list.map((one, index) => completeContainer(one, `${field}-${index}`)) };
  };
  return {
    ...template,
    spec: { ...spec, ...complete('initContainers'), ...complete('containers'), volumes: [...added, ...volumes] },
  };
}

function completeContainer(container: JsonValue, name: string): JsonObject {
  const written = objectAt(container);
  return {
    ...written,
    name: stringAt(written, 'name') || name.toLowerCase(),
    image: stringAt(written, 'image') || 'unknown',
  };
}
