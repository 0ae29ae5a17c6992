import { controllerOf, keyOf } from '../fit/owned.ts';
import { integerAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { nameItems } from '../report/fingerprint.ts';
import type { Finding } from '../report/report.ts';
import { readWorkload, type KindTable } from '../workload/workload.ts';

/** Who made an object, where both are among the input: `kubectl get all` names a Deployment, its ReplicaSets and their pods. */
export type Makers = ReadonlyMap<KubernetesObject, KubernetesObject>;

export function findMakers(objects: readonly KubernetesObject[]): Makers {
  const made = objects.flatMap((object) => {
    const maker = controllerOf(object);
    return maker === null ? [] : [{ object, maker: `${object.namespace} ${maker}` }];
  });
  if (made.length === 0) return new Map();
  const known = new Map(objects.map((object) => [`${object.namespace} ${keyOf(object)}`, object]));
  const makers = new Map(
    made.flatMap(({ object, maker }) => {
      const found = known.get(maker);
      return found === undefined ? [] : [[object, found] as const];
    }),
  );
  return new Map([...makers].filter(([object]) => listMakers(object, makers) !== null));
}

/** From the nearest on; `null` where objects say that they made each other: then nobody speaks for them. */
function listMakers(object: KubernetesObject, makers: Makers): readonly KubernetesObject[] | null {
  const found = new Set<KubernetesObject>();
  for (let maker = makers.get(object); maker !== undefined; maker = makers.get(maker)) {
    if (found.has(maker)) return null;
    found.add(maker);
  }
  return [...found];
}

/**
 * Makes what tells whether a finding on a made object is news. It is none where a maker is told the same, at the same place of its
 * pod template; nor on a ReplicaSet of no pods, which is kept for a rollback: it is mended where its maker is.
 * @param about - the object of each finding, of the waived ones too
 */
export function createNewsFilter(
  about: ReadonlyMap<Finding, KubernetesObject>,
  makers: Makers,
  kinds: KindTable,
): (finding: Finding) => boolean {
  if (makers.size === 0) return () => true;
  const told = new Map<KubernetesObject, Set<string>>([...makers.values()].map((maker) => [maker, new Set()]));
  for (const [finding, object] of about) told.get(object)?.add(describe(finding, object, kinds));
  return (finding) => {
    const object = about.get(finding);
    if (object === undefined || !makers.has(object)) return true;
    if (object.kind === 'ReplicaSet' && integerAt(object.value, 'spec', 'replicas') === 0) return false;
    const own = describe(finding, object, kinds);
    return listMakers(object, makers)?.some((maker) => told.get(maker)?.has(own)) !== true;
  };
}

/** What a finding says, the same for an object and for what is made of its template. */
function describe({ rule, level, path, data }: Finding, object: KubernetesObject, kinds: KindTable): string {
  const place = nameItems(path, object.value);
  const templates = readWorkload(object, kinds)?.templates ?? [];
  const template = templates.find(({ pointer }) => place.startsWith(`${pointer}/`))?.pointer ?? '';
  return JSON.stringify([rule, level, place.slice(template.length), { ...data, kind: null, name: null }]);
}
