import { reduceWritten } from '../../src/cluster/reduce-written.ts';
import { objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import type { KindTable } from '../../src/workload/workload.ts';
import type { Scope } from '../scope.ts';

/**
 * JSON of what is needed of an object beside rules: of one that is judged for fit what the state would keep of it, of any
 * other its names.
 */
export function printReduced(object: KubernetesObject | null, { fit }: Scope, kinds: KindTable): string | null {
  if (object === null) return null;
  const { apiVersion, kind, value } = object;
  const reduced = fit === 'skip' ? { metadata: { name: object.name } } : reduceWritten(value, apiVersion, kind, kinds);
  const generateName = stringAt(value, 'metadata', 'generateName');
  if (generateName === '') return JSON.stringify(reduced);
  return JSON.stringify({ ...reduced, metadata: { ...objectAt(reduced, 'metadata'), generateName } });
}
