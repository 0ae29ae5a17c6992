import { isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject } from '../manifest/document.ts';
import type { PodTemplate } from '../workload/workload.ts';
import type { ContainerFacts } from './schema.ts';

/** One container of a pod template, and where it stands. */
export interface WrittenContainer {
  readonly value: JsonObject;
  readonly path: string;
  /** Its place in its list, `[0]`, where it has none: Knative's containers need no name. */
  readonly name: string;
  readonly role: ContainerFacts['role'];
}

const containerFields = [
  ['initContainers', 'init'],
  ['containers', 'app'],
  ['ephemeralContainers', 'ephemeral'],
] as const;

/** Every container of a template: init containers first, as they run; an item that is no object is none. */
export function listContainers(template: PodTemplate): WrittenContainer[] {
  const containers: WrittenContainer[] = [];
  for (const [field, role] of containerFields) {
    for (const [index, value] of listAt(template.spec, field).entries()) {
      if (!isJsonObject(value)) continue;
      const path = `${template.pointer}/spec/${field}/${index}`;
      const isSidecar = role === 'init' && value['restartPolicy'] === 'Always';
      containers.push({
        value,
        path,
        name: stringAt(value, 'name') || `[${index}]`,
        role: isSidecar ? 'sidecar' : role,
      });
    }
  }
  return containers;
}
