import { describeFits, type ReleaseFit } from '../facts/describe-fit.ts';
import { describeNamespaces } from '../facts/describe-namespace.ts';
import type { QuotaFacts, ReleaseObject } from '../facts/describe-release.ts';
import { fitRelease, type FitOptions } from '../fit/fit-release.ts';
import type { FitReport, ResourceFit } from '../fit/fit-report.ts';
import { touchTemplates } from '../fit/touch-templates.ts';
import { objectAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { parseQuantity } from '../quantity/parse.ts';
import { isNamespaced, objectKind } from '../quota/resource-name.ts';
import type { StateProblem } from '../state/read-amounts.ts';
import { isClusterObject, readState } from '../state/state.ts';
import { isBound } from './bounds.ts';
import type { Release } from './release.ts';

/**
 * Plays what a release holds against the quotas and limit ranges that are known to hold for it.
 * @param objects - those of the release, as its facts index them
 */
export type ReleaseFitter = (
  release: Pick<Release, 'context' | 'objects'>,
  objects: readonly ReleaseObject[],
) => QuotaFacts;

export type FitterOutcome =
  | { readonly kind: 'fitter'; readonly fit: ReleaseFitter }
  /** The state is none that a cluster could be in. */
  | { readonly kind: 'bad-state'; readonly problems: readonly StateProblem[] };

/**
 * Only namespaces with a ResourceQuota or LimitRange are played: of the others there is nothing to say. Who meets whom
 * is decided in docs/adr/0007-who-shares-a-quota.md: objects of one namespace by name, in whatever files they stand; and
 * objects whose namespace nobody knows only with those of their own file.
 * @param state - what is there already
 * @param options - with an empty `namespace` where it is not known
 */
export function createReleaseFitter(state: readonly KubernetesObject[], options: FitOptions): FitterOutcome {
  const { problems } = readState(state, options.namespace, options.coverage);
  if (problems.length > 0) return { kind: 'bad-state', problems };
  return {
    kind: 'fitter',
    fit: (release, objects) => {
      const { fits, quotas } = describeFits(fitParts(release, state, options), objects);
      const namespaces = describeNamespaces(objects, [...state, ...release.context], options.namespace);
      return {
        ...(fits.length > 0 && { fits }),
        ...(quotas.length > 0 && { quotas }),
        ...(namespaces.length > 0 && { namespaces }),
      };
    },
  };
}

/** What is applied together, and what is known of the place. */
interface Part {
  readonly played: number[];
  readonly context: readonly KubernetesObject[];
  readonly state: readonly KubernetesObject[];
}

function fitParts(
  { objects, context }: Pick<Release, 'context' | 'objects'>,
  state: readonly KubernetesObject[],
  options: FitOptions,
): readonly ReleaseFit[] {
  const { namespace } = options;
  const bounds = [...state, ...context, ...objects].filter(isBound).map((one) => placeOf(one, namespace));
  // What may not be read may bound as well, and that has to be said.
  const unread = Object.keys(options.coverage?.unread ?? {}).map((name) => `namespace ${name}`);
  const bounded = new Set([...bounds, ...unread]);
  const named: Part = {
    played: [],
    context: context.filter((object) => isClusterObject(object) || isPlayed(object, bounded, namespace)),
    state,
  };
  const byFile = new Map<string, Part>();
  const clusterWide: number[] = [];
  const clusterWideOf = new Map<string, readonly number[]>();
  for (const [index, object] of objects.entries()) {
    if (object.kind === 'Namespace' && !bounded.has(`namespace ${object.name}`)) continue;
    if (isClusterObject(object)) {
      clusterWide.push(index);
      const file = fileOf(object);
      clusterWideOf.set(file, [...(clusterWideOf.get(file) ?? []), index]);
    } else if (!isPlayed(object, bounded, namespace)) continue;
    else if (object.namespace !== '' || namespace !== '') named.played.push(index);
    else {
      const file = fileOf(object);
      const part = byFile.get(file) ?? { played: [], context: [], state: [] };
      part.played.push(index);
      byFile.set(file, part);
    }
  }
  const parts = named.played.length === 0 ? [] : [{ ...named, played: [...clusterWide, ...named.played] }];
  for (const [file, part] of byFile) {
    parts.push({ ...part, played: [...(clusterWideOf.get(file) ?? []), ...part.played] });
  }
  return parts.flatMap((part) => fitPart(part, objects, options));
}

/** Neighbours come first: what is judged has to fit beside them. */
function fitPart(part: Part, objects: readonly KubernetesObject[], options: FitOptions): readonly ReleaseFit[] {
  const { namespace } = options;
  const release = keepLast([...part.context, ...part.played.flatMap((index) => objects[index] ?? [])], namespace);
  const outcome = fitRelease(release, part.state, options);
  // A part without a state has nothing that could be wrong with it, and the state was looked through.
  if (outcome.kind === 'bad-state') return [];
  const { report } = outcome;
  const next = part.state.length === 0 ? fitNext(release, report, options) : null;
  return [{ report, next, played: part.played, namespace }];
}

/** Of the same object twice the last counts; that there are two is told by a rule of its own. */
function keepLast(objects: readonly KubernetesObject[], namespace: string): readonly KubernetesObject[] {
  const last = new Map<string, KubernetesObject>();
  for (const object of objects) {
    last.set([objectKind(object), object.namespace || namespace, object.name].join(' '), object);
  }
  const kept = new Set(last.values());
  return objects.filter((object) => kept.has(object));
}

/**
 * Nothing rolls in an empty namespace. So where there is no state, it is played what comes next: a release that changes
 * every pod template, into namespaces that hold this one. Where a quota has no room as it is, that is told instead; where
 * all would fit twice, no rollout can meet it.
 */
function fitNext(
  release: readonly KubernetesObject[],
  { quotas, workloads }: FitReport,
  options: FitOptions,
): FitReport | null {
  const resources = quotas.flatMap((quota) =>
    Object.values(quota.resources).map((fit) => ({ fit, namespace: quota.namespace })),
  );
  const open = new Set(resources.filter(({ fit }) => !hasRoomTwice(fit)).map(({ namespace }) => namespace));
  for (const { fit, namespace } of resources) if (!fit.fits) open.delete(namespace);
  const rolling = new Set(workloads.filter(({ pods }) => pods !== null).map(({ namespace }) => namespace));
  const part = release.filter((object) => {
    const place = object.namespace || options.namespace;
    return isClusterObject(object) || (open.has(place) && rolling.has(place));
  });
  if (part.every(isClusterObject)) return null;
  const outcome = fitRelease(touchTemplates(part), part, options);
  return outcome.kind === 'report' ? outcome.report : null;
}

/** A rollout has at most as many new pods as there are, beside all old ones. */
function hasRoomTwice({ peak, hard }: ResourceFit): boolean {
  const [most, bound] = [parseQuantity(peak), parseQuantity(hard)];
  return most.kind === 'quantity' && bound.kind === 'quantity' && 2n * most.nano <= bound.nano;
}

function isPlayed(object: KubernetesObject, bounded: ReadonlySet<string>, namespace: string): boolean {
  return bounded.has(placeOf(object, namespace)) && isNamespaced(object) && object.name !== '' && !isPatch(object);
}

/** What kustomize merges into another object of the name lacks the selector, and is never applied as it stands. */
function isPatch({ apiVersion, value }: KubernetesObject): boolean {
  return apiVersion === 'apps/v1' && objectAt(value, 'spec')['selector'] === undefined;
}

/** The namespace, or the file where it is not known. */
function placeOf(object: KubernetesObject, namespace: string): string {
  const place = object.namespace || namespace;
  return place === '' ? `file ${fileOf(object)}` : `namespace ${place}`;
}

function fileOf({ source }: KubernetesObject): string {
  return source?.document.file.name ?? '';
}
