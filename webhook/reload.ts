import type { FastifyBaseLogger } from 'fastify';
import type { ReloadOutcome } from './configuration.ts';
import type { Metrics } from './metrics.ts';

/** Says in the log and by metrics what came of a change of the configuration. */
export function tellReload(
  log: Pick<FastifyBaseLogger, 'error' | 'info' | 'warn'>,
  { configApplied, configGood, configReloads }: Metrics,
  outcome: ReloadOutcome,
): void {
  const { kind } = outcome;
  configReloads.inc({ result: kind });
  configGood.set(kind === 'refused' ? 0 : 1);
  switch (kind) {
    case 'applied': {
      configApplied.setToCurrentTime();
      log.info('the configuration changed and holds');
      const { waiting } = outcome;
      if (waiting.length > 0) log.warn({ waiting }, 'some of it takes effect with the next start');
      break;
    }
    case 'restored': {
      log.info('the files say again what holds');
      break;
    }
    case 'refused': {
      log.error({ problem: outcome.problem }, 'the configuration changed and is refused; the one of before holds on');
      break;
    }
  }
}
