/**
 * The thread that people's own rules run in. It gets a bundle once, then one request after the other; the thread that
 * asked may wait on `signal` or listen, and kills this one at its deadline.
 */
import { workerData } from 'node:worker_threads';
import { describeCause } from '../errors.ts';
import { createPolicyEngine } from './engine.ts';
import type { WorkerReply, WorkerRequest, WorkerStart } from './worker-protocol.ts';

const { parts, port, signal } = workerData as WorkerStart;

function reply(message: WorkerReply): void {
  port.postMessage(message);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

const engine = createPolicyEngine(parts);

port.on('message', ({ facts, settings, raw }: WorkerRequest) => {
  try {
    const { findings, failures } = engine.evaluate(facts, settings, raw);
    const causes = failures.map(({ rule, cause }) => ({ rule, cause: describeCause(cause) }));
    reply({ kind: 'evaluated', findings, failures: causes });
  } catch (error) {
    reply({ kind: 'broken', cause: describeCause(error) });
  }
});
reply({ kind: 'ready' });
