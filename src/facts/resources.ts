import type { LimitRange } from '../admission/limit-range.ts';
import { isJsonObject, objectAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { printAmount, readAmount, type ReadAmount } from './amount.ts';
import { joinPointer } from '../manifest/pointer.ts';
import type { AmountFacts } from './schema.ts';

/** One side of `resources`, by resource name in the order written. */
export type Amounts = ReadonlyMap<string, ReadAmount>;

/** Requests and limits of one container or pod as written. */
export interface WrittenResources {
  readonly path: string;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** What holds for each resource in the end; `null` for an amount that cannot be read. */
export type Bounds = ReadonlyMap<string, Quantity | null>;

export interface EffectiveResources {
  readonly requests: Bounds;
  readonly limits: Bounds;
}

/** Reads `resources` of a container or of a pod; `owner` is the object that holds the field. */
export function readResources(
  object: KubernetesObject,
  owner: JsonObject,
  path: string,
  container: string | null,
): WrittenResources {
  const resources = objectAt(owner, 'resources');
  const readSide = (side: string, field: AmountFacts['field']): Amounts =>
    readAmounts(object, resources[side], `${path}/resources/${side}`, field, container);
  return {
    path: `${path}/resources`,
    requests: readSide('requests', 'request'),
    limits: readSide('limits', 'limit'),
  };
}

const noAmounts: Amounts = new Map();

/** Reads a map of amounts by resource name. */
export function readAmounts(
  object: KubernetesObject,
  amounts: JsonValue | undefined,
  path: string,
  field: AmountFacts['field'],
  container: string | null = null,
): Amounts {
  if (!isJsonObject(amounts)) return noAmounts;
  const read = new Map<string, ReadAmount>();
  for (const [resource, value] of Object.entries(amounts)) {
    if (value === undefined) continue;
    const at = joinPointer(path, resource);
    const place = container === null ? { path: at, field, resource } : { path: at, field, resource, container };
    read.set(resource, readAmount(object, place, value));
  }
  return read;
}

/**
 * What the server makes of a container's resources, in its order: limits are copied to requests when the pod is
 * decoded, then limit ranges fill in what is still missing; of several the first that has a default decides.
 * A limit range without `defaultRequest` was given its `default` for it when it was stored.
 * @see k8s.io/kubernetes/pkg/apis/core/v1 `SetDefaults_Pod`, plugin/pkg/admission/limitranger `mergeContainerResources`
 */
export function settleContainer(written: WrittenResources, limitRanges: readonly LimitRange[]): EffectiveResources {
  const requests = new Map<string, Quantity | null>();
  const limits = new Map<string, Quantity | null>();
  for (const [resource, { quantity }] of written.limits) {
    limits.set(resource, quantity);
    requests.set(resource, quantity);
  }
  for (const [resource, { quantity }] of written.requests) requests.set(resource, quantity);
  for (const { limits: items } of limitRanges) {
    for (const item of items) {
      if (item.type !== 'Container') continue;
      fillIn(limits, item.default);
      fillIn(requests, item.defaultRequest);
    }
  }
  return { requests, limits };
}

function fillIn(bounds: Map<string, Quantity | null>, defaults: ReadonlyMap<string, Quantity>): void {
  for (const [resource, quantity] of defaults) if (!bounds.has(resource)) bounds.set(resource, quantity);
}

export function printBounds(bounds: Bounds): Record<string, string> {
  const printed: Record<string, string> = {};
  for (const [resource, quantity] of bounds) {
    // No resource begins with an underscore.
    if (resource !== '__proto__') printed[resource] = quantity === null ? '' : printAmount(quantity);
  }
  return printed;
}

/** The amounts of both sides as facts, in the order written. */
export function* listAmounts({ requests, limits }: WrittenResources): Generator<AmountFacts> {
  for (const amount of requests.values()) yield amount.facts;
  for (const amount of limits.values()) yield amount.facts;
}
