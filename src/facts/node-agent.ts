import { parseImageReference } from '../image/reference.ts';
import { listAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { shippedKinds } from '../workload/kinds.ts';
import { readWorkload } from '../workload/workload.ts';
import type { NodeAgentFacts } from './object-schema.ts';

/** The DaemonSets among objects, ordered by name, each once: of the same one the last counts. */
export function listNodeAgents(objects: readonly KubernetesObject[]): readonly NodeAgentFacts[] {
  const agents = new Map<string, NodeAgentFacts>();
  for (const object of objects) {
    if (object.kind !== 'DaemonSet') continue;
    const { namespace, name } = object;
    const templates = readWorkload(object, shippedKinds)?.templates ?? [];
    const written = templates.flatMap(({ spec }) => listAt(spec, 'containers').map((one) => stringAt(one, 'image')));
    agents.set(`${namespace}/${name}`, { namespace, name, images: written.flatMap(nameImage) });
  }
  return [...agents.keys()].sort().flatMap((key) => agents.get(key) ?? []);
}

/** As the facts about images name them: with registry, without tag. */
function nameImage(written: string): string[] {
  const reference = written === '' ? null : parseImageReference(written);
  return reference?.kind === 'reference' ? [`${reference.registry}/${reference.repository}`] : [];
}
