import { findUnserved } from '../admission/served-kind.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { UnservedFacts } from './schema.ts';

/** Why a server of this minor has no such kind; `null` for what it serves, or may serve. */
export function describeUnserved(
  { apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>,
  kubernetesMinor: number,
): UnservedFacts | null {
  const unserved = findUnserved(apiVersion, kind, kubernetesMinor);
  if (unserved === null) return null;
  const { why, removedIn, apiVersion: version, kind: meant } = unserved;
  const instead = [
    ...(version === undefined || version === apiVersion ? [] : [`apiVersion: ${version}`]),
    ...(meant === undefined || meant === kind ? [] : [`kind: ${meant}`]),
  ].join(', ');
  return {
    path: version === apiVersion ? '/kind' : '/apiVersion',
    why,
    ...(removedIn !== undefined && { removedIn: `1.${removedIn}` }),
    ...(instead !== '' && { instead }),
  };
}
