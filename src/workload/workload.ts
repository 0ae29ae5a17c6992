import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { fieldAt, isJsonObject, objectAt } from '../manifest/fields.ts';
import { kindKey } from './kinds.ts';
import { bindPointer, expandPointer, type Place } from './pointer.ts';

export type WorkloadFamily =
  | 'CronJob'
  | 'Custom'
  | 'DaemonSet'
  | 'Deployment'
  | 'Job'
  | 'Pod'
  | 'PodTemplate'
  | 'ReplicaSet'
  | 'ReplicationController'
  | 'StatefulSet';

/** How many pods are made of one template in the steady state, as far as the object itself says. */
type Replicas =
  /** `written`: the number as it stands in the object, `null` when the kind's default holds. */
  | { readonly kind: 'count'; readonly written: number | null; readonly count: number }
  | { readonly kind: 'per-node' }
  /** A PodTemplate, or a CronJob between runs: nothing runs by itself. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown'; readonly missing: string };

/** One pod template of a workload; a Pod is its own. */
export interface PodTemplate {
  /** JSON pointer to the object that holds `metadata` and `spec`: `''` for a Pod, `/spec/template` for a Deployment. */
  readonly pointer: string;
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  readonly replicas: Replicas;
}

export interface Workload {
  readonly object: KubernetesObject;
  readonly family: WorkloadFamily;
  readonly templates: readonly PodTemplate[];
  /** Objects of other kinds that the kind's controller makes besides pods, from its description. */
  readonly children: readonly CountedChild[];
}

/** `count` objects of one resource (`replicasets.apps`) that every object of a custom kind brings with it. */
export interface CountedChild {
  readonly resource: string;
  readonly count: number;
}

/** Where a custom kind keeps its pod templates and their number. Pointers are RFC 6901; `*` is every item or member. */
export interface KindDescription {
  readonly group: string;
  readonly kind: string;
  /** Plural of the kind, for `count/` keys; `null` when not known. */
  readonly plural: string | null;
  readonly templates: readonly TemplateDescription[];
  readonly children: readonly CountedChild[];
}

interface TemplateDescription {
  /** To the object that holds `metadata` and `spec`. */
  readonly template: string;
  /** To the number of pods; each `*` stands for the same item as in `template`. `null`: not known from the object. */
  readonly replicas: string | null;
  /** What an absent number means; `null`: not known. */
  readonly defaultReplicas: number | null;
}

/** Custom kinds by `kind.group`. */
export type KindTable = ReadonlyMap<string, KindDescription>;

interface BuiltInFamily {
  readonly groups: readonly string[];
  readonly template: string;
  readonly readReplicas: (object: JsonObject) => Replicas;
}

const builtIn: ReadonlyMap<string, BuiltInFamily & { readonly family: WorkloadFamily }> = new Map(
  Object.entries({
    CronJob: { groups: ['batch'], template: '/spec/jobTemplate/spec/template', readReplicas: () => ({ kind: 'none' }) },
    DaemonSet: {
      groups: ['apps', 'extensions'],
      template: '/spec/template',
      readReplicas: () => ({ kind: 'per-node' }),
    },
    Deployment: { groups: ['apps', 'extensions'], template: '/spec/template', readReplicas: readSpecReplicas },
    Job: { groups: ['batch'], template: '/spec/template', readReplicas: readParallelism },
    Pod: { groups: [''], template: '', readReplicas: () => ({ kind: 'count', written: null, count: 1 }) },
    PodTemplate: { groups: [''], template: '/template', readReplicas: () => ({ kind: 'none' }) },
    ReplicaSet: { groups: ['apps', 'extensions'], template: '/spec/template', readReplicas: readSpecReplicas },
    ReplicationController: { groups: [''], template: '/spec/template', readReplicas: readSpecReplicas },
    StatefulSet: { groups: ['apps'], template: '/spec/template', readReplicas: readSpecReplicas },
  } satisfies Record<Exclude<WorkloadFamily, 'Custom'>, BuiltInFamily>).map(([kind, family]) => [
    kind,
    { ...family, family: kind as WorkloadFamily },
  ]),
);

/** The API group of an `apiVersion`: empty for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/**
 * The pod templates of an object and how many pods they are; `null` for objects that make no pods.
 * Bad fields do not throw: a template that is no object is left out, a number that cannot be read is `unknown`.
 */
export function readWorkload(object: KubernetesObject, kinds: KindTable): Workload | null {
  const group = groupOf(object.apiVersion);
  const known = builtIn.get(object.kind);
  if (known?.groups.includes(group) === true) {
    const replicas = known.readReplicas(object.value);
    const templates = expandPointer(object.value, known.template).map((place) => readTemplate(place, replicas));
    return { object, family: known.family, templates: templates.filter((template) => template !== null), children: [] };
  }
  const description = kinds.get(kindKey(group, object.kind));
  if (description === undefined) return null;
  const templates = description.templates.flatMap((template) => readDescribed(object, template));
  return { object, family: 'Custom', templates, children: description.children };
}

function readTemplate({ pointer, value }: Place, replicas: Replicas): PodTemplate | null {
  const spec = fieldAt(value, 'spec');
  if (!isJsonObject(spec)) return null;
  return { pointer, metadata: objectAt(value, 'metadata'), spec, replicas };
}

function readDescribed(object: KubernetesObject, description: TemplateDescription): PodTemplate[] {
  return expandPointer(object.value, description.template).flatMap((place) => {
    const template = readTemplate(place, readDescribedReplicas(object, description, place.steps));
    return template === null ? [] : [template];
  });
}

function readDescribedReplicas(
  object: KubernetesObject,
  { replicas, defaultReplicas }: TemplateDescription,
  steps: readonly string[],
): Replicas {
  const unknown: Replicas = { kind: 'unknown', missing: `replicas of ${groupOf(object.apiVersion)}/${object.kind}` };
  const found = replicas === null ? undefined : expandPointer(object.value, bindPointer(replicas, steps))[0]?.value;
  if (found === undefined || found === null) {
    return defaultReplicas === null ? unknown : { kind: 'count', written: null, count: defaultReplicas };
  }
  const count = typeof found === 'string' && /^[0-9]{1,9}$/.test(found) ? Number(found) : found;
  return isCount(count) ? { kind: 'count', written: count, count } : unknown;
}

function readSpecReplicas(object: JsonObject): Replicas {
  return readCount(fieldAt(object, 'spec', 'replicas'), 'spec.replicas');
}

/** At most `parallelism` pods run at a time, and never more than there is left to complete. */
function readParallelism(object: JsonObject): Replicas {
  const parallelism = readCount(fieldAt(object, 'spec', 'parallelism'), 'spec.parallelism');
  const completions = fieldAt(object, 'spec', 'completions');
  if (parallelism.kind !== 'count') return parallelism;
  if (fieldAt(object, 'spec', 'suspend') === true) return { ...parallelism, count: 0 };
  return isCount(completions) ? { ...parallelism, count: Math.min(parallelism.count, completions) } : parallelism;
}

function readCount(value: JsonValue | undefined, field: string): Replicas {
  if (value === undefined || value === null) return { kind: 'count', written: null, count: 1 };
  return isCount(value) ? { kind: 'count', written: value, count: value } : { kind: 'unknown', missing: field };
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
