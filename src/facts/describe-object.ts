import type { LimitRange } from '../admission/limit-range.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { Workload } from '../workload/workload.ts';
import type { ObjectFacts } from './schema.ts';

/** What is known beside the object itself. */
export interface DescribeContext {
  /** Minor version of Kubernetes 1: 37. */
  readonly kubernetesMinor: number;
  /** Of the object's namespace: their defaults are not missing. Empty when none are known. */
  readonly limitRanges: readonly LimitRange[];
  /** The namespace of an object that names none; empty when not known. */
  readonly namespace: string;
  /** Source spelling of a number that is written in another form than its value (`010`), by pointer; else `null`. */
  readonly writtenNumber: (pointer: string) => string | null;
}

/** The facts of one object; `workload` is what `readWorkload` made of it. Never throws on a malformed object. */
export declare function describeObject(
  object: KubernetesObject,
  workload: Workload | null,
  context: DescribeContext,
): ObjectFacts;
