import { listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { StorageClassFacts } from './object-schema.ts';

/** A StorageClass as far as it decides where its volumes stand. */
export function describeStorageClass({ apiVersion, kind, value }: KubernetesObject): StorageClassFacts | null {
  if (kind !== 'StorageClass' || !apiVersion.startsWith('storage.k8s.io/')) return null;
  const parameters = objectAt(value, 'parameters');
  return {
    provisioner: stringAt(value, 'provisioner'),
    binding: {
      path: '/volumeBindingMode',
      effective: stringAt(value, 'volumeBindingMode') || 'Immediate',
    },
    parameters: Object.fromEntries(
      Object.entries(parameters).filter((parameter): parameter is [string, string] => typeof parameter[1] === 'string'),
    ),
    restricted: listAt(value, 'allowedTopologies').length > 0,
  };
}
