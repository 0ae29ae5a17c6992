import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../cluster/api.ts';
import { tellFault } from '../cluster/fault.ts';
import { followSnapshot } from '../cluster/follow-snapshot.ts';
import type { FitReport } from '../fit/fit-report.ts';
import { fitInput, type FitInput } from './fit-input.ts';
import type { ClusterFlags } from './fit-flags.ts';
import { useSnapshot } from './gather-state.ts';
import type { Io } from './io.ts';
import { namespacesOf } from './release-namespaces.ts';
import { connect, readCluster } from './read-live.ts';

/** Changes come in bursts, as of a rollout; within this time they are one. */
const QUIET_MS = 300;

/** Who fails again after this time was well in between: nobody waits longer before another try. */
const FORGOTTEN_MS = 90_000;

/** Each resource is followed by itself, and all lose a server at once: what they have to say of it is said once. */
function createFaultTeller(server: string, io: Io): (error: unknown) => void {
  const lastSeen = new Map<string, number>();
  return (error) => {
    // The server has forgotten what was read before, and it is read anew.
    if (error instanceof ApiError && error.status === 410) return;
    const problem = tellFault(server, error);
    const [now, before] = [io.now().getTime(), lastSeen.get(problem)];
    lastSeen.set(problem, now);
    if (before !== undefined && now - before < FORGOTTEN_MS) return;
    io.stderr.write(`quotafit: ${problem}; trying again, the last answer may be old\n`);
  };
}

/**
 * Judges a release again whenever its namespaces change, until somebody interrupts.
 * @param show - is given each answer that differs from the one before
 * @throws QuotafitError when the cluster cannot be read at the start
 */
export async function watchFit(
  input: FitInput,
  flags: ClusterFlags,
  show: (report: FitReport) => Promise<void>,
  io: Io,
): Promise<void> {
  const { kinds, namespace } = input.options;
  const cluster = await connect(flags);
  const namespaces = [...namespacesOf(input.objects, namespace)];
  const { snapshot } = await readCluster(cluster, { namespaces, kinds, now: io.now() });
  const changes = new EventEmitter();
  let change = once(changes, 'change');
  const followed = await followSnapshot(cluster.api, snapshot, {
    kinds,
    now: io.now,
    onChange: () => changes.emit('change'),
    onError: createFaultTeller(cluster.server, io),
  });
  const interrupted = (io.untilInterrupted?.() ?? Promise.resolve()).then(() => 'interrupted' as const);
  let told = '';
  try {
    while ((await Promise.race([interrupted, change])) !== 'interrupted') {
      await sleep(QUIET_MS);
      change = once(changes, 'change');
      const { objects, source, coverage } = useSnapshot(followed.current(), 'live', namespace);
      const report = fitInput({ ...input, state: objects, options: { ...input.options, state: source, coverage } });
      const answer = JSON.stringify({ ...report, state: null });
      if (answer === told) continue;
      if (told !== '') io.stdout.write('\n');
      await show(report);
      told = answer;
    }
  } finally {
    await followed.stop();
  }
}
