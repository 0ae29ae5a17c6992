import { describe, expect, it } from 'vitest';
import { admitObject, podOf, type Admission } from '../../../src/admission/admission.ts';
import { readLimitRange, type LimitRange } from '../../../src/admission/limit-range.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import type { ClusterState, NamespaceState } from '../../../src/state/namespace-state.ts';
import { isAmountError } from '../../../src/workload/pod-shape.ts';
import { amounts, emptyCluster, namespaceOf, objectOf, printed, quotaOf } from '../../helpers/kube-objects.ts';

interface Setting {
  readonly namespace?: Partial<NamespaceState>;
  readonly cluster?: Partial<ClusterState>;
  readonly minor?: number;
  readonly old?: JsonObject;
  readonly subresource?: 'resize';
}

function admit(value: JsonObject, setting: Setting = {}): Admission {
  const { old, subresource } = setting;
  return admitObject(
    {
      object: objectOf(value),
      ...(old !== undefined && { old: objectOf(old) }),
      ...(subresource !== undefined && { subresource }),
    },
    namespaceOf(setting.namespace),
    { ...emptyCluster, ...setting.cluster },
    { kubernetesMinor: setting.minor ?? 37 },
  );
}

function pod(resources: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  const containers = [{ name: 'web', image: 'web:1', resources }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers, ...spec } };
}

function limitRange(item: JsonObject, type = 'Container', name = 'limits'): LimitRange {
  const read = readLimitRange(
    objectOf({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name }, spec: { limits: [{ type, ...item }] } }),
  );
  if (isAmountError(read)) throw new Error(read.error.message);
  return read;
}

function usageOf(admission: Admission): Record<string, string> {
  return admission.kind === 'admitted' ? printed(admission.charge.usage) : { refused: JSON.stringify(admission) };
}

function messageOf(admission: Admission): string {
  return admission.kind === 'refused' ? admission.message : admission.kind;
}

describe('a pod gets from the server', () => {
  it('requests from its limits', () => {
    expect(usageOf(admit(pod({ limits: { cpu: '1' } })))).toMatchObject({ 'requests.cpu': '1', 'limits.cpu': '1' });
  });

  it.each<[string, JsonObject, JsonObject, object]>([
    ['max alone is limit and request', { max: { cpu: '2' } }, {}, { 'requests.cpu': '2', 'limits.cpu': '2' }],
    [
      'an own limit is the request as well',
      { defaultRequest: { cpu: '100m' }, default: { cpu: '3' } },
      { limits: { cpu: '1' } },
      {
        'requests.cpu': '1',
        'limits.cpu': '1',
      },
    ],
    ['min alone is only a request', { min: { cpu: '50m' } }, {}, { 'requests.cpu': '50m' }],
    ['zero is a value', { default: { cpu: '1' } }, { limits: { cpu: 0 } }, { 'limits.cpu': '0' }],
  ])('what a limit range sets: %s', (_, item, resources, usage) => {
    expect(usageOf(admit(pod(resources), { namespace: { limitRanges: [limitRange(item)] } }))).toMatchObject(usage);
  });

  it('no limit from a default request', () => {
    const limitRanges = [limitRange({ defaultRequest: { cpu: '100m' } })];
    expect(usageOf(admit(pod(), { namespace: { limitRanges } }))).not.toHaveProperty('limits.cpu');
  });

  it('defaults of the first limit range, and a word that their order is chance where they differ', () => {
    const limitRanges = [
      limitRange({ default: { cpu: '1' } }, 'Container', 'a'),
      limitRange({ default: { cpu: '2' } }, 'Container', 'b'),
    ];
    const open = admit(pod(), { namespace: { limitRanges } });
    const own = admit(pod({ limits: { cpu: '1' } }), { namespace: { limitRanges } });
    expect(usageOf(open)['limits.cpu']).toBe('1');
    expect([open, own]).toMatchObject([{ missing: ['order of limit ranges'] }, { missing: [] }]);
  });

  it('the overhead of its runtime class, on limits only where there is one', () => {
    const runtimeClasses = [{ name: 'heavy', overhead: amounts({ cpu: '250m', memory: '64Mi' }) }];
    const value = pod({ requests: { cpu: '100m' }, limits: { memory: '128Mi' } }, { runtimeClassName: 'heavy' });
    expect(usageOf(admit(value, { cluster: { runtimeClasses } }))).toMatchObject({
      'requests.cpu': '350m',
      'requests.memory': '192Mi',
      'limits.memory': '192Mi',
    });
    expect(usageOf(admit(value, { cluster: { runtimeClasses } }))).not.toHaveProperty('limits.cpu');
  });

  it('the default priority class, of several the lowest', () => {
    const priorityClasses = [7, 3].map((value) => ({
      name: `p${value}`,
      value,
      globalDefault: true,
      preemptionPolicy: 'Never',
    }));
    expect(admit(pod(), { cluster: { priorityClasses } })).toMatchObject({
      charge: { traits: { priorityClassName: 'p3' } },
    });
  });

  it.each([
    [36, { requests: { cpu: '1' } }, undefined],
    [36, { limits: { cpu: '2' } }, '500m'],
    [37, { requests: { memory: '1Gi' } }, '500m'],
    [33, { requests: { cpu: '4' } }, '500m'],
  ])('in 1.%i, for pod-level %j, a cpu request of the pod of %s', (minor, resources, cpu) => {
    const admission = admit(pod({ requests: { cpu: '500m' } }, { resources }), { minor });
    expect(usageOf(admission)['requests.cpu']).toBe(cpu ?? '1');
  });

  it('a pod-level limit from 1.37 on when all its containers have one', () => {
    const value = pod({ limits: { cpu: '1' } }, { resources: { requests: { cpu: '2' } } });
    expect([36, 37].map((minor) => usageOf(admit(value, { minor }))['limits.cpu'])).toEqual(['1', '2']);
  });
});

describe('the server refuses a pod', () => {
  const quotas = [quotaOf({ pods: '0' })];

  it.each<[string, JsonObject, Setting, string]>([
    [
      'that cannot be decoded',
      pod({ limits: { memory: '1g' } }),
      {},
      `Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    ],
    [
      'of an unknown priority class',
      pod({}, { priorityClassName: 'gold' }),
      {},
      'pods "web" is forbidden: no PriorityClass with name gold was found',
    ],
    [
      'of an unknown runtime class',
      pod({}, { runtimeClassName: 'x' }),
      {},
      'pods "web" is forbidden: pod rejected: RuntimeClass "x" not found',
    ],
    [
      'with overhead of its own',
      pod({}, { overhead: { cpu: '1' } }),
      {},
      'pods "web" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ],
    [
      'whose request is above its limit',
      pod({ requests: { cpu: 2 }, limits: { cpu: '1' } }),
      {},
      'Pod "web" is invalid: spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
    ],
    [
      'whose requests are above their limits, in whatever order they are written',
      pod({ requests: { memory: '2Gi', cpu: '2' }, limits: { memory: '1Gi', cpu: '1' } }),
      {},
      'Pod "web" is invalid: [spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1, spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi]',
    ],
    [
      'whose request is above a default limit',
      pod({ requests: { cpu: '1' } }),
      { namespace: { limitRanges: [limitRange({ default: { cpu: '500m' } })] } },
      'Pod "web" is invalid: spec.containers[0].resources.requests: Invalid value: "1": must be less than or equal to cpu limit of 500m',
    ],
    [
      'with an extended resource but no limit',
      pod({ requests: { 'example.com/gpu': '1' } }),
      {},
      'Pod "web" is invalid: spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
    ],
    [
      'with a fraction of a device',
      pod({ limits: { 'example.com/gpu': '500m' } }),
      {},
      'Pod "web" is invalid: [spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "500m": must be an integer, spec.containers[0].resources.requests[example.com/gpu]: Invalid value: "500m": must be an integer]',
    ],
    [
      'with a resource that containers do not have',
      pod({ limits: { storage: '1Gi' } }),
      {},
      'Pod "web" is invalid: [spec.containers[0].resources.limits[storage]: Invalid value: "storage": must be a standard resource for containers, spec.containers[0].resources.requests[storage]: Invalid value: "storage": must be a standard resource for containers]',
    ],
    [
      'with huge pages alone',
      pod({ limits: { 'hugepages-2Mi': '2Mi' } }),
      {},
      'Pod "web" is invalid: spec.containers[0].resources: Forbidden: HugePages require cpu or memory',
    ],
    [
      'whose containers need more than the pod',
      pod({ requests: { cpu: '2' } }, { resources: { requests: { cpu: '1' } } }),
      {},
      'Pod "web" is invalid: spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
    ],
    [
      'without an image',
      { ...pod(), spec: { containers: [{ name: 'web' }] } },
      {},
      'Pod "web" is invalid: spec.containers[0].image: Required value',
    ],
    [
      'with a container twice',
      {
        ...pod(),
        spec: {
          containers: [
            { name: 'a', image: 'a' },
            { name: 'a', image: 'a' },
          ],
        },
      },
      {},
      'Pod "web" is invalid: spec.containers[1].name: Duplicate value: "a"',
    ],
    [
      'that mounts what is not there',
      {
        ...pod(),
        spec: { containers: [{ name: 'a', image: 'a', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
      },
      {},
      'Pod "web" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ],
    [
      'above a limit range',
      pod({ limits: { cpu: '3' } }),
      { namespace: { quotas, limitRanges: [limitRange({ max: { cpu: '2' } })] } },
      'pods "web" is forbidden: maximum cpu usage per Container is 2, but limit is 3',
    ],
    [
      'above the limit range of pods',
      pod({ requests: { cpu: '3' } }),
      { namespace: { limitRanges: [limitRange({ max: { cpu: '2', memory: '1Gi' } }, 'Pod')] } },
      'pods "web" is forbidden: [maximum cpu usage per Pod is 2.  No limit is specified, maximum memory usage per Pod is 1Gi.  No limit is specified]',
    ],
    [
      'with too wide a ratio',
      pod({ requests: { cpu: '300m' }, limits: { cpu: '1' } }),
      { namespace: { limitRanges: [limitRange({ maxLimitRequestRatio: { cpu: '2' } })] } },
      'pods "web" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333',
    ],
    [
      'that a ratio demands a request of',
      pod(),
      { namespace: { limitRanges: [limitRange({ maxLimitRequestRatio: { cpu: '2' } })] } },
      'pods "web" is forbidden: cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ],
    [
      'that quota has no room for',
      pod(),
      { namespace: { quotas } },
      'pods "web" is forbidden: exceeded quota: team, requested: pods=1, used: pods=0, limited: pods=0',
    ],
  ])('%s', (_, value, setting, message) => {
    expect(messageOf(admit(value, setting))).toBe(message);
  });

  it('with the earliest of several reasons', () => {
    const limitRanges = [limitRange({ max: { cpu: '1' } })];
    const bad = pod({ requests: { cpu: '3' }, limits: { cpu: '2' } });
    const large = pod({ limits: { cpu: '2' } });
    expect(admit(bad, { namespace: { quotas, limitRanges } })).toMatchObject({ reason: 'invalid' });
    expect(admit(large, { namespace: { quotas, limitRanges } })).toMatchObject({ reason: 'limit-range' });
    expect(admit(large, { namespace: { quotas } })).toMatchObject({ reason: 'exceeded-quota' });
  });

  it('and leaves open what depends on an unknown runtime class', () => {
    const admission = admit(pod({}, { runtimeClassName: 'x' }), { cluster: { runtimeClasses: null } });
    expect(admission).toEqual({ kind: 'unknown', missing: ['runtime class "x"'] });
  });
});

describe('a pod that lives', () => {
  const resources = { requests: { cpu: '1' } };
  const stored = {
    ...pod(resources),
    status: { containerStatuses: [{ name: 'web', resources, allocatedResources: { cpu: '1' } }] },
  };
  const quotas = [quotaOf({ 'requests.cpu': '2' }, { used: { 'requests.cpu': '1' } })];

  it('is charged for growth by a resize', () => {
    const fits = admit(pod({ requests: { cpu: '2' } }), { old: stored, subresource: 'resize', namespace: { quotas } });
    const large = admit(pod({ requests: { cpu: '3' } }), { old: stored, subresource: 'resize', namespace: { quotas } });
    expect(fits.kind === 'admitted' && printed(fits.charges.get('team') ?? new Map())).toEqual({ 'requests.cpu': '1' });
    expect(messageOf(large)).toContain('requested: requests.cpu=2, used: requests.cpu=1, limited: requests.cpu=2');
  });

  it('cannot change its amounts otherwise, and an update that changes none is not counted', () => {
    expect(messageOf(admit(pod({ requests: { cpu: '2' } }), { old: stored }))).toMatch(
      /is invalid: spec: Forbidden: pod updates/,
    );
    expect(admit(pod(resources), { old: stored, namespace: { quotas: [quotaOf({ pods: '0' })] } }).kind).toBe(
      'admitted',
    );
  });

  it('keeps what it got when it was made, and what it counts for, whatever the manifest leaves out', () => {
    const old = pod(resources, { overhead: { cpu: '120m' }, runtimeClassName: 'heavy', priorityClassName: 'gone' });
    const cluster = { runtimeClasses: null, priorityClasses: [] };
    expect(usageOf(admit(pod(), { old, cluster }))['requests.cpu']).toBe('1120m');
  });

  it.each<[string, JsonObject, string]>([
    ['another class', { priorityClassName: 'gold' }, 'spec: Forbidden: pod updates may not change fields'],
    ['another runtime', { runtimeClassName: 'light' }, 'spec: Forbidden: pod updates may not change fields'],
    [
      'a container more',
      { initContainers: [{ name: 'setup', image: 'setup:1' }] },
      'spec.initContainers: Forbidden: pod updates may not add or remove containers',
    ],
  ])('cannot get %s', (_, spec, message) => {
    expect(messageOf(admit(pod(resources, spec), { old: stored }))).toContain(message);
  });
});

const storageClass = (name: string, createdAt: string) => ({
  name,
  isDefault: true,
  createdAt,
  allowVolumeExpansion: true,
  provisioner: 'csi.example.com',
});

const claim = (spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, ...spec },
});

describe('claims', () => {
  it('without a class get the youngest default', () => {
    const storageClasses = [storageClass('old', '2024-01-01T00:00:00Z'), storageClass('new', '2025-01-01T00:00:00Z')];
    expect(admit(claim({}), { cluster: { storageClasses } })).toMatchObject({ storageClassName: 'new' });
    expect(admit(claim({ storageClassName: '' }), { cluster: { storageClasses } })).toMatchObject({
      storageClassName: '',
    });
  });

  it('leave quotas on classes open when the default is not known', () => {
    const quotas = [quotaOf({ 'fast.storageclass.storage.k8s.io/requests.storage': '1Gi' })];
    const cluster = { storageClasses: null };
    expect(admit(claim({}), { cluster, namespace: { quotas } })).toEqual({
      kind: 'unknown',
      missing: ['storage classes'],
    });
    expect(admit(claim({}), { cluster, namespace: { quotas: [quotaOf({ 'requests.storage': '9Gi' })] } }).kind).toBe(
      'admitted',
    );
  });

  it.each<[string, JsonObject, Setting, string]>([
    [
      'size',
      claim({ resources: {} }),
      {},
      'PersistentVolumeClaim "data" is invalid: spec.resources[storage]: Required value',
    ],
    [
      'limit range',
      claim({}),
      { namespace: { limitRanges: [limitRange({ max: { storage: '1Gi' } }, 'PersistentVolumeClaim')] } },
      'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 5Gi',
    ],
    [
      'growth',
      claim({ storageClassName: 'fast', resources: { requests: { storage: '8Gi' } } }),
      {
        old: { ...claim({ storageClassName: 'fast' }), status: { phase: 'Bound' } },
        cluster: { storageClasses: [storageClass('fast', '')] },
        namespace: { quotas: [quotaOf({ 'requests.storage': '7Gi' }, { used: { 'requests.storage': '5Gi' } })] },
      },
      'persistentvolumeclaims "data" is forbidden: exceeded quota: team, requested: requests.storage=3Gi, used: requests.storage=5Gi, limited: requests.storage=7Gi',
    ],
    [
      'growth in a class that does not expand',
      claim({ storageClassName: 'fast', resources: { requests: { storage: '8Gi' } } }),
      {
        old: { ...claim({ storageClassName: 'fast' }), status: { phase: 'Bound' } },
        cluster: { storageClasses: [{ ...storageClass('fast', ''), allowVolumeExpansion: false }] },
      },
      'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    ],
    [
      'growth of an unbound one',
      claim({ resources: { requests: { storage: '8Gi' } } }),
      { old: claim({}) },
      'PersistentVolumeClaim "data" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    ],
  ])('are refused for their %s', (_, value, setting, message) => {
    expect(messageOf(admit(value, setting))).toBe(message);
  });
});

const service = (type: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a' },
  spec: { type, ports: [{ port: 80 }] },
});

describe('other objects', () => {
  it('are counted when they are made, not when they change', () => {
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    const namespace = { quotas: [quotaOf({ configmaps: '0' })] };
    expect(messageOf(admit(value, { namespace }))).toBe(
      'configmaps "a" is forbidden: exceeded quota: team, requested: configmaps=1, used: configmaps=0, limited: configmaps=0',
    );
    expect(admit(value, { namespace, old: value }).kind).toBe('admitted');
  });

  it('a service is charged for what it becomes', () => {
    const namespace = { quotas: [quotaOf({ services: '0', 'services.nodeports': '0' })] };
    expect(messageOf(admit(service('NodePort'), { old: service('ClusterIP'), namespace }))).toContain(
      'requested: services.nodeports=1,',
    );
    expect(admit(service('ClusterIP'), { old: service('NodePort'), namespace }).kind).toBe('admitted');
  });

  it('a pod of a controller has a star for the generated part of its name', () => {
    const object = podOf({ metadata: {}, spec: { containers: [{ name: 'a', image: 'a' }] } }, 'web-*', 'team-a');
    const namespace = namespaceOf({ quotas: [quotaOf({ pods: '0' })] });
    const admission = admitObject({ object }, namespace, emptyCluster, { kubernetesMinor: 37 });
    expect(messageOf(admission)).toMatch(/^pods "web-\*" is forbidden: exceeded quota: team/);
  });
});
