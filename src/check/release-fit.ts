import { describeFits, type ReleaseFit } from '../facts/describe-fit.ts';
import { describeNamespaces } from '../facts/describe-namespace.ts';
import type { QuotaFacts, ReleaseObject } from '../facts/describe-release.ts';
import { fitRelease, type FitOptions } from '../fit/fit-release.ts';
import type { FitReport, ResourceFit } from '../fit/fit-report.ts';
import { touchTemplates } from '../fit/touch-templates.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { parseQuantity } from '../quantity/parse.ts';
import type { StateProblem } from '../state/read-amounts.ts';
import { isClusterObject, readState } from '../state/state.ts';
import { divideRelease, type ReleasePart } from './release-parts.ts';
import { findPlaced } from './kustomize-release.ts';
import type { Release } from './release.ts';

/**
 * Plays what a release holds against the quotas and limit ranges that are known to hold for it.
 * @param objects - those of the release, as its facts index them
 */
export type ReleaseFitter = (
  release: Pick<Release, 'context' | 'kustomized' | 'objects'>,
  objects: readonly ReleaseObject[],
) => QuotaFacts;

export type FitterOutcome =
  | { readonly kind: 'fitter'; readonly fit: ReleaseFitter }
  /** The state is none that a cluster could be in. */
  | { readonly kind: 'bad-state'; readonly problems: readonly StateProblem[] };

/**
 * Makes what plays a release: each part of it by itself, as `divideRelease` has them.
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
      const place = (object: KubernetesObject): KubernetesObject => findPlaced(object, release);
      const namespaces = describeNamespaces(
        objects.map((entry) => ({ ...entry, object: place(entry.object) })),
        [...state, ...release.context.map(place)],
        options.namespace,
      );
      return {
        ...(fits.length > 0 && { fits }),
        ...(quotas.length > 0 && { quotas }),
        ...(namespaces.length > 0 && { namespaces }),
      };
    },
  };
}

function fitParts(
  release: Pick<Release, 'context' | 'kustomized' | 'objects'>,
  state: readonly KubernetesObject[],
  options: FitOptions,
): readonly ReleaseFit[] {
  // What may not be read may bound as well, and that has to be said.
  const unread = Object.keys(options.coverage?.unread ?? {});
  return divideRelease(release, { namespace: options.namespace, state, unread })
    .filter(({ played }) => played.length > 0)
    .flatMap((part) => fitPart(part, options));
}

function fitPart({ objects, state, played }: ReleasePart, options: FitOptions): readonly ReleaseFit[] {
  const outcome = fitRelease(objects, state, options);
  // A part without a state has nothing that could be wrong with it, and the state was looked through.
  if (outcome.kind === 'bad-state') return [];
  const { report } = outcome;
  const next = state.length === 0 ? fitNext(objects, report, options) : null;
  return [{ report, next, played, namespace: options.namespace }];
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
  const outcome = fitRelease(touchTemplates(part), part.map(forgetStatus), options);
  return outcome.kind === 'report' ? outcome.report : null;
}

/** The status of a manifest was true elsewhere or never: `kubectl create --dry-run` writes an empty one. */
function forgetStatus(object: KubernetesObject): KubernetesObject {
  if (object.kind === 'ResourceQuota' || object.value['status'] === undefined) return object;
  return { ...object, value: { ...object.value, status: undefined } };
}

/** A rollout has at most as many new pods as there are, beside all old ones. */
function hasRoomTwice({ peak, hard }: ResourceFit): boolean {
  const [most, bound] = [parseQuantity(peak), parseQuantity(hard)];
  return most.kind === 'quantity' && bound.kind === 'quantity' && 2n * most.nano <= bound.nano;
}
