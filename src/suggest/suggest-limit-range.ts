import { listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { compareQuantities } from '../quantity/arithmetic.ts';
import { readQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { readWorkload, type KindTable } from '../workload/workload.ts';

/** The bounds and defaults of one resource, from what containers of a namespace write. */
interface SuggestedBounds {
  readonly resource: string;
  /** The smallest request. */
  readonly min: string;
  /** The largest limit, or request where nobody limits. */
  readonly max: string;
  /** For containers without limit: the median of the others. */
  readonly default: string;
  /** For containers without request: the median of the others. */
  readonly defaultRequest: string;
  /** Which container asks for most. */
  readonly largest: string;
}

export interface SuggestedLimitRange {
  readonly namespace: string;
  readonly bounds: readonly SuggestedBounds[];
}

interface Written {
  readonly amount: Quantity;
  readonly by: string;
}

const boundedResources = ['cpu', 'memory'];

/** A limit range for containers that every container of the release keeps, and that fills in what they leave out. */
export function suggestLimitRanges(
  release: readonly KubernetesObject[],
  namespace: string,
  kinds: KindTable,
): readonly SuggestedLimitRange[] {
  const nameOf = (object: KubernetesObject): string => (object.namespace === '' ? namespace : object.namespace);
  const names = [...new Set(release.filter((object) => readWorkload(object, kinds) !== null).map(nameOf))].sort();
  return names.map((name) => ({
    namespace: name,
    bounds: boundedResources.flatMap((resource) =>
      boundResource(
        release.filter((object) => nameOf(object) === name),
        resource,
        kinds,
      ),
    ),
  }));
}

function boundResource(
  objects: readonly KubernetesObject[],
  resource: string,
  kinds: KindTable,
): readonly SuggestedBounds[] {
  const limits = objects.flatMap((object) => listWritten(object, 'limits', resource, kinds));
  const requests = objects.flatMap((object) => listWritten(object, 'requests', resource, kinds));
  // A limit without a request is the request too.
  const asked = requests.length > 0 ? requests : limits;
  const bounded = limits.length > 0 ? limits : requests;
  const ascending = [...limits, ...requests].toSorted((a, b) => compareQuantities(a.amount, b.amount));
  const [least, most] = [ascending[0], ascending.at(-1)];
  const [request, limit] = [medianOf(asked), medianOf(bounded)];
  if (least === undefined || most === undefined || request === null || limit === null) return [];
  const fill = compareQuantities(request, limit) > 0 ? limit : request;
  return [
    {
      resource,
      min: canonicalQuantity(least.amount),
      max: canonicalQuantity(most.amount),
      default: canonicalQuantity(limit),
      defaultRequest: canonicalQuantity(fill),
      largest: most.by,
    },
  ];
}

/** The lower of the two in the middle, so that it is an amount that somebody chose. */
function medianOf(written: readonly Written[]): Quantity | null {
  const sorted = written.map(({ amount }) => amount).toSorted(compareQuantities);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function listWritten(
  object: KubernetesObject,
  list: 'limits' | 'requests',
  resource: string,
  kinds: KindTable,
): readonly Written[] {
  const templates = readWorkload(object, kinds)?.templates ?? [];
  return templates.flatMap(({ spec }) =>
    [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].flatMap((container) => {
      const written = objectAt(container, 'resources', list)[resource];
      const amount = written === undefined ? null : readQuantity(written);
      const by = `container ${stringAt(container, 'name')} of ${object.kind} ${object.name}`;
      return amount?.kind === 'quantity' ? [{ amount, by }] : [];
    }),
  );
}
