import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { integerAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';

/**
 * A Service as `kubectl apply` brings it to its next version: node ports that the server has given and the manifest does not name
 * stay, even where the new type would get none. Ports are told apart by number and protocol.
 */
export function keepNodePorts(object: KubernetesObject, before: KubernetesObject | null): KubernetesObject {
  if (object.kind !== 'Service' || before === null) return object;
  const given = new Map(
    listAt(before.value, 'spec', 'ports').map((port) => [keyOfPort(objectAt(port)), integerAt(port, 'nodePort')]),
  );
  const ports = listAt(object.value, 'spec', 'ports').map((written) => {
    const port = objectAt(written);
    const nodePort = integerAt(port, 'nodePort') ?? given.get(keyOfPort(port)) ?? null;
    return nodePort === null ? port : Object.assign({}, port, { nodePort });
  });
  return { ...object, value: { ...object.value, spec: { ...objectAt(object.value, 'spec'), ports } } };
}

function keyOfPort(port: JsonObject): string {
  return `${integerAt(port, 'port')}/${stringAt(port, 'protocol') || 'TCP'}`;
}
