import { resolve } from 'node:path';
import { snapshotResources } from '../cluster/resources.ts';
import { createError } from '../errors.ts';
import { printSnapshot, type Snapshot } from '../state/snapshot.ts';
import type { SnapshotFlags } from './commands/snapshot.ts';
import type { ExitStatus, Io } from './io.ts';
import { connect, readCluster } from './read-live.ts';
import { listKinds } from '../config/kinds.ts';
import { loadSettings } from './settings.ts';
import { writeFiles } from './write-files.ts';

export async function runSnapshot(flags: SnapshotFlags, io: Io): Promise<ExitStatus> {
  const { config, orgConfig, now } = flags;
  const common = { ...(config !== undefined && { config }), ...(orgConfig !== undefined && { orgConfig }) };
  const settings = await loadSettings({ ...common, ...(now !== undefined && { now }) }, io);
  const cluster = await connect(flags);
  const own = settings.namespace || cluster.namespace || 'default';
  const namespaces = flags.allNamespaces === true ? 'all' : (flags.namespace ?? [own]);
  const order = { namespaces, kinds: listKinds(settings), now: settings.now } as const;
  const { snapshot, missing } = await readCluster(cluster, order);
  if (missing.length > 0) {
    throw createError('QF_CLUSTER', { problem: `${cluster.server} has no namespace ${missing.join(', ')}` });
  }
  for (const line of listUnread(snapshot)) io.stderr.write(`quotafit: ${line}\n`);
  const pieces = printSnapshot(snapshot);
  if (flags.output === undefined) for (const piece of pieces) io.stdout.write(piece);
  else {
    const text = Buffer.concat(Array.from(pieces, (piece) => Buffer.from(piece)));
    writeFiles([{ path: resolve(io.cwd, flags.output), name: flags.output, text }]);
  }
  return 0;
}

/** What answers from the snapshot will name as unknown. */
function listUnread({ listed, unread }: Snapshot): readonly string[] {
  const hidden = snapshotResources.filter(
    ({ namespaced, kind }) => !namespaced && kind !== 'Namespace' && !listed.includes(kind),
  );
  return [
    ...hidden.map(({ resource }) => `may not read ${resource}`),
    ...Object.entries(unread).map(([namespace, resources]) => `may not read ${resources.join(', ')} of ${namespace}`),
  ];
}
