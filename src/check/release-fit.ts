import type { ReleaseFit } from '../facts/describe-fit.ts';
import { fitRelease, type FitOptions } from '../fit/fit-release.ts';
import type { FitReport } from '../fit/fit-report.ts';
import { touchTemplates } from '../fit/touch-templates.ts';
import { objectAt } from '../manifest/fields.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { isNamespaced } from '../quota/resource-name.ts';
import type { StateProblem } from '../state/read-amounts.ts';
import { isClusterObject, readState } from '../state/state.ts';
import { isBound } from './bounds.ts';
import type { Release } from './release.ts';

/** Plays what a release holds against the quotas and limit ranges that are known to hold for it. */
export type ReleaseFitter = (release: Pick<Release, 'context' | 'objects'>) => readonly ReleaseFit[];

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
  return { kind: 'fitter', fit: (release) => fitParts(release, state, options) };
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
    context: context.filter((object) => isClusterWide(object) || isPlayed(object, bounded, namespace)),
    state,
  };
  const byFile = new Map<string, Part>();
  const clusterWide: number[] = [];
  for (const [index, object] of objects.entries()) {
    if (isClusterWide(object)) clusterWide.push(index);
    else if (!isPlayed(object, bounded, namespace)) continue;
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
    const own = clusterWide.filter((index) => objects[index] !== undefined && fileOf(objects[index]) === file);
    parts.push({ ...part, played: [...own, ...part.played] });
  }
  return parts.flatMap((part) => fitPart(part, objects, options));
}

/** Neighbours come first: what is judged has to fit beside them. */
function fitPart(part: Part, objects: readonly KubernetesObject[], options: FitOptions): readonly ReleaseFit[] {
  const release = [...part.context, ...part.played.flatMap((index) => objects[index] ?? [])];
  const outcome = fitRelease(release, part.state, options);
  // A part without a state has nothing that could be wrong with it, and the state was looked through.
  if (outcome.kind === 'bad-state') return [];
  const { report } = outcome;
  const next = part.state.length === 0 ? fitNext(release, report, options) : null;
  return [{ report, next, played: part.played, namespace: options.namespace }];
}

/**
 * Nothing rolls in an empty namespace. So where there is no state, it is played what comes next: a release that changes
 * every pod template, into a namespace that holds this one.
 */
function fitNext(release: readonly KubernetesObject[], { quotas }: FitReport, options: FitOptions): FitReport | null {
  if (!quotas.some(({ resources }) => Object.values(resources).every(({ fits }) => fits))) return null;
  const outcome = fitRelease(touchTemplates(release), release, options);
  return outcome.kind === 'report' ? outcome.report : null;
}

function isClusterWide(object: KubernetesObject): boolean {
  return isClusterObject(object) || !isNamespaced(object);
}

function isPlayed(object: KubernetesObject, bounded: ReadonlySet<string>, namespace: string): boolean {
  return bounded.has(placeOf(object, namespace)) && object.name !== '' && !isPatch(object);
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
