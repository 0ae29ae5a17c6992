import { fieldAt, isJsonObject, listAt } from '../manifest/fields.ts';
import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { readQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import { makeQuantity } from '../quantity/quantity.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';
import type { MemoryPromiseFacts } from './release-schema.ts';

/** One object of a namespace, with its index in the release. */
export interface Promiser {
  readonly index: number;
  readonly object: KubernetesObject;
  readonly workload: Workload | null;
}

const nanoPerGibibyte = 1e9 * 2 ** 30;

/**
 * How much memory a namespace is promised at most: what its quotas let its limits sum up to, or without such a quota
 * what the limits of its workloads are together.
 */
export function describeMemoryPromises(entries: readonly Promiser[]): MemoryPromiseFacts[] {
  const quotas = entries.flatMap(({ object, index }) => {
    if (object.kind !== 'ResourceQuota' || object.apiVersion !== 'v1') return [];
    const limits = readNano(fieldAt(object.value, 'spec', 'hard', 'limits.memory'));
    const hard = fieldAt(object.value, 'spec', 'hard');
    const requests = readNano(fieldAt(hard, 'requests.memory') ?? fieldAt(hard, 'memory'));
    const path = '/spec/hard/limits.memory';
    return limits === null ? [] : [describePromise({ object: index, path, by: 'quota' }, limits, requests)];
  });
  if (quotas.length > 0) return quotas;
  let limits = 0n;
  let requests = 0n;
  let first: Promiser | null = null;
  for (const entry of entries) {
    const own = sumWorkload(entry.workload);
    if (own.limits > 0n) first ??= entry;
    limits += own.limits;
    requests += own.requests;
  }
  if (first === null) return [];
  const pointer = first.workload?.templates[0]?.pointer ?? '';
  return [
    describePromise({ object: first.index, path: `${pointer}/spec/containers`, by: 'workloads' }, limits, requests),
  ];
}

function describePromise(
  place: Pick<MemoryPromiseFacts, 'by' | 'object' | 'path'>,
  limits: bigint,
  requests: bigint | null,
): MemoryPromiseFacts {
  return {
    ...place,
    limits: canonicalQuantity(makeQuantity(limits, 'BinarySI')),
    gibibytes: Math.min(Number(limits) / nanoPerGibibyte, Number.MAX_VALUE),
    ...(requests !== null &&
      requests > 0n && {
        ratio: Math.min(Number((limits * 1000n + requests - 1n) / requests) / 1000, Number.MAX_VALUE),
      }),
  };
}

/** Memory of all pods of a workload; where the number of pods is not known, of one. */
function sumWorkload(workload: Workload | null): { readonly limits: bigint; readonly requests: bigint } {
  let limits = 0n;
  let requests = 0n;
  for (const template of workload?.templates ?? []) {
    const pods = template.replicas.kind === 'count' ? BigInt(template.replicas.count) : 1n;
    const own = sumContainers(template);
    limits += own.limits * pods;
    requests += own.requests * pods;
  }
  return { limits, requests };
}

function sumContainers({ spec }: PodTemplate): { readonly limits: bigint; readonly requests: bigint } {
  let limits = 0n;
  let requests = 0n;
  for (const container of listAt(spec, 'containers')) {
    if (!isJsonObject(container)) continue;
    const limit = readNano(fieldAt(container, 'resources', 'limits', 'memory'));
    limits += limit ?? 0n;
    // A limit without a request is the request too.
    requests += readNano(fieldAt(container, 'resources', 'requests', 'memory')) ?? limit ?? 0n;
  }
  return { limits, requests };
}

function readNano(value: JsonValue | undefined): bigint | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const quantity = readQuantity(value);
  return quantity.kind === 'quantity-error' ? null : quantity.nano;
}
