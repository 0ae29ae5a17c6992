import { fieldAt, integerAt, listAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject } from '../manifest/document.ts';
import { scaleValue } from './scaled-value.ts';

/** What a StatefulSet's `spec` says about how many pods, in which order. */
export interface StatefulSetSpec {
  readonly replicas: number;
  /** The first ordinal. */
  readonly start: number;
  readonly ordered: boolean;
  readonly strategy:
    | { readonly kind: 'OnDelete' }
    /** Pods of the first `partition` replicas keep their version. */
    | { readonly kind: 'RollingUpdate'; readonly partition: number; readonly unavailable: number };
  /** Names of the claim templates. */
  readonly claimTemplates: readonly string[];
  /** Whether claims go with the pods that scaling down removes. */
  readonly deletesClaims: boolean;
}

/** @param minor - of Kubernetes: `maxUnavailable` counts from 1.37 on */
export function readStatefulSetSpec(object: JsonObject, replicas: number, minor: number): StatefulSetSpec {
  const strategy = fieldAt(object, 'spec', 'updateStrategy');
  const unavailable = scaleValue(fieldAt(strategy, 'rollingUpdate', 'maxUnavailable') ?? 1, replicas, 'down') ?? 1;
  return {
    replicas,
    start: integerAt(object, 'spec', 'ordinals', 'start') ?? 0,
    ordered: stringAt(object, 'spec', 'podManagementPolicy') !== 'Parallel',
    strategy:
      stringAt(strategy, 'type') === 'OnDelete'
        ? { kind: 'OnDelete' }
        : {
            kind: 'RollingUpdate',
            partition: integerAt(strategy, 'rollingUpdate', 'partition') ?? 0,
            unavailable: minor >= 37 ? Math.max(1, unavailable) : 1,
          },
    claimTemplates: listAt(object, 'spec', 'volumeClaimTemplates').map((claim) => stringAt(claim, 'metadata', 'name')),
    deletesClaims: stringAt(object, 'spec', 'persistentVolumeClaimRetentionPolicy', 'whenScaled') === 'Delete',
  };
}
