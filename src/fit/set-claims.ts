import { listAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { addAmounts, amountsOf, type SlotAmounts } from './ledger.ts';
import { isTerminating, keyOf } from './owned.ts';
import { priceStored, type World } from './world.ts';

/** The claims that there are of a StatefulSet's templates: nothing owns them, but their StatefulSet asks for them. */
export interface SetClaims {
  readonly held: readonly KubernetesObject[];
  /** Whether the StatefulSet is there to speak for them; each stands for itself where it is not, or is going away. */
  readonly isSpokenFor: boolean;
}

const none: SetClaims = { held: [], isSpokenFor: true };

/** @returns the same value for all that have no claim templates */
export function findSetClaims({ namespace, stored }: World, object: KubernetesObject): SetClaims {
  const prefixes = listClaimPrefixes(object);
  if (prefixes.length === 0) return none;
  const claims = namespace.objects.get('PersistentVolumeClaim') ?? [];
  const set = stored.get(keyOf(object));
  return {
    held: claims.filter((claim) => !isTerminating(claim) && isNamedBy(prefixes, claim)),
    isSpokenFor: set !== undefined && !isTerminating(set),
  };
}

export function isSameClaims(one: SetClaims, other: SetClaims): boolean {
  if (one === other) return true;
  const { held, isSpokenFor } = one;
  return (
    isSpokenFor === other.isSpokenFor &&
    held.length === other.held.length &&
    held.every((claim, index) => claim === other.held[index])
  );
}

/** What a StatefulSet asks for beside the claims that stand for themselves. */
export function withoutLoose(world: World, { held, isSpokenFor }: SetClaims, wanted: SlotAmounts): SlotAmounts {
  if (isSpokenFor || held.length === 0) return wanted;
  const rest = new Map(wanted);
  for (const claim of held) addAmounts(rest, amountsOf(priceStored(world, claim).bill), -1n);
  return rest;
}

/** Whether a StatefulSet of the namespace speaks for a claim. */
export function createClaimTest({ stored }: World): (object: KubernetesObject) => boolean {
  const sets = [...stored.values()].filter((object) => object.kind === 'StatefulSet' && !isTerminating(object));
  const prefixes = sets.flatMap(listClaimPrefixes);
  return (object) => object.kind === 'PersistentVolumeClaim' && isNamedBy(prefixes, object);
}

function listClaimPrefixes({ kind, name, value }: KubernetesObject): readonly string[] {
  if (kind !== 'StatefulSet') return [];
  return listAt(value, 'spec', 'volumeClaimTemplates').map(
    (claim) => `${stringAt(claim, 'metadata', 'name')}-${name}-`,
  );
}

function isNamedBy(prefixes: readonly string[], { name }: KubernetesObject): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix) && /^\d+$/u.test(name.slice(prefix.length)));
}
