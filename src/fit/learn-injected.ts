import { pick } from '../demand/reduced-template.ts';
import { integerAt, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import type { NamespaceState } from '../state/namespace-state.ts';
import { controllerRefOf, isTerminating, keyOf, templateOf } from './owned.ts';

/** What webhooks of a cluster add to a pod beside what its template says; of each container only what costs. */
export interface Injected {
  readonly containers: readonly JsonObject[];
  /** Init containers that come before those of the template, among them sidecars. */
  readonly before: readonly JsonObject[];
  readonly after: readonly JsonObject[];
}

/** What was seen to be injected into the pods of one namespace. */
export interface Injection {
  /** By the name that pods have of whatever makes them: of a Deployment its own, and those of its ReplicaSets. */
  readonly byMaker: ReadonlyMap<string, Injected>;
  /** What all have in common, where there are two or more: a new workload will get it too. */
  readonly everywhere: Injected;
}

const nothing: Injected = { containers: [], before: [], after: [] };

/** One workload that does not show it is enough to doubt that all get the same; one that does is not enough to believe it. */
const LEAST_MAKERS = 2;

const known = new WeakMap<NamespaceState, Injection>();

/**
 * Learns from live pods what the cluster's webhooks inject: whatever the youngest pod of a workload has beside the
 * template that it was made of. Pods whose template may have changed since tell nothing.
 */
export function learnInjected(namespace: NamespaceState): Injection {
  const before = known.get(namespace);
  if (before !== undefined) return before;
  const injection = readInjection(namespace);
  known.set(namespace, injection);
  return injection;
}

/** Says what was learned elsewhere, from pods that are not among the objects of this state. */
export function rememberInjected(namespace: NamespaceState, injection: Injection): void {
  known.set(namespace, injection);
}

interface Sighting {
  readonly pod: KubernetesObject;
  readonly maker: KubernetesObject;
}

function readInjection(namespace: NamespaceState): Injection {
  const makers = new Map<string, KubernetesObject>();
  for (const kind of ['ReplicaSet.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'Job.batch']) {
    for (const maker of namespace.objects.get(kind) ?? []) makers.set(keyOf(maker), maker);
  }
  const youngest = new Map<string, Sighting>();
  for (const pod of namespace.objects.get('Pod') ?? []) {
    const maker = makers.get(controllerOf(pod)?.key ?? '');
    if (maker === undefined || isTerminating(pod) || !isOfTemplate(pod, maker)) continue;
    const root = controllerOf(maker)?.name ?? maker.name;
    const seen = youngest.get(root);
    if (seen === undefined || bornAt(pod) > bornAt(seen.pod)) youngest.set(root, { pod, maker });
  }
  const sightings = [...youngest].map(([root, { pod, maker }]) => ({ root, maker, injected: compare(pod, maker) }));
  const byMaker = new Map<string, Injected>();
  for (const { root, maker, injected } of sightings) {
    if (isNothing(injected)) continue;
    byMaker.set(maker.name, injected);
    byMaker.set(root, injected);
  }
  return { byMaker, everywhere: findCommon(sightings.map(({ injected }) => injected)) };
}

interface Controller {
  readonly key: string;
  readonly name: string;
}

/** A state that changed shares most of its objects with the one before. */
const controllers = new WeakMap<KubernetesObject, Controller | null>();

function controllerOf(object: KubernetesObject): Controller | null {
  let controller = controllers.get(object);
  if (controller === undefined) controllers.set(object, (controller = readController(object)));
  return controller;
}

function readController(object: KubernetesObject): Controller | null {
  const owner = controllerRefOf(object);
  return owner === null ? null : { name: owner.name, key: keyOf(owner) };
}

/** Whether the pod was made of the template as it is now. */
function isOfTemplate(pod: KubernetesObject, maker: KubernetesObject): boolean {
  const { status, metadata } = { status: objectAt(maker.value, 'status'), metadata: objectAt(maker.value, 'metadata') };
  const isObserved = integerAt(status, 'observedGeneration') === integerAt(metadata, 'generation');
  switch (maker.kind) {
    // What a controller makes for one template keeps it.
    case 'ReplicaSet':
      return controllerOf(maker) !== null;
    case 'Job':
      return true;
    case 'StatefulSet':
      return (
        isObserved &&
        stringAt(pod.value, 'metadata', 'labels', 'controller-revision-hash') === stringAt(status, 'updateRevision')
      );
    default:
      return isObserved && integerAt(status, 'updatedNumberScheduled') === integerAt(status, 'currentNumberScheduled');
  }
}

function bornAt({ value }: KubernetesObject): string {
  return stringAt(value, 'metadata', 'creationTimestamp');
}

function compare(pod: KubernetesObject, maker: KubernetesObject): Injected {
  const written = objectAt(templateOf(maker), 'spec');
  const spec = objectAt(pod.value, 'spec');
  const own = namesOf(listAt(written, 'initContainers'));
  const inits = listAt(spec, 'initContainers').map((container) => objectAt(container));
  const firstOwn = inits.findIndex((container) => own.has(stringAt(container, 'name')));
  const isForeign = (container: JsonObject): boolean => !own.has(stringAt(container, 'name'));
  const ownContainers = namesOf(listAt(written, 'containers'));
  return {
    containers: listAt(spec, 'containers')
      .map((container) => objectAt(container))
      .filter((container) => !ownContainers.has(stringAt(container, 'name')))
      .map(keepCost),
    before: inits.slice(0, firstOwn === -1 ? inits.length : firstOwn).map(keepCost),
    after: firstOwn === -1 ? [] : inits.slice(firstOwn).filter(isForeign).map(keepCost),
  };
}

function namesOf(containers: ReturnType<typeof listAt>): ReadonlySet<string> {
  return new Set(containers.map((container) => stringAt(container, 'name')));
}

const keepCost = (container: JsonObject): JsonObject => pick(container, ['name', 'resources', 'restartPolicy']);

function findCommon(all: readonly Injected[]): Injected {
  const [first, ...others] = all;
  if (first === undefined || all.length < LEAST_MAKERS) return nothing;
  const common = (list: keyof Injected): readonly JsonObject[] =>
    first[list].filter((container) => others.every((other) => namesOf(other[list]).has(stringAt(container, 'name'))));
  return { containers: common('containers'), before: common('before'), after: common('after') };
}

function isNothing({ containers, before, after }: Injected): boolean {
  return containers.length + before.length + after.length === 0;
}

/** A key by which people keep a webhook from injecting: `sidecar.istio.io/inject`, `linkerd.io/inject`, `.../agent-inject`. */
const injectKey = /[/-]inject$/u;
const refusals: ReadonlySet<string> = new Set(['disabled', 'false', 'no', 'off']);

/**
 * What a pod of this template will get: what its like got, or else what all get, unless the template forbids it.
 * @param maker - whose pods they are, by name
 */
export function injectedInto({ byMaker, everywhere }: Injection, template: JsonObject, maker: string): Injected {
  if (isNothing(everywhere) && byMaker.size === 0) return nothing;
  const marks = ['annotations', 'labels'].flatMap((field) => Object.entries(objectAt(template, 'metadata', field)));
  const refuses = marks.some(([key, value]) => injectKey.test(key) && typeof value === 'string' && refusals.has(value));
  if (refuses) return nothing;
  return byMaker.get(maker) ?? everywhere;
}

/** The names of what a pod of this template will get beside its own containers, in order. */
export function listInjectedInto(injection: Injection, template: JsonObject, maker: string): readonly string[] {
  const spec = objectAt(template, 'spec');
  const own = namesOf([...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]);
  return namesIn([injectedInto(injection, template, maker)]).filter((name) => !own.has(name));
}

/** The names of all that was learned, in order. */
export function listInjected({ byMaker, everywhere }: Injection): readonly string[] {
  return namesIn([everywhere, ...byMaker.values()]);
}

function namesIn(all: readonly Injected[]): readonly string[] {
  return [...namesOf(all.flatMap(({ containers, before, after }) => [...before, ...after, ...containers]))].toSorted();
}
