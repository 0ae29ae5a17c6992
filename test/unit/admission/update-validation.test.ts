import { describe, expect, it } from 'vitest';
import { prepareObject } from '../../../src/admission/admission.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { emptyCluster, namespaceOf, objectOf } from '../../helpers/kube-objects.ts';

const labels = { app: 'web' };
const selector = { matchLabels: labels };

function template(cpu: string, restartPolicy = 'Always'): JsonObject {
  const containers = [{ name: 'web', image: 'web:1', resources: { requests: { cpu } } }];
  return { metadata: { labels }, spec: { containers, restartPolicy } };
}

function update(apiVersion: string, kind: string, before: JsonObject, after: JsonObject, kubernetesMinor = 37): string {
  const [old, object] = [before, after].map((spec) => objectOf({ apiVersion, kind, metadata: { name: 'web' }, spec }));
  if (old === undefined || object === undefined) throw new Error('two objects');
  const answer = prepareObject({ object, old }, namespaceOf(), emptyCluster, { kubernetesMinor });
  return answer.kind === 'refused' ? answer.message : answer.kind;
}

const volumeClaimTemplates: JsonObject[] = [
  { metadata: { name: 'data' }, spec: { volumeMode: 'Filesystem', resources: { requests: { storage: '1Gi' } } } },
];

function updateSet(after: JsonObject, kubernetesMinor = 37): string {
  const before = { selector, serviceName: 'web', template: template('1'), volumeClaimTemplates };
  return update('apps/v1', 'StatefulSet', before, { ...before, ...after }, kubernetesMinor);
}

describe('what may change', () => {
  it.each([
    [
      'replicas and template of a Deployment',
      update(
        'apps/v1',
        'Deployment',
        { selector, template: template('1') },
        { selector, replicas: 2, template: template('2') },
      ),
    ],
    ['the template of a StatefulSet', updateSet({ template: template('2') })],
    [
      'how a size is spelled, and what is left out',
      updateSet({
        volumeClaimTemplates: [
          { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1024Mi' } } } },
        ],
      }),
    ],
    [
      'parallelism of a Job',
      update(
        'batch/v1',
        'Job',
        { template: template('1', 'Never') },
        { parallelism: 2, template: template('1000m', 'Never') },
      ),
    ],
    [
      'an Indexed Job as a whole',
      update(
        'batch/v1',
        'Job',
        { completionMode: 'Indexed', completions: 3, template: template('1', 'Never') },
        { completionMode: 'Indexed', completions: 5, parallelism: 5, template: template('1', 'Never') },
      ),
    ],
  ])('%s', (_, answer) => {
    expect(answer).toBe('ready');
  });
});

describe('what may not', () => {
  const tier = { app: 'web', tier: 'x' };
  const s = 'StatefulSet.apps "web" is invalid: ';
  const j = 'Job.batch "web" is invalid: ';

  it.each([
    [
      'a selector',
      update(
        'apps/v1',
        'Deployment',
        { selector, template: template('1') },
        { selector: { matchLabels: tier }, template: { ...template('1'), metadata: { labels: tier } } },
      ),
      'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable',
    ],
    [
      'claims of a StatefulSet',
      updateSet({
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage: '2Gi' } } } }],
      }),
      `${s}spec.volumeClaimTemplates: Invalid value: {...}: field is immutable`,
    ],
    [
      'its service, before 1.37',
      updateSet({ serviceName: 'api' }, 36),
      `${s}spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden`,
    ],
    [
      'the template of a Job',
      update('batch/v1', 'Job', { template: template('1', 'Never') }, { template: template('2', 'Never') }),
      `${j}spec.template: Invalid value: {...}: field is immutable`,
    ],
    [
      'completions of a plain Job',
      update(
        'batch/v1',
        'Job',
        { completions: 3, template: template('1', 'Never') },
        { completions: 4, template: template('1', 'Never') },
      ),
      `${j}spec.completions: Invalid value: 4: field is immutable`,
    ],
    [
      'completions of an Indexed Job alone',
      update(
        'batch/v1',
        'Job',
        { completionMode: 'Indexed', completions: 3, parallelism: 1, template: template('1', 'Never') },
        { completions: 4, template: template('1', 'Never') },
      ),
      `${j}spec.completions: Invalid value: 4: can only be modified in tandem with spec.parallelism`,
    ],
  ])('%s', (_, answer, message) => {
    expect(answer).toBe(message);
  });
});
