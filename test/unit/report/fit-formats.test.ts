import { describe, expect, it } from 'vitest';
import type { FitReport, PodsFit, WorkloadFit } from '../../../src/fit/fit-report.ts';
import { tellFit } from '../../../src/report/fit-findings.ts';
import { printFitMarkdown } from '../../../src/report/fit-markdown.ts';
import { printFitText } from '../../../src/report/fit-text.ts';
import { objectOf } from '../../helpers/kube-objects.ts';

const metadata = { name: 'db', namespace: 'shop' };
const object = objectOf({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata });

const waiting: PodsFit = { desired: 3, created: 1, reason: null, message: null, blockedBy: [] };
const unread = ['pods', 'resourcequotas'];

const report = (change: Partial<WorkloadFit>): FitReport => ({
  apiVersion: 'quotafit.dev/v1',
  kind: 'FitReport',
  kubernetesVersion: '1.37',
  state: { source: 'live', takenAt: null },
  assumptions: [],
  diagnostics: [],
  quotas: [],
  workloads: [
    {
      apiVersion: object.apiVersion,
      kind: object.kind,
      ...metadata,
      admitted: true,
      reason: null,
      message: null,
      blockedBy: [],
      unknown: [],
      pods: waiting,
      rollout: null,
      maxReplicas: null,
      ...change,
    },
  ],
});

const unknown = report({ admitted: null, unknown: unread, pods: { ...waiting, created: null } });

describe('pods that nothing refuses, and that are missing', () => {
  it('are told to wait, not to be refused', () => {
    const place = { file: 'db.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 };
    const { findings } = tellFit(report({}), [object], () => place);
    expect(findings.map(({ message }) => message)).toEqual([
      '1 of 3 pods would exist: the others wait for pods that do not become ready, or for volumes that nobody provides; no quota refuses them',
    ]);
    expect(printFitMarkdown(report({}))).toContain('the others wait for pods');
  });
});

describe('what is not known', () => {
  it('is not told to be in order', () => {
    const markdown = printFitMarkdown(unknown);
    expect(markdown).toContain('it is not known of 1 workload whether all pods exist');
    expect(markdown).toContain('? of 3');
    expect(markdown).toContain('pods, resourcequotas');
  });

  it('takes one line for each workload', () => {
    const text = printFitText(unknown, { color: false, columns: 80, state: null });
    expect(text).toContain('      not known: pods, resourcequotas\n');
    expect(text).toContain('whether quotas bound it is not known');
  });
});

const print = (source: FitReport['state']['source']): string =>
  printFitText({ ...report({}), state: { source, takenAt: null } }, { color: false, columns: 80, state: null });

describe('a namespace without quota', () => {
  it.each([
    ['live', 'no quota bounds this namespace'],
    ['snapshot', 'no quota bounds this namespace'],
    ['file', 'no quota of this namespace is in the state; kubectl get all prints none, kubectl get quota does'],
    ['none', 'no quota is known here'],
  ] as const)('is told as what is known by a state of source %s', (source, told) => {
    expect(print(source)).toContain(told);
  });
});
