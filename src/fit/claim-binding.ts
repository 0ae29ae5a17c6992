import { objectAt, stringAt } from '../manifest/fields.ts';
import type { Item, World } from './world.ts';

const byHand = 'kubernetes.io/no-provisioner';

/**
 * Whether a claim that is stored ever gets a volume. Classes without provisioner, and claims without class, need one
 * that somebody made: where the cluster's classes are known and no volume is free, pods wait unscheduled forever.
 */
export function claimBinds(world: World, { storageClassName: name }: Item): boolean {
  const classes = world.cluster.storageClasses;
  if (name === null || classes === null) return true;
  const provisioner = classes.find((one) => one.name === name)?.provisioner ?? '';
  if (provisioner !== '' && provisioner !== byHand) return true;
  return hasFreeVolume(world, name) || hasBoundClaim(world, name);
}

function hasFreeVolume({ volumes }: World, className: string): boolean {
  return (
    volumes?.some(
      ({ value }) =>
        stringAt(value, 'spec', 'storageClassName') === className &&
        ['', 'Available'].includes(stringAt(value, 'status', 'phase')),
    ) === true
  );
}

/** Volumes may stand in no state that a tenant can read; a claim of the class that was bound speaks for them. */
function hasBoundClaim({ namespace }: World, className: string): boolean {
  return (namespace.objects.get('PersistentVolumeClaim') ?? []).some(
    ({ value }) =>
      stringAt(objectAt(value, 'spec'), 'storageClassName') === className &&
      stringAt(value, 'status', 'phase') === 'Bound',
  );
}
