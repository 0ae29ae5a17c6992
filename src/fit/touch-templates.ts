import { isJsonObject, objectAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';

/** The release after a release: every pod template that rolls is changed in something that costs nothing. */
export function touchTemplates(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.map(touchTemplate);
}

function touchTemplate(object: KubernetesObject): KubernetesObject {
  const spec = objectAt(object.value, 'spec');
  const template = spec['template'];
  if (!isJsonObject(template) || object.kind === 'Job') return object;
  const metadata = objectAt(template, 'metadata');
  const annotations: JsonObject = { ...objectAt(metadata, 'annotations'), 'quotafit.dev/next': 'true' };
  const touched = { ...template, metadata: { ...metadata, annotations } };
  return { ...object, value: { ...object.value, spec: { ...spec, template: touched } } };
}
