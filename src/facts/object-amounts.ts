import { fieldAt, isJsonObject, listAt } from '../manifest/fields.ts';
import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import type { PodTemplate } from '../workload/workload.ts';
import { readAmount } from './amount.ts';
import type { WrittenContainer } from './container.ts';
import { joinPointer } from '../manifest/pointer.ts';
import { readAmounts } from './resources.ts';
import type { AmountFacts } from './schema.ts';

type Field = AmountFacts['field'];

/** Member names from the object downwards; `*` is every item of a list. */
type Pattern = readonly string[];

/** Where Kubernetes' own kinds keep amounts by resource name. */
const mapsByKind: ReadonlyMap<string, readonly (readonly [pattern: Pattern, field: Field])[]> = new Map([
  ['node.k8s.io/v1/RuntimeClass', [[['overhead', 'podFixed'], 'overhead']]],
  [
    'v1/LimitRange',
    [
      [['spec', 'limits', '*', 'default'], 'limit-range'],
      [['spec', 'limits', '*', 'defaultRequest'], 'limit-range'],
      [['spec', 'limits', '*', 'max'], 'limit-range'],
      [['spec', 'limits', '*', 'min'], 'limit-range'],
      [['spec', 'limits', '*', 'maxLimitRequestRatio'], 'ratio'],
    ],
  ],
  ['v1/PersistentVolume', [[['spec', 'capacity'], 'capacity']]],
  [
    'v1/PersistentVolumeClaim',
    [
      [['spec', 'resources', 'requests'], 'request'],
      [['spec', 'resources', 'limits'], 'limit'],
    ],
  ],
  ['v1/ResourceQuota', [[['spec', 'hard'], 'hard']]],
]);

const claimTemplates: readonly (readonly [Pattern, Field])[] = [
  [['spec', 'volumeClaimTemplates', '*', 'spec', 'resources', 'requests'], 'request'],
  [['spec', 'volumeClaimTemplates', '*', 'spec', 'resources', 'limits'], 'limit'],
];

/** The amounts of an object outside its pod templates. */
export function listObjectAmounts(object: KubernetesObject, makesPods: boolean): AmountFacts[] {
  const maps = makesPods ? claimTemplates : mapsByKind.get(`${object.apiVersion}/${object.kind}`);
  const amounts: AmountFacts[] = [];
  for (const [pattern, field] of maps ?? []) {
    for (const [path, value] of findValues(object.value, pattern, '')) {
      for (const amount of readAmounts(object, value, path, field).values()) amounts.push(amount.facts);
    }
  }
  return amounts;
}

/** The amounts of a template beside resources and volumes: overhead, and the divisors of what it tells its containers. */
export function listTemplateAmounts(
  object: KubernetesObject,
  template: PodTemplate,
  containers: readonly WrittenContainer[],
): AmountFacts[] {
  const path = `${template.pointer}/spec/overhead`;
  const overhead = readAmounts(object, fieldAt(template.spec, 'overhead'), path, 'overhead').values();
  return [
    ...[...overhead].map((amount) => amount.facts),
    ...containers.flatMap((container) => listDivisors(object, container)),
  ];
}

function listDivisors(object: KubernetesObject, { value, path, name }: WrittenContainer): AmountFacts[] {
  const amounts: AmountFacts[] = [];
  for (const [index, variable] of listAt(value, 'env').entries()) {
    const divisor = fieldAt(variable, 'valueFrom', 'resourceFieldRef', 'divisor');
    if (divisor === undefined || divisor === null) continue;
    const at = `${path}/env/${index}/valueFrom/resourceFieldRef/divisor`;
    amounts.push(
      readAmount(object, { path: at, field: 'divisor', resource: 'divisor', container: name }, divisor).facts,
    );
  }
  return amounts;
}

function* findValues(
  value: JsonValue | undefined,
  steps: readonly string[],
  path: string,
): Generator<readonly [path: string, value: JsonValue]> {
  const [step, ...rest] = steps;
  if (value === undefined) return;
  if (step === undefined) yield [path, value];
  else if (step !== '*') yield* findValues(fieldAt(value, step), rest, joinPointer(path, step));
  else if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly JsonValue[]).entries()) {
      if (isJsonObject(item)) yield* findValues(item, rest, `${path}/${index}`);
    }
  }
}
