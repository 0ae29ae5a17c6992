import { describe, expect, it } from 'vitest';
import { reduceObject } from '../../../src/cluster/reduce.ts';
import { clusterResources, listPath, type ClusterResource } from '../../../src/cluster/resources.ts';
import { createClusterStore } from '../../../src/cluster/store.ts';
import type { KubernetesObject } from '../../../src/manifest/document.ts';
import { fieldAt, objectAt } from '../../../src/manifest/fields.ts';
import { fillSink } from '../../helpers/cluster-fakes.ts';

function resource(kind: string): ClusterResource {
  const found = clusterResources.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no resource ${kind}`);
  return found;
}
const quota = (namespace: string, name: string, cpu: string) => ({
  metadata: { namespace, name },
  spec: { hard: { 'limits.cpu': cpu } },
  status: {},
});

const pod = (name: string) => ({
  metadata: { namespace: 'a', name, labels: { app: 'web' } },
  spec: { nodeName: `node-of-${name}`, containers: [{ name: 'main', image: 'registry.example.com/web:1' }] },
});

const set = (namespace: string, name: string) => ({ metadata: { namespace, name } });

describe('createClusterStore', () => {
  it('knows of a namespace what was put there, and forgets what is removed or no longer listed', () => {
    const store = createClusterStore();
    const quotas = store.sinkFor(resource('ResourceQuota'));
    fillSink(quotas, [quota('a', 'q', '4'), quota('b', 'q', '1')]);
    expect(store.namespace('a').quotas.map(({ hard }) => hard.get('limits.cpu')?.text)).toEqual(['4']);
    quotas.upsert(quota('a', 'q', '5'));
    quotas.upsert(quota('a', 'r', '6'));
    expect(store.namespace('a').quotas.map(({ hard }) => hard.get('limits.cpu')?.text)).toEqual(['5', '6']);
    quotas.remove(quota('a', 'r', '6'));
    expect(store.namespace('a').quotas).toHaveLength(1);
    fillSink(quotas, [quota('b', 'q', '1')]);
    expect(store.namespace('a').quotas).toEqual([]);
    expect(store.namespace('b').quotas).toHaveLength(1);
  });

  it('lists a resource of all namespaces, as one array until one of them changes', () => {
    const store = createClusterStore();
    const [sets, quotas] = [store.sinkFor(resource('DaemonSet')), store.sinkFor(resource('ResourceQuota'))];
    const names = (): readonly string[] =>
      store.allOf(resource('DaemonSet')).map(({ namespace, name }) => `${namespace}/${name}`);
    fillSink(sets, [set('a', 'logs'), set('b', 'logs')]);
    const before = store.allOf(resource('DaemonSet'));
    expect(names()).toEqual(['a/logs', 'b/logs']);
    quotas.upsert(quota('a', 'q', '4'));
    sets.upsert(set('a', 'logs'));
    expect(store.allOf(resource('DaemonSet'))).toBe(before);
    sets.upsert(set('b', 'metrics'));
    sets.remove(set('a', 'logs'));
    expect(names()).toEqual(['b/logs', 'b/metrics']);
    fillSink(sets, []);
    expect(names()).toEqual([]);
  });

  it('reads a namespace once for as long as nothing in it changes', () => {
    const store = createClusterStore();
    const quotas = store.sinkFor(resource('ResourceQuota'));
    quotas.upsert(quota('a', 'q', '4'));
    const before = store.namespace('a');
    quotas.upsert(quota('b', 'q', '4'));
    expect(store.namespace('a')).toBe(before);
  });

  it('remembers no namespace that does not exist', () => {
    const store = createClusterStore();
    const nowhere = store.namespace('a');
    expect(store.namespace('a')).toEqual(nowhere);
    expect(store.namespace('a')).not.toBe(nowhere);
    store.sinkFor(resource('Namespace')).upsert({ metadata: { name: 'a' } });
    expect(store.namespace('a')).toBe(store.namespace('a'));
  });

  it('reads a namespace again only for what is about it', () => {
    const store = createClusterStore();
    store.sinkFor(resource('ResourceQuota')).upsert(quota('a', 'q', '4'));
    const namespaces = store.sinkFor(resource('Namespace'));
    const before = store.namespace('a');
    const cluster = store.cluster();
    namespaces.upsert({ metadata: { name: 'b' } });
    expect(store.namespace('a')).toBe(before);
    store.sinkFor(resource('Node')).upsert({ metadata: { name: 'node-0' } });
    expect(store.namespace('a')).toBe(before);
    expect(store.cluster()).not.toBe(cluster);
    namespaces.upsert({ metadata: { name: 'a', labels: { 'capsule.clastix.io/tenant': 'oil' } } });
    expect(store.namespace('a').governedBy).toEqual([{ kind: 'Capsule', name: 'oil' }]);
  });

  it('holds an object that says nothing new as it was, in a list too', () => {
    const store = createClusterStore();
    const quotas = store.sinkFor(resource('ResourceQuota'));
    fillSink(quotas, [quota('a', 'q', '4'), quota('b', 'q', '4')]);
    const before = store.namespace('a');
    fillSink(quotas, [quota('a', 'q', '4')]);
    quotas.upsert(quota('a', 'q', '4'));
    expect(store.namespace('a')).toBe(before);
    expect(store.objectsOf(resource('ResourceQuota'), 'b').size).toBe(0);
  });

  it('holds once what pods of one ReplicaSet have in common', () => {
    const store = createClusterStore();
    const pods = store.sinkFor(resource('Pod'));
    pods.upsert(pod('web-1'));
    pods.upsert(pod('web-2'));
    const [one, two] = [...store.objectsOf(resource('Pod'), 'a').values()].map(({ value }) => value);
    expect(objectAt(two, 'metadata', 'labels')).toBe(objectAt(one, 'metadata', 'labels'));
    expect(fieldAt(two, 'spec', 'containers')).toBe(fieldAt(one, 'spec', 'containers'));
    expect(two).toEqual(pod('web-2'));
    expect(one).toEqual(pod('web-1'));
  });

  it('puts what was looked at once more in the place of what it held', () => {
    const store = createClusterStore();
    store.sinkFor(resource('ResourceQuota')).upsert(quota('a', 'q', '4'));
    store.sinkFor(resource('Pod')).upsert({ metadata: { namespace: 'a', name: 'p' } });
    const value = quota('a', 'q', '9');
    const fresh = { apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'a', name: 'q', value, source: null };
    const looked = store.namespaceWith('a', new Map([['v1/resourcequotas', [fresh]]]));
    expect(looked.quotas.map(({ hard }) => hard.get('limits.cpu')?.text)).toEqual(['9']);
    expect(looked.objects.get('Pod')).toHaveLength(1);
    expect(store.namespace('a').quotas.map(({ hard }) => hard.get('limits.cpu')?.text)).toEqual(['4']);
  });

  it('gives the namespace itself where a fresh list holds what is held, neither less nor more', () => {
    const store = createClusterStore();
    const pods = store.sinkFor(resource('Pod'));
    for (const name of ['p', 'q']) pods.upsert({ metadata: { namespace: 'a', name } });
    const [p, q] = [...store.objectsOf(resource('Pod'), 'a').values()] as [KubernetesObject, KubernetesObject];
    const look = (...objects: KubernetesObject[]) => store.namespaceWith('a', new Map([['v1/pods', objects]]));
    expect(look(q, p)).toBe(store.namespace('a'));
    expect(look(p).objects.get('Pod')).toEqual([p]);
    expect(look(p, { ...q }).objects.get('Pod')).toHaveLength(2);
    expect(look(p, { ...q })).not.toBe(store.namespace('a'));
  });

  it('tells none from not known', () => {
    const store = createClusterStore();
    expect(store.cluster().priorityClasses).toBeNull();
    store.sinkFor(resource('PriorityClass')).beginList()();
    expect(store.cluster().priorityClasses).toEqual([]);
    expect(store.cluster().nodes).toBeNull();
  });
});

describe('reduceObject', () => {
  const secret = 'CANARY';
  const podSpec = {
    containers: [
      {
        name: 'app',
        image: 'a:1',
        env: [{ name: 'X', value: secret }],
        args: [secret],
        command: [secret],
        resources: { limits: { cpu: '1' } },
        lifecycle: { postStart: { exec: { command: [secret] } } },
      },
    ],
    initContainers: [{ name: 'init', env: [{ name: 'X', value: secret }], restartPolicy: 'Always' }],
    volumes: [
      { name: 'v', csi: { volumeAttributes: { key: secret } } },
      { name: 'd', emptyDir: {} },
    ],
  };
  const metadata = {
    name: 'web',
    annotations: { note: secret, 'storageclass.kubernetes.io/is-default-class': 'true' },
    managedFields: [{ manager: secret }],
  };
  const template = { metadata: { labels: { app: 'web' }, annotations: { note: secret } }, spec: podSpec };

  it.each([
    ['Pod', { metadata, spec: podSpec, status: { phase: 'Running', message: secret } }],
    ['Deployment', { metadata, spec: { replicas: 2, template } }],
    [
      'StatefulSet',
      {
        metadata,
        spec: {
          template,
          volumeClaimTemplates: [{ metadata: { name: 'data', annotations: { note: secret } }, spec: {} }],
        },
      },
    ],
    [
      'CronJob',
      {
        metadata,
        spec: {
          schedule: '* * * * *',
          jobTemplate: { metadata: { annotations: { note: secret } }, spec: { template } },
        },
      },
    ],
    ['Node', { metadata, spec: { taints: [] }, status: { images: [secret] } }],
    ['Namespace', { metadata, spec: { finalizers: [secret] } }],
    ['Service', { metadata, spec: { type: 'NodePort', ports: [{ port: 80 }], externalName: secret } }],
    ['StorageClass', { metadata, parameters: { key: secret } }],
  ])('keeps no secret of a %s', (kind, object) => {
    const reduced = JSON.stringify(reduceObject(object, 'v1', kind));
    expect(reduced).not.toContain(secret);
    expect(reduced).toContain('"name":"web"');
  });

  it('keeps what a pod is charged for', () => {
    expect(reduceObject({ metadata, spec: podSpec }, 'v1', 'Pod')).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      spec: {
        containers: [{ name: 'app', image: 'a:1', resources: { limits: { cpu: '1' } } }],
        initContainers: [{ name: 'init', restartPolicy: 'Always' }],
        volumes: [{ name: 'd', emptyDir: {} }],
      },
      status: {},
    });
  });
});

describe('listPath', () => {
  it.each([
    ['Pod', undefined, '/api/v1/pods'],
    ['Pod', 'a', '/api/v1/namespaces/a/pods'],
    ['Deployment', 'a', '/apis/apps/v1/namespaces/a/deployments'],
    ['Node', 'a', '/api/v1/nodes'],
  ])('of %s in %s', (kind, namespace, path) => {
    expect(listPath(resource(kind), namespace)).toBe(path);
  });
});
