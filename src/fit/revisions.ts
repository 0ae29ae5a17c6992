import { isSameTemplate } from '../demand/same-template.ts';
import type { Room } from '../demand/room.ts';
import { fieldAt, integerAt, objectAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { nameMetadata } from './generated-name.ts';
import { ownedBy, templateOf } from './owned.ts';
import type { Holdings } from './play.ts';
import { priceObject, type Item, type World } from './world.ts';

/** The ControllerRevisions of a StatefulSet or DaemonSet: one for each template that it had. */
export interface Revisions {
  readonly revision: Item;
  /** How many there are. */
  count: number;
  /** Whether the present template's is among them. */
  current: boolean;
}

export function readRevisions(world: World, object: KubernetesObject, before: KubernetesObject | null): Revisions {
  const name = `${object.name}-*`;
  const value = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { ...nameMetadata(name), namespace: world.namespace.name },
    revision: 1,
  };
  const revision = { ...value, namespace: world.namespace.name, name, value, source: null };
  const listed = before === null ? [] : ownedBy(world.owned, before, 'ControllerRevision');
  return {
    revision: priceObject(world, { object: revision }),
    count: before === null ? 0 : Math.max(1, listed.length),
    current: before !== null && isSameTemplate(templateOf(before), templateOf(object)),
  };
}

/** The newest of the listed revisions that has an object's template. */
export function findRevision(
  world: World,
  object: KubernetesObject,
  before: KubernetesObject,
): KubernetesObject | null {
  const matching = ownedBy(world.owned, before, 'ControllerRevision').filter((revision) =>
    isSameTemplate(objectAt(fieldAt(revision.value, 'data'), 'spec', 'template'), templateOf(object)),
  );
  return matching.toSorted((a, b) => numberOf(b) - numberOf(a))[0] ?? null;
}

const numberOf = (revision: KubernetesObject): number => integerAt(revision.value, 'revision') ?? 0;

/** Without its revision a controller does nothing at all. @returns whether it has it */
export function storeRevision(revisions: Revisions, room: Room<Item>): boolean {
  if (revisions.current) return true;
  revisions.current = room.create([revisions.revision], 1) === 1;
  if (revisions.current) revisions.count += 1;
  return revisions.current;
}

export function heldRevisions({ revision, count }: Revisions): Holdings {
  return [[revision, count]];
}

export function wantedRevisions({ revision, count, current }: Revisions): Holdings {
  return [[revision, current ? count : count + 1]];
}
