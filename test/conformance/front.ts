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

/** Fit is denied, all else only counted: other rules would refuse most scenarios for what they are not about. */
const CONFIG = `mode: audit
modes: [{ rule: 'quota/*', mode: deny }]
failure: closed`;

/**
 * Puts the built webhook before a control plane, such that nothing gets past it: a write that it does not answer is refused.
 * @param tell - is told every review when it ends
 * @returns ends it
 */
export async function startFront(
  plane: ControlPlane,
  tell: (reviews: readonly ReviewLine[]) => void,
): Promise<() => Promise<void>> {
  const kubectl = kubectlFor(plane);
  const port = await findPort();
  await install(kubectl, port, ['webhook.failurePolicy=Fail', 'webhook.timeoutSeconds=30']);
  const webhook = await startWebhook(plane, kubectl, { port, name: 'quotafit-front', config: CONFIG });
  await webhook.untilReady();
  return async () => {
    const lines = webhook.log().split('\n');
    tell(lines.filter((line) => line.includes('"verdict":')).map((line) => JSON.parse(line) as ReviewLine));
    webhook.signal('SIGTERM');
    await webhook.ended;
  };
}
