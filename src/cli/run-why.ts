import { checkObject } from '../check/check-object.ts';
import { ApiError, type ClusterApi } from '../cluster/api.ts';
import { listPath, type ClusterResource } from '../cluster/resources.ts';
import { latestShortages, compareShortage, listWays, type WhyNow, type WhyReport } from '../denial/why.ts';
import { createError } from '../errors.ts';
import { createCommitter } from '../fit/commitment.ts';
import { fitRelease } from '../fit/fit-release.ts';
import { keyOf } from '../fit/owned.ts';
import { standingOf } from '../fit/standing.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { isJsonObject } from '../manifest/fields.ts';
import type { ResourceId } from '../report/report.ts';
import { printWhy, printWhyJson } from '../report/why.ts';
import { objectsOf, type Snapshot } from '../state/snapshot.ts';
import { emptyNamespace, readState } from '../state/state.ts';
import type { WhyFlags } from './commands/why.ts';
import { findKind } from './find-kind.ts';
import { readFitOptions } from './fit-input.ts';
import { useSnapshot } from './gather-state.ts';
import type { ExitStatus, Io } from './io.ts';
import { createJudge } from './judge.ts';
import { askCluster, connect, readCluster } from './read-live.ts';
import { readTold } from './read-told.ts';
import { listKinds } from '../config/kinds.ts';
import { loadSettings, type Settings } from './settings.ts';

/** @param words - `KIND/NAME`, or the two apart */
export async function runWhy(words: readonly string[], flags: WhyFlags, io: Io): Promise<ExitStatus> {
  const settings = await loadSettings(flags, io);
  const [kind, name] = readTarget(words);
  const cluster = await connect(flags);
  const namespace = settings.namespace || cluster.namespace || 'default';
  const kinds = listKinds(settings);
  const resource = await askCluster(cluster, (api) => findKind(api, kind, kinds));
  if (resource === null) throw createError('QF_USAGE', { problem: `quotafit judges nothing that is called ${kind}` });
  const { snapshot, missing } = await readCluster(cluster, { namespaces: [namespace], kinds, now: io.now() });
  if (missing.length > 0) {
    throw createError('QF_CLUSTER', { problem: `${cluster.server} has no namespace ${namespace}` });
  }
  const object = { apiVersion: resource.apiVersion, kind: resource.kind, namespace, name };
  const { told, unread } = await askCluster(cluster, (api) =>
    readTold(api, object, flags.webhookNamespace, settings.now),
  );
  const stored = await askCluster(cluster, (api) => readStored(api, resource, object));
  if (!isJsonObject(stored) && told.length === 0)
    throw createError('QF_NOTHING_KNOWN', { problem: describeNothing(object, stored, unread) });
  const now = await judgeNow(object, isJsonObject(stored) ? stored : null, latestShortages(told), snapshot, {
    settings,
    io,
  });
  const hidden = (snapshot.unread[namespace] ?? []).map((what) => `you may not read ${what} of ${namespace}`);
  const report: WhyReport = {
    apiVersion: 'quotafit.dev/v1',
    kind: 'WhyReport',
    object,
    stored: stored === 'unread' ? null : stored !== null,
    told,
    now,
    ways: listWays(now),
    unread: [...unread, ...hidden],
  };
  io.stdout.write(flags.output === 'json' ? printWhyJson(report) : printWhy(report));
  return 0;
}

function readTarget(words: readonly string[]): readonly [kind: string, name: string] {
  const [kind = '', name = '', ...more] = words.length === 1 ? (words[0] ?? '').split('/') : words;
  if (kind === '' || name === '' || more.length > 0) {
    throw createError('QF_USAGE', { problem: 'name one object as KIND/NAME, such as deployment/web' });
  }
  return [kind, name];
}

/** What the cluster has of an object; `null` when it has none. */
type Stored = JsonObject | 'unread' | null;

function describeNothing({ kind, namespace, name }: ResourceId, stored: Stored, unread: readonly string[]): string {
  const what = stored === null ? `namespace ${namespace} has no` : `you may not read in namespace ${namespace} the`;
  const blind = unread.length === 0 ? '' : `; ${unread.join('; ')}`;
  return `${what} ${kind} ${name}, and the webhook said nothing of one in the last week${blind}`;
}

async function readStored(api: ClusterApi, resource: ClusterResource, object: ResourceId): Promise<Stored> {
  try {
    return await api.get(`${listPath(resource, object.namespace)}/${encodeURIComponent(object.name)}`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    if (error instanceof ApiError && error.status === 403) return 'unread';
    throw error;
  }
}

async function judgeNow(
  id: ResourceId,
  stored: JsonObject | null,
  shortages: ReturnType<typeof latestShortages>,
  snapshot: Snapshot,
  { settings, io }: { readonly settings: Settings; readonly io: Io },
): Promise<WhyNow> {
  const { namespace } = id;
  const options = readFitOptions(settings, useSnapshot(snapshot, 'live', namespace), {}, io);
  const objects = objectsOf(snapshot);
  const { cluster, namespaces, volumes } = readState(objects, namespace, options.coverage).state;
  const held = namespaces.get(namespace) ?? emptyNamespace(namespace);
  const kept = objects.find((object) => object.namespace === namespace && keyOf(object) === keyOf(id)) ?? null;
  const kubernetesMinor = Number(options.kubernetesVersion.slice('1.'.length));
  const world = { cluster, volumes, injected: options.injected, options: { kubernetesMinor, kinds: options.kinds } };
  const commitments = createCommitter()(held, world, []);
  const isKnown = held.unread.length === 0;
  const fitted = kept === null ? null : fitRelease([kept], objects, options);
  const [fit = null] = fitted?.kind === 'report' ? fitted.report.workloads : [];
  return {
    shortages: shortages.map((shortage) => {
      const { quota, resource } = shortage;
      return compareShortage(shortage, isKnown ? standingOf(commitments, kept, quota, resource) : 'unknown');
    }),
    fit: fit?.pods === null ? null : fit,
    findings:
      stored === null
        ? []
        : await judgeRules({ ...id, value: stored, source: null }, held.limitRanges, options.kubernetesVersion, {
            settings,
            io,
          }),
  };
}

async function judgeRules(
  object: KubernetesObject,
  limitRanges: Parameters<typeof checkObject>[1]['limitRanges'],
  kubernetesVersion: string,
  { settings, io }: { readonly settings: Settings; readonly io: Io },
): Promise<WhyNow['findings']> {
  const judge = await createJudge({ ...settings, kubernetesVersion }, { rule: {} }, io);
  const { findings } = checkObject(object, { limitRanges, readConfigMap: () => null }, judge);
  return findings.map(({ rule, level, message }) => ({ rule, level, message }));
}
