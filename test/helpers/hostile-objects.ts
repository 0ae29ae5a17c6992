import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';

/** How an object grows: `count` of what it repeats. */
export interface HostileShape {
  readonly name: string;
  readonly make: (count: number) => JsonObject;
}

const amounts: JsonObject = { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } };
/** As the API server stores a container: with its defaults. */
const container = (index: number, more: JsonObject = {}): JsonObject => ({
  name: `c-${index}`,
  image: `registry.example.com/team/app-${index}:1.2.3`,
  resources: amounts,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
  ...more,
});

function deployment(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  const labels = { app: 'large' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'large', namespace: 'team', generation: 1, labels, ...metadata },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container(0)], ...spec } },
    },
  };
}

const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const listed = (count: number, make: (index: number) => readonly [string, JsonValue]): JsonObject =>
  Object.fromEntries(many(count, make));

const nested = (depth: number): JsonValue => {
  let value: JsonValue = 1;
  for (let at = 0; at < depth; at += 1) value = { a: value };
  return value;
};

/** Objects that an API server lets through, and that somebody who wants to do harm would write. */
export const hostileShapes: readonly HostileShape[] = [
  { name: 'containers', make: (count) => deployment({ containers: many(count, (index) => container(index)) }) },
  {
    name: 'containers without amounts',
    make: (count) => deployment({ containers: many(count, (index) => container(index, { resources: {} })) }),
  },
  {
    name: 'containers of one image without tag',
    make: (count) =>
      deployment({ containers: many(count, (index) => container(index, { image: 'web', resources: {} })) }),
  },
  {
    name: 'containers, each with probes',
    make: (count) =>
      deployment({
        containers: many(count, (index) => {
          const probe = { httpGet: { path: '/', port: 8080, scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10 };
          return container(index, { livenessProbe: probe, readinessProbe: probe });
        }),
      }),
  },
  {
    name: 'init containers',
    make: (count) =>
      deployment({
        initContainers: many(count, (index) =>
          container(index + 1, { restartPolicy: index % 2 === 0 ? 'Always' : null }),
        ),
      }),
  },
  {
    name: 'environment variables',
    make: (count) =>
      deployment({
        containers: [
          container(0, { env: many(count, (index) => ({ name: `VARIABLE_${index}`, value: `value ${index}` })) }),
        ],
      }),
  },
  {
    name: 'arguments',
    make: (count) =>
      deployment({ containers: [container(0, { args: many(count, (index) => `--flag-${index}=$\{X_${index}}`) })] }),
  },
  {
    name: 'volumes, each mounted',
    make: (count) =>
      deployment({
        containers: [
          container(0, { volumeMounts: many(count, (index) => ({ name: `v-${index}`, mountPath: `/v/${index}` })) }),
        ],
        volumes: many(count, (index) => ({ name: `v-${index}`, emptyDir: {} })),
      }),
  },
  {
    name: 'volumes, mounted by many containers',
    make: (count) => {
      const each = Math.ceil(Math.sqrt(count));
      return deployment({
        containers: many(each, (index) =>
          container(index, { volumeMounts: many(each, (at) => ({ name: `v-${at}`, mountPath: `/v/${at}` })) }),
        ),
        volumes: many(each, (index) => ({ name: `v-${index}`, emptyDir: {} })),
      });
    },
  },
  {
    name: 'topology constraints',
    make: (count) =>
      deployment({
        topologySpreadConstraints: many(count, (index) => ({
          maxSkew: 1,
          topologyKey: `zone-${index}`,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'large' } },
        })),
      }),
  },
  {
    name: 'affinity terms',
    make: (count) =>
      deployment({
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: many(count, (index) => ({
              topologyKey: `zone-${index}`,
              labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['large'] }] },
            })),
          },
        },
      }),
  },
  {
    name: 'tolerations',
    make: (count) => deployment({ tolerations: many(count, (index) => ({ key: `k-${index}`, operator: 'Exists' })) }),
  },
  {
    name: 'labels',
    make: (count) => deployment({}, { labels: listed(count, (index) => [`label-${index}`, `value-${index}`]) }),
  },
  {
    name: 'annotations',
    make: (count) => deployment({}, { annotations: listed(count, (index) => [`key-${index}`, `__VALUE_${index}__`]) }),
  },
  {
    name: 'extended resources',
    make: (count) => {
      const list = listed(count, (index) => [`example.com/r-${index}`, '1']);
      return deployment({ containers: [container(0, { resources: { requests: list, limits: list } })] });
    },
  },
  {
    name: 'claims of a StatefulSet',
    make: (count) => {
      const made = deployment({});
      return {
        ...made,
        kind: 'StatefulSet',
        spec: {
          ...(made['spec'] as JsonObject),
          serviceName: 'large',
          volumeClaimTemplates: many(count, (index) => ({
            metadata: { name: `data-${index}` },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          })),
        },
      };
    },
  },
  {
    name: 'ConfigMap keys',
    make: (count) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'large', namespace: 'team' },
      data: listed(count, (index) => [`key-${index}`, `value \${X_${index}} <placeholder>`]),
    }),
  },
  {
    name: 'ConfigMap, one text',
    make: (count) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'large', namespace: 'team' },
      data: { text: '${A} {{ x }} __X__ @@Y@@ '.repeat(count) },
    }),
  },
  {
    name: 'ports of a Service',
    make: (count) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'large', namespace: 'team' },
      spec: {
        type: 'LoadBalancer',
        ports: many(count, (index) => ({ name: `p-${index}`, port: index, nodePort: index, protocol: 'TCP' })),
      },
    }),
  },
  {
    name: 'keys of a ResourceQuota',
    make: (count) => ({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'large', namespace: 'team' },
      spec: { hard: listed(count, (index) => [`requests.example.com/r-${index}`, '1']) },
    }),
  },
  {
    name: 'items of a LimitRange',
    make: (count) => ({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'large', namespace: 'team' },
      spec: {
        limits: many(count, () => ({ type: 'Container', default: { cpu: '1' }, max: { cpu: '2', memory: '1Gi' } })),
      },
    }),
  },
  {
    name: 'CustomResourceDefinition',
    make: (count) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'larges.example.com' },
      spec: {
        group: 'example.com',
        versions: [
          {
            name: 'v1',
            schema: {
              openAPIV3Schema: {
                properties: listed(count, (index) => [`p${index}`, { type: 'string', description: 'one' }]),
              },
            },
          },
        ],
      },
    }),
  },
  {
    name: 'nested members',
    make: (count) => ({
      apiVersion: 'example.com/v1',
      kind: 'Deep',
      metadata: { name: 'large', namespace: 'team' },
      spec: { trees: many(Math.ceil(count / 1000), () => nested(1000)) },
    }),
  },
];

/** The object of a shape whose JSON has about so many bytes. */
export function fillShape({ make }: HostileShape, bytes: number): JsonObject {
  const sizeOf = (count: number): number => JSON.stringify(make(count)).length;
  const probe = 1000;
  const [small, large] = [sizeOf(probe), sizeOf(2 * probe)];
  const guess = probe + Math.max(0, Math.floor(((bytes - small) * probe) / Math.max(1, large - small)));
  return make(Math.max(1, small > bytes ? Math.floor((probe * bytes) / small) : guess));
}
