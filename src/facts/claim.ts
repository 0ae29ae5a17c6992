import { fieldAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { readQuantity } from '../quantity/parse.ts';
import type { PodTemplate } from '../workload/workload.ts';
import type { ClaimFacts } from './object-schema.ts';

/** The claims that an object is, or makes: a PersistentVolumeClaim, `volumeClaimTemplates`, ephemeral volumes. */
export function describeClaims(object: KubernetesObject, templates: readonly PodTemplate[]): ClaimFacts[] {
  const { apiVersion, kind, name, value } = object;
  if (apiVersion === 'v1' && kind === 'PersistentVolumeClaim') return [describeClaim(value, '', name)];
  const claims: ClaimFacts[] = [];
  if (kind === 'StatefulSet') {
    for (const [index, claim] of listAt(value, 'spec', 'volumeClaimTemplates').entries()) {
      if (!isJsonObject(claim)) continue;
      claims.push(describeClaim(claim, `/spec/volumeClaimTemplates/${index}`, stringAt(claim, 'metadata', 'name')));
    }
  }
  for (const { spec, pointer } of templates) {
    for (const [index, volume] of listAt(spec, 'volumes').entries()) {
      const claim = fieldAt(volume, 'ephemeral', 'volumeClaimTemplate');
      const path = `${pointer}/spec/volumes/${index}/ephemeral/volumeClaimTemplate`;
      if (isJsonObject(claim)) claims.push(describeClaim(claim, path, stringAt(volume, 'name')));
    }
  }
  return claims;
}

function describeClaim(claim: JsonObject, path: string, name: string): ClaimFacts {
  const spec = objectAt(claim, 'spec');
  const size = fieldAt(spec, 'resources', 'requests', 'storage');
  const storageClass = spec['storageClassName'];
  return {
    path: `${path}/spec`,
    name,
    accessModes: listAt(spec, 'accessModes').filter((mode) => typeof mode === 'string'),
    ...(typeof storageClass === 'string' && { storageClass }),
    ...describeSize(size, `${path}/spec/resources/requests/storage`),
  };
}

const nanoPerGibibyte = 1e9 * 2 ** 30;

/** A size that cannot be read is left to `resources/invalid-quantity`. */
function describeSize(size: JsonValue | undefined, path: string): Pick<ClaimFacts, 'size'> {
  if (typeof size !== 'string' && typeof size !== 'number') return {};
  const quantity = readQuantity(size);
  if (quantity.kind === 'quantity-error') return {};
  return {
    size: {
      path,
      written: String(size),
      gibibytes: Math.min(Number(quantity.nano) / nanoPerGibibyte, Number.MAX_VALUE),
    },
  };
}
