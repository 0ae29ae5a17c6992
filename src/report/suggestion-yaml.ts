import type { SuggestedLimitRange } from '../suggest/suggest-limit-range.ts';
import type { LoweredAmount, LoweredWorkload } from '../suggest/suggest-requests.ts';
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

/** Patches of workloads as YAML, for `kubectl patch` or kustomize, what was written in comments. */
export function printRequestYaml(workloads: readonly LoweredWorkload[]): string {
  if (workloads.length === 0) return '# All pods fit as they are, or lower amounts would not help.\n';
  return workloads
    .map(({ apiVersion, kind, namespace, name, because, amounts }) =>
      [
        '---',
        `# So that all pods exist: ${because.join(', ')} is short.`,
        `apiVersion: ${apiVersion}`,
        `kind: ${kind}`,
        'metadata:',
        `  name: ${JSON.stringify(name)}`,
        `  namespace: ${JSON.stringify(namespace)}`,
        'spec:',
        '  template:',
        '    spec:',
        ...(['containers', 'initContainers'] as const).flatMap((field) =>
          printContainers(
            field,
            amounts.filter((amount) => amount.field === field),
          ),
        ),
        '',
      ].join('\n'),
    )
    .join('');
}

function printContainers(field: string, amounts: readonly LoweredAmount[]): readonly string[] {
  const names = [...new Set(amounts.map(({ container }) => container))];
  if (names.length === 0) return [];
  return [
    `      ${field}:`,
    ...names.flatMap((name) => [
      `        - name: ${JSON.stringify(name)}`,
      '          resources:',
      ...(['requests', 'limits'] as const).flatMap((list) => {
        const own = amounts.filter((amount) => amount.container === name && amount.list === list);
        if (own.length === 0) return [];
        return [
          `            ${list}:`,
          ...own.map(({ resource, to, from }) => `              ${resource}: ${JSON.stringify(to)} # was ${from}`),
        ];
      }),
    ]),
  ];
}
