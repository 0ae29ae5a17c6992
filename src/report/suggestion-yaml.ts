import type { SuggestedLimitRange } from '../suggest/suggest-limit-range.ts';
import type { SuggestedQuota } from '../suggest/suggest-quota.ts';

/** Quotas as YAML to apply, the reasons in comments. */
export function printQuotaYaml(quotas: readonly SuggestedQuota[], assumptions: readonly string[]): string {
  return quotas
    .map(({ namespace, amounts, leftOut }) =>
      [
        '---',
        `# The least that runs the release, its rollouts and its autoscalers; ${assumptions.join('; ')}.`,
        'apiVersion: v1',
        'kind: ResourceQuota',
        'metadata:',
        '  name: quotafit',
        `  namespace: ${JSON.stringify(namespace)}`,
        'spec:',
        amounts.length === 0 ? '  hard: {}' : '  hard:',
        ...amounts.map(({ resource, hard, steady }) => {
          const why = hard === steady ? 'in use at all times' : `${steady} in use at all times, the rest on the way`;
          return `    ${JSON.stringify(resource)}: ${JSON.stringify(hard)} # ${why}`;
        }),
        ...leftOut.map(({ resource, reason }) => `    # ${resource} is left out: ${reason}.`),
        '',
      ].join('\n'),
    )
    .join('');
}

/** Limit ranges as YAML to apply, the reasons in comments. */
export function printLimitRangeYaml(ranges: readonly SuggestedLimitRange[]): string {
  return ranges
    .map(({ namespace, bounds }) => {
      const list = (name: 'default' | 'defaultRequest' | 'max' | 'min', comment: string): readonly string[] => [
        `      # ${comment}`,
        `      ${name}:`,
        ...bounds.map((bound) => `        ${bound.resource}: ${JSON.stringify(bound[name])}`),
      ];
      return [
        '---',
        'apiVersion: v1',
        'kind: LimitRange',
        'metadata:',
        '  name: quotafit',
        `  namespace: ${JSON.stringify(namespace)}`,
        'spec:',
        bounds.length === 0 ? '  limits: []' : '  limits:',
        ...(bounds.length === 0
          ? []
          : [
              '    - type: Container',
              ...list(
                'max',
                `the most that is written: ${bounds.map(({ resource, largest }) => `${resource} by ${largest}`).join(', ')}`,
              ),
              ...list('min', 'the least that is written'),
              ...list('default', 'for containers without limit, the median of the others'),
              ...list('defaultRequest', 'for containers without request, the median of the others'),
            ]),
        '',
      ].join('\n');
    })
    .join('');
}
