import { findPort, install, kubectlFor, startWebhook } from '../e2e/webhook-process.ts';
import type { ControlPlane } from './control-plane.ts';

/** What the webhook said of one review. */
export interface ReviewLine {
  readonly user: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly verdict: 'allowed' | 'warned' | 'denied' | 'failed';
}

export interface Front {
  /** Every review so far. */
  readonly reviews: () => readonly ReviewLine[];
  readonly stop: () => Promise<void>;
}

/** Fit is denied, all else only counted: other rules would refuse most scenarios for what they are not about. */
const CONFIG = `mode: audit
modes: [{ rule: 'quota/*', mode: deny }]
failure: closed`;

/** Puts the built webhook before a control plane, such that nothing gets past it: a write that it does not answer is refused. */
export async function startFront(plane: ControlPlane): Promise<Front> {
  const kubectl = kubectlFor(plane);
  const port = await findPort();
  await install(kubectl, port, ['webhook.failurePolicy=Fail', 'webhook.timeoutSeconds=30']);
  const webhook = await startWebhook(plane, kubectl, { port, name: 'quotafit-front', config: CONFIG });
  await webhook.untilReady();
  return {
    reviews: () =>
      webhook
        .log()
        .split('\n')
        .filter((line) => line.includes('"verdict":'))
        .map((line) => JSON.parse(line) as ReviewLine),
    async stop() {
      webhook.signal('SIGTERM');
      await webhook.ended;
    },
  };
}
