import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { isJsonObject, stringAt } from '../manifest/fields.ts';

/**
 * Whether a verdict may hang on what a large cluster has many of, and what is long: its nodes with their images, and its
 * volumes. Of all other kinds it always may.
 * @param objects - of a release, of its namespaces, and the cluster's storage classes
 */
export function isNeeded(kind: string, objects: readonly JsonObject[]): boolean {
  switch (kind) {
    // Only how many pods a DaemonSet has hangs on nodes.
    case 'Node':
      return objects.some((object) => object['kind'] === 'DaemonSet');
    // Claims wait for volumes that somebody makes where nobody provides them.
    case 'PersistentVolume': {
      const provided = new Set(
        objects
          .filter(
            ({ kind: own, provisioner }) => own === 'StorageClass' && provisioner !== 'kubernetes.io/no-provisioner',
          )
          .map((object) => stringAt(object, 'metadata', 'name')),
      );
      return objects.some((object) => listClasses(object).some((name) => !provided.has(name)));
    }
    default:
      return true;
  }
}

/** Every storage class that is named anywhere in a value: in claims, their templates, and volumes of pods. */
function listClasses(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => listClasses(item));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'storageClassName' && typeof member === 'string' ? [member] : listClasses(member),
  );
}
