import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { fieldAt, integerAt, isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import { roundUpToMilli } from '../quantity/arithmetic.ts';
import { readQuantity } from '../quantity/parse.ts';
import type { Quantity, QuantityError, ResourceList } from '../quantity/quantity.ts';

export interface Resources {
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

/** What one container asks for. */
export interface ContainerShape extends Resources {
  readonly name: string;
  /** JSON pointer from the pod's `spec`: `/containers/0`. */
  readonly pointer: string;
  /** `sidecar`: an init container with `restartPolicy: Always`. */
  readonly role: 'app' | 'init' | 'sidecar';
}

/** A pod as far as its resources, scopes and class matter; the same for a written pod and for what the server makes of it. */
export interface PodShape {
  readonly kind: 'pod-shape';
  readonly containers: readonly ContainerShape[];
  /** In the order written, sidecars included. */
  readonly initContainers: readonly ContainerShape[];
  /** `spec.resources`; `null` when absent. */
  readonly podLevel: Resources | null;
  /** `spec.overhead`; `null` when absent. */
  readonly overhead: ResourceList | null;
  readonly priorityClassName: string;
  readonly runtimeClassName: string;
  readonly activeDeadlineSeconds: number | null;
  /** The pod's `spec` as written, for what the shape does not hold. */
  readonly spec: JsonObject;
}

/** An amount that the API server refuses to decode, by its pointer from where reading began. */
export interface AmountError {
  readonly kind: 'amount-error';
  readonly pointer: string;
  readonly error: QuantityError;
}

/** Reads a pod's `spec` as the API server decodes it: amounts are rounded up to thousandths, other bad fields count as absent. */
export function readPodShape(spec: JsonObject): AmountError | PodShape {
  const containers = readContainers(spec, 'containers');
  const initContainers = readContainers(spec, 'initContainers');
  const podLevel = isJsonObject(fieldAt(spec, 'resources')) ? readResources(spec, '') : null;
  const overhead = isJsonObject(fieldAt(spec, 'overhead')) ? readResourceList(spec['overhead'], '/overhead') : null;
  for (const part of [containers, initContainers, podLevel, overhead]) if (isAmountError(part)) return part;
  return {
    kind: 'pod-shape',
    containers: containers as readonly ContainerShape[],
    initContainers: initContainers as readonly ContainerShape[],
    podLevel: podLevel as Resources | null,
    overhead: overhead as ResourceList | null,
    priorityClassName: stringAt(spec, 'priorityClassName'),
    runtimeClassName: stringAt(spec, 'runtimeClassName'),
    activeDeadlineSeconds: integerAt(spec, 'activeDeadlineSeconds'),
    spec,
  };
}

/** A resource list as the API server decodes it; absent and empty are the same. */
export function readResourceList(value: JsonValue | undefined, pointer: string): AmountError | ResourceList {
  const list = new Map<string, Quantity>();
  if (!isJsonObject(value)) return list;
  for (const [name, written] of Object.entries(value)) {
    const amount = readQuantity(written ?? null);
    if (amount.kind === 'quantity-error') {
      return {
        kind: 'amount-error',
        pointer: `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        error: amount,
      };
    }
    list.set(name, roundUpToMilli(amount));
  }
  return list;
}

export function isAmountError(value: unknown): value is AmountError {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'amount-error';
}

function readContainers(spec: JsonObject, field: 'containers' | 'initContainers'): AmountError | ContainerShape[] {
  const shapes: ContainerShape[] = [];
  for (const [i, container] of listAt(spec, field).entries()) {
    const pointer = `/${field}/${i}`;
    const resources = readResources(container, pointer);
    if (isAmountError(resources)) return resources;
    const isSidecar = stringAt(container, 'restartPolicy') === 'Always';
    const initRole = isSidecar ? 'sidecar' : 'init';
    shapes.push({
      name: stringAt(container, 'name'),
      pointer,
      role: field === 'containers' ? 'app' : initRole,
      ...resources,
    });
  }
  return shapes;
}

function readResources(holder: JsonValue, pointer: string): AmountError | Resources {
  const requests = readResourceList(fieldAt(holder, 'resources', 'requests'), `${pointer}/resources/requests`);
  if (isAmountError(requests)) return requests;
  const limits = readResourceList(fieldAt(holder, 'resources', 'limits'), `${pointer}/resources/limits`);
  return isAmountError(limits) ? limits : { requests, limits };
}
