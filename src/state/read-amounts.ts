import { isJsonObject } from '../manifest/fields.ts';
import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { roundUpToMilli } from '../quantity/arithmetic.ts';
import { readQuantity } from '../quantity/parse.ts';
import type { Quantity, ResourceList } from '../quantity/quantity.ts';

/** Something in an object that Kubernetes would not have stored. */
export interface StateProblem {
  readonly object: KubernetesObject;
  /** JSON pointer within the object. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * A list of amounts as the API server keeps it. What cannot be read is told and left out.
 * @param round - to thousandths, as nearly everywhere; `none` for the overhead of a RuntimeClass
 */
export function readAmounts(
  object: KubernetesObject,
  value: JsonValue | undefined,
  pointer: string,
  problems: StateProblem[],
  round: 'milli' | 'none' = 'milli',
): ResourceList {
  const amounts = new Map<string, Quantity>();
  if (value === undefined || value === null) return amounts;
  if (!isJsonObject(value)) {
    problems.push({ object, pointer, message: 'is no map from resource names to amounts' });
    return amounts;
  }
  for (const [name, written] of Object.entries(value)) {
    const quantity = readQuantity(written ?? null);
    if (quantity.kind === 'quantity') amounts.set(name, round === 'milli' ? roundUpToMilli(quantity) : quantity);
    else {
      const text = JSON.stringify(written);
      problems.push({
        object,
        pointer: `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        message: `${text} is no amount: ${quantity.message}`,
      });
    }
  }
  return amounts;
}
