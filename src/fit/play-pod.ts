import { createGroup, createMissingClaims, type PodGroup } from '../demand/pod-set.ts';
import { objectAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { Play } from './play.ts';
import { holdingsOf, lackingClaim, pricePod, wholePods, type PodParts } from './pod-parts.ts';
import { priceStored, type Item, type World } from './world.ts';

/** A Pod of its own: it was stored when it was applied, and only claims of its volumes may be missing. */
export function playPod(world: World, object: KubernetesObject, before: KubernetesObject | null): Play {
  const template = { metadata: objectAt(object.value, 'metadata'), spec: objectAt(object.value, 'spec') };
  const parts = pricePod(world, template, object.name, String);
  const pod = before === null ? parts.pod : priceStored(world, object);
  const group = createGroup(pod, parts.claims, { becomesReady: parts.becomesReady });
  group.held[before === null ? 0 : parts.claims.length] = 1;
  return createPlay(parts, group);
}

function createPlay(parts: PodParts, group: PodGroup<Item>): Play {
  const set = { groups: [group] };
  return {
    settle: (_, room) => {
      createMissingClaims(room, group);
      const refused = lackingClaim(set);
      return { desired: 1, created: 1, complete: refused === null, rolls: false, refused };
    },
    copy: () => createPlay(parts, { ...group, held: [...group.held] }),
    unit: [parts.pod, ...parts.claims],
    count: () => 1,
    held: () => holdingsOf(set),
    wanted: () => wholePods({ ...parts, pod: group.pod }, 1),
    peaks: () => [],
    missing: parts.pod.missing,
    unknown: parts.pod.unknown,
  };
}
