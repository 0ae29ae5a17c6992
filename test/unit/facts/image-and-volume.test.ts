import { describe, expect, it } from 'vitest';
import { factsOf, pod } from './facts-of.ts';

const workload = (kind: string, spec: string, name = 'web') =>
  factsOf(
    `apiVersion: ${kind.endsWith('Job') ? 'batch' : 'apps'}/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}`,
  );

describe('the image of a container', () => {
  it.each([
    ['image: nginx', { name: 'docker.io/library/nginx', tag: { effective: 'latest' } }, 'Always'],
    ['image: "nginx:1.29"', { tag: { effective: '1.29', written: '1.29' } }, 'IfNotPresent'],
    ['image: "nginx:latest"', { tag: { effective: 'latest', written: 'latest' } }, 'Always'],
    ['image: "nginx:latest", imagePullPolicy: Never', {}, 'Never'],
    [`image: "nginx@sha256:${'a'.repeat(64)}"`, { digest: `sha256:${'a'.repeat(64)}` }, 'IfNotPresent'],
    [`image: "nginx:latest@sha256:${'a'.repeat(64)}"`, { tag: { effective: 'latest', written: 'latest' } }, 'Always'],
    ['image: Nginx', { error: 'repository name must be lowercase' }, 'IfNotPresent'],
    ['image: ""', { written: '', error: 'no image is named' }, 'IfNotPresent'],
    ['stdin: true', { written: '', error: 'no image is named' }, 'IfNotPresent'],
  ])('%s', (fields, image, policy) => {
    const facts = factsOf(pod('containers:', `- {name: web, ${fields}}`));
    expect(facts.images).toEqual([
      expect.objectContaining({ path: '/spec/containers/0/image', container: 'web', ...image }),
    ]);
    expect(facts.images[0]?.pullPolicy).toMatchObject({
      path: '/spec/containers/0/imagePullPolicy',
      effective: policy,
    });
  });

  const containers = 'containers: [{name: web}]';
  const selector = 'selector: {matchLabels: {app: web}}';
  const labels = 'metadata: {labels: {app: web}}';
  it.each([
    ['Deployment', `${selector}, template: {${labels}, spec: {${containers}}}`],
    ['Deployment', 'template: {spec: {containers: [{name: web, image: ""}]}}'],
    ['Deployment', `${selector}, template: {spec: {containers: [{name: web}, {name: log, image: fluent-bit}]}}`],
    ['Job', `template: {spec: {restartPolicy: Never, ${containers}}}`],
    ['CronJob', `schedule: "@daily", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, ${containers}}}}}`],
  ])('is missing in a whole %s, or where somebody emptied it: {%s}', (kind, spec) => {
    const facts = workload(kind, spec);
    expect(facts.images[0]).toMatchObject({ error: 'no image is named' });
    expect(facts.containers[0]).not.toHaveProperty('partial');
  });

  it.each([
    ['Deployment', `template: {spec: {${containers}}}`],
    ['StatefulSet', `template: {${labels}, spec: {${containers}}}`],
    ['DaemonSet', `selector: {}, template: {${labels}, spec: {${containers}}}`],
    ['Deployment', `${selector}, template: {spec: {${containers}}}`],
    ['Job', `template: {spec: {${containers}}}`],
    ['CronJob', `schedule: "@daily", jobTemplate: {spec: {template: {spec: {${containers}}}}}`],
    ['CronJob', `jobTemplate: {spec: {template: {spec: {restartPolicy: Never, ${containers}}}}}`],
  ])('is elsewhere, with the rest of the container, where a %s is a patch: {%s}', (kind, spec) => {
    const facts = workload(kind, spec);
    expect(facts.images).toEqual([]);
    expect(facts.containers).toMatchObject([{ name: 'web', partial: true }]);
  });

  it('is elsewhere where the object has no name', () => {
    const spec = `${selector}, template: {${labels}, spec: {${containers}}}`;
    expect(workload('Deployment', spec, '""').images).toEqual([]);
  });

  it('of a container that a patch adds is its own', () => {
    const facts = workload(
      'Deployment',
      'template: {spec: {containers: [{name: log, image: fluent-bit}, {name: web}]}}',
    );
    expect(facts.images).toMatchObject([{ container: 'log' }]);
    expect(facts.containers.map(({ partial }) => partial)).toEqual([undefined, true]);
  });

  it.each(['" "', '""', '~'])('is written by OpenShift over %s, where an image stream triggers it', (image) => {
    const text = (annotations: string) =>
      `{apiVersion: v1, kind: Pod, metadata: {annotations: {${annotations}}}, spec: {containers: [{name: web, image: ${image}}]}}`;
    expect(factsOf(text('image.openshift.io/triggers: "[]"')).images).toEqual([]);
    expect(factsOf(text('example.com/triggers: "[]"')).images).toHaveLength(1);
  });

  it('is not told of where it is no text, which no server decodes', () => {
    expect(factsOf(pod('containers:', '- {name: web, image: [NAME]}')).images).toEqual([]);
  });

  it('an image volume pulls one too', () => {
    const text = pod('containers: []', 'volumes: [{name: model, image: {reference: team/model, pullPolicy: Never}}]');
    expect(factsOf(text).images).toEqual([
      {
        path: '/spec/volumes/0/image/reference',
        pod: 0,
        volume: 'model',
        written: 'team/model',
        name: 'docker.io/team/model',
        tag: { effective: 'latest' },
        pullPolicy: { path: '/spec/volumes/0/image/pullPolicy', written: 'Never', effective: 'Never' },
      },
    ]);
  });
});

it('the claims of a StatefulSet are volumes of its pods', () => {
  const mount = '{name: logs, mountPath: /var/log/}';
  const text = `apiVersion: apps/v1
kind: StatefulSet
spec:
  selector: {}
  volumeClaimTemplates: [{metadata: {name: logs}}]
  template: {spec: {containers: [{name: web, image: nginx, volumeMounts: [${mount}]}]}}`;
  expect(factsOf(text).volumes).toEqual([
    {
      path: '/spec/volumeClaimTemplates/0',
      pod: 0,
      name: 'logs',
      kind: 'volumeClaimTemplate',
      mounts: [
        {
          path: '/spec/template/spec/containers/0/volumeMounts/0',
          container: 'web',
          mountPath: '/var/log',
          readOnly: false,
        },
      ],
    },
  ]);
});

describe('the bound of an emptyDir', () => {
  const disk = '{limits: {ephemeral-storage: 1Gi}}';

  it.each([
    ['{}', '{}', undefined],
    ['{sizeLimit: 1Gi}', '{}', 'size-limit'],
    ['{sizeLimit: 0}', '{}', undefined],
    ['{sizeLimit: null}', '{}', undefined],
    ['{sizeLimit: 1GB}', '{}', 'size-limit'],
    ['{}', disk, 'pod-limit'],
    ['{}', '{limits: {ephemeral-storage: 0}}', undefined],
    ['{medium: Memory}', disk, undefined],
    ['{medium: Memory, sizeLimit: 1Gi}', '{}', 'size-limit'],
    ['{medium: HugePages-2Mi}', '{}', 'pod-limit'],
  ])('%s beside %s', (emptyDir, resources, bounded) => {
    const text = pod(
      `volumes: [{name: a, emptyDir: ${emptyDir}}]`,
      `containers: [{name: w, image: w:1, resources: ${resources}}]`,
    );
    expect(factsOf(text).volumes[0]?.bounded).toBe(bounded);
  });
});
