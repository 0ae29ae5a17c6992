import type { BlockedBy, Reason } from './scenario.ts';

/** Which of the server's verdicts a message speaks of. */
export function readReason(message: string): Reason {
  if (message.includes('exceeded quota: ')) return 'exceeded-quota';
  if (/failed quota: \S+: must specify /.test(message)) return 'must-specify';
  if (message.includes(' is invalid: ')) return 'invalid';
  if (/(minimum|maximum) \S+ usage per |max limit to request ratio per /.test(message)) return 'limit-range';
  return 'other';
}

/**
 * The quota and the resources that a refusal names.
 * @see k8s.io/apiserver/pkg/admission/plugin/resourcequota `CheckRequest`, whose two sentences these are
 */
export function readBlockedBy(message: string): readonly BlockedBy[] {
  const exceeded = /exceeded quota: (\S+), requested: (\S+), used: /.exec(message);
  if (exceeded) {
    const [, quota = '', requested = ''] = exceeded;
    return [{ quota, resources: requested.split(',').map((part) => part.split('=')[0] ?? '') }];
  }
  const failed = /failed quota: (\S+): must specify (.+)$/.exec(message);
  if (failed) {
    const [, quota = '', missing = ''] = failed;
    return [{ quota, resources: missing.split('; ').map((part) => part.split(' for: ')[0] ?? '') }];
  }
  return [];
}

/**
 * The message without what differs from try to try: generated names, ordinals, the mark of a combined event, which of several claims
 * of a pod came first and the order of faults (both hang on the order of a Go map), and the difference of two Go structs that a
 * refused update prints below its first line.
 */
export function maskChance(message: string, owner: string): string {
  const bare = message.replace('(combined from similar events): ', '').replace(/\n.*$/s, '');
  const name = owner.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return bare
    .replaceAll(new RegExp(`"((?:[a-z][a-z0-9]*-)?)${name}(?:-[a-z0-9*]+)+"`, 'g'), `"$1${owner}-*"`)
    .replaceAll(new RegExp(String.raw`\bdata\d+-(?=${name}-)`, 'g'), 'data*-')
    .replace(/(?<=is invalid: \[).*(?=\]$)/, (faults) =>
      faults
        .split(/, (?=(?:metadata|spec)\b)/)
        .toSorted()
        .join(', '),
    );
}
