import { describe, expect, it } from 'vitest';
import { prepareObject } from '../../../src/admission/admission.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { emptyCluster, namespaceOf, objectOf } from '../../helpers/kube-objects.ts';

const labels = { app: 'web' };
const selector = { matchLabels: labels };

function template(spec: JsonObject = {}, container: JsonObject = {}): JsonObject {
  return { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1', ...container }], ...spec } };
}

function judge(apiVersion: string, kind: string, spec: JsonObject, kubernetesMinor = 37): string {
  const object = objectOf({ apiVersion, kind, metadata: { name: 'web' }, spec });
  const answer = prepareObject({ object }, namespaceOf(), emptyCluster, { kubernetesMinor });
  return answer.kind === 'refused' ? answer.message : answer.kind;
}

const deployment = (spec: JsonObject): string =>
  judge('apps/v1', 'Deployment', { selector, template: template(), ...spec });
const statefulSet = (spec: JsonObject): string =>
  judge('apps/v1', 'StatefulSet', { selector, template: template(), ...spec });
const daemonSet = (spec: JsonObject): string =>
  judge('apps/v1', 'DaemonSet', { selector, template: template(), ...spec });
const job = (spec: JsonObject): string =>
  judge('batch/v1', 'Job', { template: template({ restartPolicy: 'Never' }), ...spec });
const rolling = (maxSurge: number | string, maxUnavailable: number | string): JsonObject => ({
  rollingUpdate: { maxSurge, maxUnavailable },
});

describe('controllers as written well', () => {
  it.each([
    ['Deployment', deployment({ strategy: rolling(0, '10%') })],
    ['StatefulSet', statefulSet({ serviceName: 'web' })],
    [
      'StatefulSet that mounts its claims',
      statefulSet({
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
        template: template({}, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
      }),
    ],
    ['DaemonSet', daemonSet({ updateStrategy: rolling(1, 0) })],
    ['Job', job({ activeDeadlineSeconds: 60 })],
    [
      'CronJob',
      judge('batch/v1', 'CronJob', {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: template({ restartPolicy: 'OnFailure' }) } },
      }),
    ],
    ['ReplicationController', judge('v1', 'ReplicationController', { selector: labels, template: template() })],
    [
      'a template whose limits have no requests',
      deployment({ template: template({}, { resources: { limits: { cpu: '1' } } }) }),
    ],
    ['an Indexed Job', job({ completionMode: 'Indexed', completions: 3 })],
  ])('%s', (_, answer) => {
    expect(answer).toBe('ready');
  });
});

describe('controllers that the server refuses', () => {
  const d = 'Deployment.apps "web" is invalid: ';
  it.each([
    [
      'no selector',
      deployment({ selector: null }),
      `${d}[spec.selector: Required value, spec.template.metadata.labels: Invalid value: {"app":"web"}: \`selector\` does not match template \`labels\`]`,
    ],
    [
      'other labels',
      deployment({ selector: { matchLabels: { app: 'api' } } }),
      `${d}spec.template.metadata.labels: Invalid value: {"app":"web"}: \`selector\` does not match template \`labels\``,
    ],
    [
      'an expression that the labels do not meet',
      deployment({ selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }),
      `${d}spec.template.metadata.labels: Invalid value: {"app":"web"}: \`selector\` does not match template \`labels\``,
    ],
    [
      'fewer than no replicas',
      deployment({ replicas: -1 }),
      `${d}spec.replicas: Invalid value: -1: must be greater than or equal to 0`,
    ],
    [
      'a deadline in the template',
      deployment({ template: template({ activeDeadlineSeconds: 60 }) }),
      `${d}spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported`,
    ],
    [
      'pods that end',
      deployment({ template: template({ restartPolicy: 'OnFailure' }) }),
      `${d}spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"`,
    ],
    [
      'a rollout that cannot move',
      deployment({ strategy: rolling(0, '0%') }),
      `${d}spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when \`maxSurge\` is 0`,
    ],
    [
      'more than all unavailable',
      deployment({ strategy: rolling(1, '110%') }),
      `${d}spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "110%": must not be greater than 100%`,
    ],
    [
      'surge without rolling',
      deployment({ strategy: { type: 'Recreate', ...rolling(1, 1) } }),
      `${d}spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy \`type\` is 'Recreate'`,
    ],
    [
      'a deadline before readiness',
      deployment({ minReadySeconds: 600 }),
      `${d}spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds`,
    ],
    [
      'two at once',
      deployment({ replicas: -1, template: { metadata: { labels }, spec: { containers: [] } } }),
      `${d}[spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.template.spec.containers: Required value]`,
    ],
    [
      'an amount that is none',
      deployment({ template: template({}, { resources: { limits: { cpu: 'one' } } }) }),
      `Deployment in version "v1" cannot be handled as a Deployment: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ],
    [
      'requests above limits',
      deployment({ template: template({}, { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }) }),
      `${d}spec.template.spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1`,
    ],
    [
      'a probe of an init container',
      deployment({ template: template({ initContainers: [{ name: 'a', image: 'a', livenessProbe: {} }] }) }),
      `${d}spec.template.spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always`,
    ],
    [
      'a policy of its own for pods',
      statefulSet({ podManagementPolicy: 'Fast' }),
      'StatefulSet.apps "web" is invalid: spec.podManagementPolicy: Invalid value: "Fast": must be \'OrderedReady\' or \'Parallel\'',
    ],
    [
      'pods of a StatefulSet that need more than the pod',
      statefulSet({
        template: template(
          { resources: { requests: { memory: '1Gi' } } },
          { resources: { requests: { memory: '1664Mi' } } },
        ),
      }),
      'StatefulSet.apps "web" is invalid: spec.template.spec.resources.requests[memory]: Invalid value: "1Gi": must be greater than or equal to aggregate container requests of 1664Mi',
    ],
    [
      'a DaemonSet of surge and loss',
      daemonSet({ updateStrategy: rolling(1, 1) }),
      'DaemonSet.apps "web" is invalid: spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
    ],
    [
      'a DaemonSet of neither',
      daemonSet({ updateStrategy: rolling(0, 0) }),
      'DaemonSet.apps "web" is invalid: spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    ],
    [
      'a Job without a restart policy',
      job({ template: template() }),
      'Job.batch "web" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      'an Indexed Job without a number',
      job({ completionMode: 'Indexed', parallelism: 2 }),
      'Job.batch "web" is invalid: spec.completions: Required value: when completion mode is Indexed',
    ],
    [
      'a CronJob without a schedule',
      judge('batch/v1', 'CronJob', { jobTemplate: { spec: { template: template({ restartPolicy: 'Never' }) } } }),
      'CronJob.batch "web" is invalid: spec.schedule: Required value',
    ],
    [
      'a ReplicationController of other pods',
      judge('v1', 'ReplicationController', { selector: { app: 'api' }, template: template() }),
      'ReplicationController "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ])('%s', (_, answer, message) => {
    expect(answer).toBe(message);
  });

  it('before 1.34 knows nothing of pod-level resources', () => {
    const spec = {
      selector,
      template: template({ resources: { requests: { cpu: '1' } } }, { resources: { requests: { cpu: '2' } } }),
    };
    expect([33, 34].map((minor) => judge('apps/v1', 'Deployment', spec, minor) === 'ready')).toEqual([true, false]);
  });
});

const quota = (spec: JsonObject): string => judge('v1', 'ResourceQuota', spec);

describe('quotas as objects', () => {
  const q = 'ResourceQuota "web" is invalid: ';

  it.each<[string, JsonObject]>([
    [
      'keys of many kinds',
      {
        hard: {
          'requests.cpu': '1',
          'count/deployments.apps': '5',
          'requests.nvidia.com/gpu': '1500m',
          'limits.nvidia.com/gpu': '1',
        },
      },
    ],
    ['counted objects under a scope', { hard: { 'count/configmaps': '1' }, scopes: ['BestEffort'] }],
    [
      'a class',
      {
        hard: { pods: '1' },
        scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['gold'] }] },
      },
    ],
    ['a decimal size of 10P', { hard: { 'gold.storageclass.storage.k8s.io/requests.storage': '10P' } }],
  ])('%s', (_, spec) => {
    expect(quota(spec)).toBe('ready');
  });

  it.each<[string, JsonObject, string]>([
    [
      'a kind without its prefix',
      { hard: { deployments: '5' } },
      `${q}[spec.hard[deployments]: Invalid value: "deployments": must be a standard resource type or fully qualified, spec.hard[deployments]: Invalid value: "deployments": must be a standard resource for quota]`,
    ],
    [
      'a fraction of a pod',
      { hard: { pods: '1500m' } },
      `${q}spec.hard[pods]: Invalid value: "1500m": must be an integer`,
    ],
    [
      'less than nothing',
      { hard: { cpu: '-1' } },
      `${q}spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0`,
    ],
    [
      'a size that overflows upstream',
      { hard: { 'gold.storageclass.storage.k8s.io/requests.storage': '10Pi' } },
      `${q}spec.hard[gold.storageclass.storage.k8s.io/requests.storage]: Invalid value: "10Pi": must be an integer`,
    ],
    [
      'cpu for best effort',
      { hard: { cpu: '1' }, scopes: ['BestEffort'] },
      `${q}spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource`,
    ],
    [
      'scopes at odds',
      { hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] },
      `${q}spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes`,
    ],
    [
      'a class of none',
      { hard: { pods: '1' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] } },
      `${q}spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`,
    ],
    [
      'an amount that is none',
      { hard: { memory: '10GB' } },
      'ResourceQuota in version "v1" cannot be handled as a ResourceQuota: quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
    ],
  ])('refused for %s', (_, spec, message) => {
    expect(quota(spec)).toBe(message);
  });
});

describe('limit ranges as objects', () => {
  const l = 'LimitRange "web" is invalid: ';

  it.each<[string, JsonObject, string]>([
    ['all in order', { type: 'Container', min: { cpu: '50m' }, default: { cpu: '1' }, max: { cpu: '2' } }, 'ready'],
    [
      'min over max',
      { type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } },
      `${l}spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1`,
    ],
    [
      'defaults of pods',
      { type: 'Pod', default: { cpu: '1' } },
      `${l}spec.limits[0].default: Forbidden: may not be specified when \`type\` is 'Pod'`,
    ],
    [
      'claims without storage',
      { type: 'PersistentVolumeClaim' },
      `${l}spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided`,
    ],
    [
      'a ratio under one',
      { type: 'Container', maxLimitRequestRatio: { cpu: '500m' } },
      `${l}spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1`,
    ],
    [
      'a ratio that max and min rule out',
      { type: 'Container', min: { cpu: '300m' }, max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '4' } },
      `${l}spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "4": ratio 4 is greater than max/min = 3.333333`,
    ],
    [
      'a type that is none',
      { type: 'Node' },
      `${l}spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified`,
    ],
  ])('%s', (_, item, answer) => {
    expect(judge('v1', 'LimitRange', { limits: [item] })).toBe(answer);
  });
});
