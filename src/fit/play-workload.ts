import { planJob } from '../demand/job.ts';
import { integerAt, listAt, objectAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { groupOf, type PodTemplate, type Workload } from '../workload/workload.ts';
import { completeTemplate } from './made-template.ts';
import { isActivePod, ownedBy } from './owned.ts';
import type { Play } from './play.ts';
import { countNodes, playDaemonSet } from './play-daemon-set.ts';
import { playDeployment } from './play-deployment.ts';
import { playPod } from './play-pod.ts';
import { playReplicas } from './play-replicas.ts';
import { playStatefulSet } from './play-stateful-set.ts';
import type { World } from './world.ts';

/** A workload's play, and how many pods it asks for by itself. */
export type Casting =
  | { readonly kind: 'play'; readonly play: Play; readonly replicas: number; readonly scales: boolean }
  /** Nothing of it runs in the steady state. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'unknown'; readonly missing: readonly string[] };

/**
 * @param workload - of the object as it is stored after this write
 * @param before - as it was stored before; `null` on a create
 * @param nodes - how many nodes a DaemonSet finds; `null` to count those of the state
 */
export function castWorkload(
  world: World,
  { object, family, templates }: Workload,
  before: KubernetesObject | null,
  nodes: number | null,
): Casting {
  const [template] = templates;
  if (template === undefined || templates.length > 1) return castTemplates(templates);
  const completed = completeTemplate({ object, family }, template);
  switch (family) {
    case 'CronJob':
    case 'PodTemplate':
      return { kind: 'idle' };
    case 'Pod':
      return { kind: 'play', play: playPod(world, object, before), replicas: 1, scales: false };
    case 'DaemonSet': {
      const count = countNodes(world, object, nodes);
      if (count === null) return { kind: 'unknown', missing: ['nodes'] };
      return { kind: 'play', play: playDaemonSet(world, object, before, count), replicas: count, scales: false };
    }
    case 'Job': {
      const running = before === null ? 0 : ownedBy(world.owned, before, 'Pod').filter(isActivePod).length;
      const { active } = planJob(object.value, running);
      return { kind: 'play', play: playReplicas(world, object, before, completed), replicas: active, scales: false };
    }
    case 'Custom':
    case 'Deployment':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'StatefulSet': {
      const { replicas } = template;
      if (replicas.kind !== 'count') return castTemplates(templates);
      if (family === 'Custom' && listAt(template.spec, 'containers').length === 0) {
        return { kind: 'unknown', missing: [`containers of ${groupOf(object.apiVersion)}/${object.kind}`] };
      }
      const play =
        family === 'Deployment'
          ? playDeployment(world, object, before)
          : family === 'StatefulSet'
            ? playStatefulSet(world, object, before)
            : playReplicas(world, object, before, completed);
      return { kind: 'play', play, replicas: replicas.count, scales: true };
    }
  }
}

/** Kinds with several templates, or none, cannot be played as one. */
function castTemplates(templates: readonly PodTemplate[]): Casting {
  const missing = templates.flatMap(({ replicas }) => (replicas.kind === 'unknown' ? [replicas.missing] : []));
  if (missing.length > 0) return { kind: 'unknown', missing: [...new Set(missing)] };
  return { kind: 'idle' };
}

/** An update that does not say how many replicas leaves them as they were. */
export function keepReplicas(object: KubernetesObject, before: KubernetesObject | null): KubernetesObject {
  if (before === null) return object;
  const spec = objectAt(object.value, 'spec');
  const replicas = integerAt(before.value, 'spec', 'replicas');
  const { uid = null } = objectAt(before.value, 'metadata');
  return {
    ...object,
    value: {
      ...object.value,
      metadata: { ...objectAt(object.value, 'metadata'), uid },
      ...(replicas !== null && spec['replicas'] === undefined ? { spec: { ...spec, replicas } } : {}),
    },
  };
}
