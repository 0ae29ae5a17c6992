import type { KubernetesObject } from '../manifest/document.ts';
import { builtInKinds, findBuiltInKind } from '../workload/built-in-kinds.ts';
import { groupOf, type KindTable } from '../workload/workload.ts';

/** An API resource as messages and `count/` keys name it: `pods`, `deployments.apps`. */
export interface GroupResource {
  readonly group: string;
  /** Plural, lower case; `null` for a custom kind whose plural is not known. */
  readonly resource: string | null;
}

/** Kind and API group in one word: `Deployment.apps`, `Pod`. */
export function objectKind({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): string {
  const group = groupOf(apiVersion);
  return group === '' ? kind : `${kind}.${group}`;
}

/** Whether quota could count the object at all. Custom kinds count as namespaced. */
export function isNamespaced(object: Pick<KubernetesObject, 'apiVersion' | 'kind'>): boolean {
  return findBuiltInKind(groupOf(object.apiVersion), object.kind)?.namespaced ?? true;
}

export function groupResourceOf(
  object: Pick<KubernetesObject, 'apiVersion' | 'kind'>,
  kinds: KindTable = new Map(),
): GroupResource {
  const group = groupOf(object.apiVersion);
  const known = findBuiltInKind(group, object.kind) ?? kinds.get(objectKind(object));
  return { group, resource: known?.plural ?? null };
}

const namespacedKinds = builtInKinds.filter(({ namespaced }) => namespaced);

/** Built-in namespaced resources by plural, each with the groups that have one of that name. */
export function groupsOfPlural(plural: string): readonly string[] {
  return namespacedKinds.filter((known) => known.plural === plural).map(({ group }) => group);
}

/** The built-in namespaced resource that somebody named otherwise: `deployment`, `ingress`. */
export function findPlural(word: string): GroupResource | null {
  const wanted = stemOf(word);
  const found = namespacedKinds.find(({ plural }) => stemOf(plural) === wanted);
  return found === undefined ? null : { group: found.group, resource: found.plural };
}

/** What singular and plural have in common, however the plural is made. */
function stemOf(word: string): string {
  return word.toLowerCase().replace(/(?:ies|es|s|y)+$/u, '');
}

/** As the API server's messages have it: `pods`, `deployments.apps`. */
export function printGroupResource({ group, resource }: GroupResource): string {
  const plural = resource ?? 'objects';
  return group === '' ? plural : `${plural}.${group}`;
}
