import { describe, expect, it } from 'vitest';
import { fitRelease } from '../../../src/fit/fit-release.ts';
import type { FitReport } from '../../../src/fit/fit-report.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import type { KindTable } from '../../../src/workload/workload.ts';
import { createFitOptions } from '../../helpers/fit-options.ts';
import { objectOf } from '../../helpers/kube-objects.ts';

const kinds: KindTable = new Map([
  [
    'Widget.example.com',
    {
      group: 'example.com',
      kind: 'Widget',
      plural: 'widgets',
      templates: [{ template: '/spec/pods', replicas: '/spec/count', defaultReplicas: 1 }],
      children: [],
    },
  ],
]);

function fit(release: JsonObject, state: readonly JsonObject[] = []): FitReport {
  const options = createFitOptions({ namespace: 'team-a', kinds });
  const outcome = fitRelease([objectOf(release)], [quota, ...state].map(objectOf), options);
  if (outcome.kind === 'bad-state') throw new Error(outcome.problems.map(({ message }) => message).join());
  return outcome.report;
}

const quota: JsonObject = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'team-a' },
  spec: { hard: { 'limits.cpu': '10' } },
};

const container: JsonObject = {
  name: 'app',
  image: 'app:1',
  resources: { limits: { cpu: '1' } },
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
};

const statefulSet = (replicas: number, spec: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'team-a' },
  spec: {
    replicas,
    serviceName: 'db',
    selector: { matchLabels: { app: 'db' } },
    template: { metadata: { labels: { app: 'db' } }, spec },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  },
});

const widget = (spec: JsonObject): JsonObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', namespace: 'team-a' },
  spec: { count: 2, pods: { spec } },
});

describe('what a StatefulSet puts into its pods', () => {
  it('is there for containers to mount', () => {
    expect(fit(statefulSet(3, { containers: [container] })).workloads[0]?.pods).toMatchObject({ created: 3 });
  });

  it('stands in for a volume of the same name, and so does away with its claim', () => {
    const ephemeral = {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } } },
    };
    const spec = { containers: [container], volumes: [{ name: 'data', ephemeral }] };
    const storage: JsonObject = { ...quota, spec: { hard: { 'requests.storage': '3Gi' } } };
    const outcome = fitRelease(
      [objectOf(statefulSet(3, spec))],
      [objectOf(storage)],
      createFitOptions({ namespace: 'team-a' }),
    );
    expect(outcome).toMatchObject({
      report: { quotas: [{ resources: { 'requests.storage': { after: '3Gi', wanted: '3Gi' } } }] },
    });
  });

  it('counts in a state that lists no pods', () => {
    const stored = statefulSet(3, { containers: [container] });
    const report = fit(widget({ containers: [container] }), [stored]);
    expect(report.quotas[0]?.resources['limits.cpu']).toMatchObject({ used: '3', after: '5' });
  });

  it('does not make a volume of what is nowhere', () => {
    const mounts = [{ name: 'other', mountPath: '/other' }];
    const report = fit(statefulSet(3, { containers: [{ ...container, volumeMounts: mounts }] }));
    expect(report.workloads[0]).toMatchObject({ admitted: false, reason: 'invalid' });
  });
});

describe('what a custom kind leaves to its controller', () => {
  it.each([
    ['volumes', { containers: [container] }],
    ['images', { containers: [{ ...container, image: undefined }] }],
    [
      'names of containers',
      { containers: [{ ...container, name: undefined }, { resources: { limits: { cpu: '0' } } }] },
    ],
    [
      'all of it in init containers',
      {
        containers: [container],
        initContainers: [{ resources: { limits: { cpu: '0' } }, volumeMounts: [{ name: 'x', mountPath: '/x' }] }],
      },
    ],
  ])('is taken to be in order: %s', (_, spec) => {
    const report = fit(widget(JSON.parse(JSON.stringify(spec)) as JsonObject));
    expect(report.workloads[0]).toMatchObject({ pods: { desired: 2, created: 2 }, unknown: [] });
    expect(report.quotas[0]?.resources['limits.cpu']).toMatchObject({ after: '2' });
  });

  it('is not known where it is all containers', () => {
    const report = fit(widget({ nodeSelector: { disk: 'ssd' } }));
    expect(report.workloads[0]).toMatchObject({
      pods: { created: null },
      unknown: ['containers of example.com/Widget'],
    });
  });
});
