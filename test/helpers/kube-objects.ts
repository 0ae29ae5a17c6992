import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { fieldAt, stringAt } from '../../src/manifest/fields.ts';
import { parseQuantity } from '../../src/quantity/parse.ts';
import { printQuantity } from '../../src/quantity/print.ts';
import type { Quantity, ResourceList } from '../../src/quantity/quantity.ts';
import type { QuotaState } from '../../src/quota/quota-state.ts';
import type { ClusterState, NamespaceState } from '../../src/state/namespace-state.ts';

/** An object as it would come out of a manifest. */
export function objectOf(value: JsonObject): KubernetesObject {
  const metadata = fieldAt(value, 'metadata');
  const generated = stringAt(metadata, 'generateName');
  return {
    apiVersion: stringAt(value, 'apiVersion'),
    kind: stringAt(value, 'kind'),
    namespace: stringAt(metadata, 'namespace'),
    name: stringAt(metadata, 'name') || (generated === '' ? '' : `${generated}*`),
    value,
    source: null,
  };
}

export function amount(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity.kind === 'quantity-error') throw new Error(`${text}: ${quantity.message}`);
  return quantity;
}

export function amounts(list: Readonly<Record<string, string>>): ResourceList {
  return new Map(Object.entries(list).map(([name, text]) => [name, amount(text)]));
}

/** A list as plain data, by name in order. */
export function printed(list: ResourceList): Record<string, string> {
  return Object.fromEntries(
    [...list.keys()].sort().map((name) => [name, printQuantity(list.get(name) ?? amount('0'))]),
  );
}

/** A quota whose usage is counted: zero where `used` does not say. */
export function quotaOf(
  hard: Readonly<Record<string, string>>,
  rest: { name?: string; used?: Readonly<Record<string, string>>; scopes?: QuotaState['scopes'] } = {},
): QuotaState {
  const zeros = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  return {
    name: rest.name ?? 'team',
    hard: amounts(hard),
    used: amounts({ ...zeros, ...rest.used }),
    scopes: rest.scopes ?? [],
  };
}

export function namespaceOf(parts: Partial<NamespaceState> = {}): NamespaceState {
  return { name: 'team-a', quotas: [], limitRanges: [], objects: new Map(), governedBy: [], unread: [], ...parts };
}

/** A cluster that is known to have nothing. */
export const emptyCluster: ClusterState = {
  priorityClasses: [],
  runtimeClasses: [],
  storageClasses: [],
  deviceClasses: [],
  nodes: [],
};
