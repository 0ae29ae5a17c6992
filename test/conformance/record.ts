import { setMaxListeners } from 'node:events';
import { stringAt } from '../../src/manifest/fields.ts';
import { connect } from './api.ts';
import { followRefusals } from './refusals.ts';
import { changeCluster, provisionVolumes, seedCluster } from './cluster.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import type { Binaries } from './binaries.ts';
import { startMirror } from './mirror.ts';
import { agree, play, type Stage } from './play.ts';
import { inParallel } from './pool.ts';
import type { ClusterKind, Recording, Scenario } from './scenario.ts';

export interface StageOptions {
  readonly binaries: Binaries;
  readonly log: (line: string) => void;
  /** Puts something before the API server; what it gives ends that again. */
  readonly front?: (plane: ControlPlane) => Promise<() => Promise<void>>;
}

export interface RecordOptions extends StageOptions {
  readonly scenarios: readonly Scenario[];
  /** How many namespaces are played in at a time. */
  readonly namespaces: number;
  /** Told of each recording as soon as it is there, in no particular order. */
  readonly onRecording?: (recording: Recording) => Promise<void>;
}

/** Plays every scenario twice, or a third time where two differ, on a fresh control plane. */
export async function record(options: RecordOptions): Promise<readonly Recording[]> {
  const recorded = await onStage(options, (stage) => playAll(stage, options));
  // In the order of the scenarios, whatever cluster they were played in.
  return options.scenarios.flatMap((scenario) => recorded.filter((recording) => recording.id === scenario.id));
}

/** Works on a fresh control plane, which is gone again when this comes back or throws. */
export async function onStage<Value>(options: StageOptions, work: (stage: Stage) => Promise<Value>): Promise<Value> {
  const { binaries, log } = options;
  const controlPlane = await startControlPlane({ binaries });
  const api = connect(controlPlane);
  const over = new AbortController();
  const interrupt = new Promise<never>((_, reject) => {
    over.signal.addEventListener('abort', () => reject(over.signal.reason as Error));
  });
  setMaxListeners(0, over.signal);
  try {
    const { body } = await api.get('/version');
    log(`control plane of Kubernetes ${stringAt(body, 'gitVersion')} is up at ${controlPlane.url}`);
    await seedCluster(api);
    const removeFront = await options.front?.(controlPlane);
    const mirror = await startMirror(api, over.signal, (error) => over.abort(error));
    const stopProvisioning = provisionVolumes(api, mirror, (error) => over.abort(error));
    const refusals = followRefusals(controlPlane.auditLog);
    const stage = { api, mirror, refusals: refusals.read };
    const value = await Promise.race([work(stage), interrupt]);
    stopProvisioning();
    refusals.close();
    await removeFront?.();
    return value;
  } finally {
    interrupt.catch(() => {});
    over.abort();
    api.close();
    await controlPlane.stop();
  }
}

async function playAll(stage: Stage, options: RecordOptions): Promise<readonly Recording[]> {
  const { scenarios, namespaces, log, onRecording } = options;
  const recorded: Recording[] = [];
  for (const cluster of ['plain', 'defaults'] satisfies ClusterKind[]) {
    const here = scenarios.filter((scenario) => (scenario.cluster ?? 'plain') === cluster);
    if (here.length === 0) continue;
    await changeCluster(stage.api, cluster);
    await inParallel(here, namespaces, async (scenario) => {
      // The second time later and among others: what agrees then is no accident of timing. A third time for what luck has disturbed.
      const first = await play(stage, scenario);
      let recording = agree(first, await play(stage, scenario, `${scenario.id}-again`));
      if (!recording.truth.settled) recording = agree(first, await play(stage, scenario, `${scenario.id}-third`));
      recorded.push(recording);
      if (recorded.length % 50 === 0) log(`${recorded.length} of ${scenarios.length} scenarios played`);
      await onRecording?.(recording);
    });
  }
  return recorded;
}
