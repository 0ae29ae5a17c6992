import picomatch from 'picomatch';
import type { Mode, WebhookConfigFile } from './settings.ts';

/** What findings of one rule in one namespace lead to. */
export type ModeResolver = (namespace: string, rule: string, dryRun: boolean) => Mode;

/**
 * Adoption goes by rule and namespace: audit, warn, deny. A dry run of a whole release comes before the quota in it
 * exists, so fit is at most warned about then.
 */
export function createModeResolver(config: Pick<WebhookConfigFile, 'dryRun' | 'mode' | 'modes'>): ModeResolver {
  const overrides = (config.modes ?? []).map(({ namespace = '*', rule = '**', mode }) => ({
    matchesNamespace: picomatch(namespace),
    matchesRule: picomatch(rule),
    mode,
  }));
  return (namespace, rule, dryRun) => {
    const override = overrides.findLast((one) => one.matchesNamespace(namespace) && one.matchesRule(rule));
    const mode = override?.mode ?? config.mode ?? 'audit';
    return dryRun && rule.startsWith('quota/') ? leastOf(mode, config.dryRun ?? 'warn') : mode;
  };
}

const order: readonly Mode[] = ['audit', 'warn', 'deny'];

function leastOf(a: Mode, b: Mode): Mode {
  return order.indexOf(a) < order.indexOf(b) ? a : b;
}
