import type { JsonObject } from '../../src/manifest/document.ts';

/** A value of a manifest that a mutation may change. */
export type Draft = string | number | boolean | null | Draft[] | DraftObject;
export interface DraftObject {
  [key: string]: Draft | undefined;
}

/** One container of a draft, and its pointer. */
interface DraftContainer {
  readonly value: DraftObject;
  readonly path: string;
}

/** A copy of a real workload, open for changes. */
export interface DraftWorkload {
  readonly spec: DraftObject;
  /** Pointer to the pod's `spec`. */
  readonly path: string;
  /** Init containers and app containers; at least one. */
  readonly containers: readonly DraftContainer[];
}

/** Draws from a list; the same seed draws the same. */
export type Draw = <T>(from: readonly T[]) => T;

export interface Mutation {
  readonly rule: string;
  readonly params?: JsonObject;
  /** Makes a real manifest keep the rule where hardly any does; the copy is then the original. */
  readonly prepare?: (workload: DraftWorkload) => void;
  /** Whether the original keeps the rule, judged by its text alone and apart from the code under test. */
  readonly keeps: (workload: DraftWorkload) => boolean;
  /** Breaks the rule in one place; returns the pointer that the finding must have. */
  readonly breakRule: (workload: DraftWorkload, draw: Draw) => string;
}

const asObject = (value: Draft | undefined): DraftObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** The member as an object that is part of the draft; made where there is none. */
function open(owner: DraftObject, key: string): DraftObject {
  const value = asObject(owner[key]);
  owner[key] = value;
  return value;
}

const amountOf = ({ value }: DraftContainer, side: string, resource: string): Draft | undefined =>
  asObject(asObject(value['resources'])[side])[resource];

function setAmount({ value }: DraftContainer, side: string, resource: string, amount: Draft | undefined): void {
  const list = open(open(value, 'resources'), side);
  if (amount === undefined) delete list[resource];
  else list[resource] = amount;
}

const textOf = (amount: Draft | undefined): string =>
  typeof amount === 'string' || typeof amount === 'number' ? String(amount) : '';

const isPlainAmount = (amount: Draft | undefined): boolean =>
  /^[1-9][0-9]*(?:\.[0-9]+)?(?:m|k|M|G|T|Ki|Mi|Gi|Ti)?$|^0\.[0-9]+$/u.test(textOf(amount));

const scale: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const sizeOf = (amount: Draft | undefined): number => {
  const [, digits = '', suffix = ''] = /^([0-9.]+)([A-Za-z]*)$/u.exec(textOf(amount)) ?? [];
  return Number(digits) * (scale[suffix] ?? Number.NaN);
};

const everyAmount = (
  workload: DraftWorkload,
  holds: (amount: Draft | undefined, resource: string) => boolean,
): boolean =>
  workload.containers.every((container) =>
    ['requests', 'limits'].every((side) =>
      Object.entries(asObject(asObject(container.value['resources'])[side])).every(([resource, amount]) =>
        holds(amount, resource),
      ),
    ),
  );

const everyPair = (
  workload: DraftWorkload,
  holds: (request: number, limit: number, resource: string) => boolean,
): boolean =>
  everyAmount(workload, isPlainAmount) &&
  workload.containers.every((container) =>
    Object.keys(asObject(asObject(container.value['resources'])['limits'])).every((resource) => {
      const request = amountOf(container, 'requests', resource);
      return request === undefined || holds(sizeOf(request), sizeOf(amountOf(container, 'limits', resource)), resource);
    }),
  );

const imageOf = ({ value }: DraftContainer): string => (typeof value['image'] === 'string' ? value['image'] : '');
const everyImage = ({ containers }: DraftWorkload, holds: (image: string) => boolean): boolean =>
  containers.every((container) => holds(imageOf(container)));
const isPlainImage = (image: string): boolean =>
  /^[a-z0-9][a-z0-9./_-]*[a-z0-9](?::[\w.-]+)?(?:@sha256:[a-f0-9]{64})?$/u.test(image);
const withoutTag = (image: string): string => image.replace(/@.*$/u, '').replace(/:[^/:]*$/u, '');
const volumesOf = ({ spec }: DraftWorkload): Draft[] => (Array.isArray(spec['volumes']) ? spec['volumes'] : []);
const limitsDisk = (container: DraftContainer): boolean =>
  amountOf(container, 'limits', 'ephemeral-storage') !== undefined;
const anyDigest = `sha256:${'0123456789abcdef'.repeat(4)}`;

export const mutations: readonly Mutation[] = [
  {
    rule: 'resources/requests-required',
    keeps: (workload) =>
      workload.containers.every((container) =>
        ['cpu', 'memory'].every((resource) => isPlainAmount(amountOf(container, 'requests', resource))),
      ),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      const resource = draw(['cpu', 'memory']);
      setAmount(container, 'limits', resource, undefined);
      setAmount(container, 'requests', resource, draw([undefined, 0, '0']));
      return `${container.path}/resources`;
    },
  },
  {
    rule: 'resources/limits-required',
    keeps: ({ containers }) => containers.every((container) => isPlainAmount(amountOf(container, 'limits', 'memory'))),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      setAmount(container, 'limits', 'memory', draw([undefined, 0, '0Mi']));
      return `${container.path}/resources`;
    },
  },
  {
    rule: 'resources/ephemeral-storage-required',
    prepare: ({ containers }) => {
      for (const container of containers) {
        setAmount(container, 'requests', 'ephemeral-storage', '1Gi');
        setAmount(container, 'limits', 'ephemeral-storage', '2Gi');
      }
    },
    keeps: () => true,
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      setAmount(container, 'limits', 'ephemeral-storage', undefined);
      return `${container.path}/resources`;
    },
  },
  {
    rule: 'resources/request-exceeds-limit',
    keeps: (workload) => everyPair(workload, (request, limit) => request <= limit),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      const [resource, request, limit] = draw([
        ['memory', '1025Mi', '1Gi'],
        ['memory', '1G', '953Mi'],
        ['cpu', '0.501', '500m'],
        ['cpu', 2, '1999m'],
        ['ephemeral-storage', '2e9', '1.9G'],
      ] as const);
      setAmount(container, 'requests', resource, request);
      setAmount(container, 'limits', resource, limit);
      return `${container.path}/resources/requests/${resource}`;
    },
  },
  {
    rule: 'resources/limit-request-ratio',
    keeps: (workload) =>
      everyPair(workload, (request, limit, resource) => limit / request <= (resource === 'cpu' ? 20 : 4)),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      const [resource, request, limit] = draw([
        ['memory', '256Mi', '1025Mi'],
        ['memory', '64Mi', '1G'],
        ['cpu', '50m', '1001m'],
        ['cpu', '10m', 4],
      ] as const);
      setAmount(container, 'requests', resource, request);
      setAmount(container, 'limits', resource, limit);
      return `${container.path}/resources/limits/${resource}`;
    },
  },
  {
    rule: 'resources/invalid-quantity',
    keeps: (workload) => everyAmount(workload, isPlainAmount),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      const [side, resource] = draw([
        ['requests', 'memory'],
        ['limits', 'memory'],
        ['requests', 'cpu'],
        ['limits', 'cpu'],
      ] as const);
      setAmount(
        container,
        side,
        resource,
        draw(['512MB', '1 Gi', '1GB', '-1', 'half', '1,5', '10K', '', true, '256mi', '1e']),
      );
      return `${container.path}/resources/${side}/${resource}`;
    },
  },
  {
    rule: 'resources/suspicious-quantity',
    keeps: (workload) =>
      everyAmount(
        workload,
        (amount, resource) =>
          isPlainAmount(amount) &&
          (resource === 'cpu' ? sizeOf(amount) >= 0.001 && sizeOf(amount) <= 64 : sizeOf(amount) >= 2 ** 20),
      ),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      const side = draw(['requests', 'limits']);
      const [resource, amount] = draw([
        ['memory', '256m'],
        ['memory', 512],
        ['memory', '976Ki'],
        ['memory', '1e9'],
        ['cpu', 500],
        ['cpu', '64001m'],
        ['cpu', '0.5m'],
        ['cpu', '1e0'],
      ] as const);
      setAmount(container, side, resource, amount);
      return `${container.path}/resources/${side}/${resource}`;
    },
  },
  {
    rule: 'resources/empty-dir-unbounded',
    keeps: (workload) =>
      volumesOf(workload).every((volume) => {
        const source = asObject(volume)['emptyDir'];
        return source === undefined || isPlainAmount(asObject(source)['sizeLimit']);
      }) && !workload.containers.some(limitsDisk),
    breakRule: (workload, draw) => {
      const emptyDir = draw([{}, { medium: 'Memory' }, { sizeLimit: 0 }, null]);
      workload.spec['volumes'] = [...volumesOf(workload), { name: 'scratch', emptyDir }];
      return `${workload.path}/volumes/${volumesOf(workload).length - 1}/emptyDir`;
    },
  },
  {
    rule: 'resources/pod-level-mismatch',
    keeps: ({ spec }) => spec['resources'] === undefined,
    breakRule: ({ spec, path, containers }, draw) => {
      const container = draw(containers);
      const isApp = !container.path.includes('/initContainers/');
      const kind = draw(isApp ? ['request', 'limit', 'name'] : ['request', 'name']);
      setAmount(container, 'requests', 'cpu', '100m');
      setAmount(container, 'limits', 'cpu', '2');
      if (kind === 'request') spec['resources'] = { requests: { cpu: '99m' }, limits: { cpu: '100' } };
      if (kind === 'limit') spec['resources'] = { limits: { cpu: '1999m' } };
      if (kind === 'name') spec['resources'] = { requests: { 'ephemeral-storage': '1Gi' } };
      if (kind === 'limit') return `${container.path}/resources/limits/cpu`;
      return `${path}/resources/requests/${kind === 'name' ? 'ephemeral-storage' : 'cpu'}`;
    },
  },
  {
    rule: 'images/registry-allowlist',
    params: { registries: ['docker.io', 'quay.io/', 'registry.k8s.io', 'ghcr.io', 'gcr.io'] },
    keeps: (workload) =>
      everyImage(
        workload,
        (image) =>
          isPlainImage(image) &&
          (/^(?:quay|ghcr|gcr|docker|registry\.k8s)\.io\//u.test(image) || /^[^./]+(?:\/|[:@]|$)/u.test(image)),
      ),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      container.value['image'] = draw([
        'quay.io.example.com/a:1',
        'quay.io:5000/a:1',
        'localhost/a:1',
        'evil.example.com/docker.io/a:1',
        'gcr.iox/a:1',
        '[::1]:5000/a:1',
      ]);
      return `${container.path}/image`;
    },
  },
  {
    rule: 'images/tag-required',
    keeps: (workload) =>
      everyImage(workload, (image) => isPlainImage(image) && /[:@][^/]+$/u.test(image) && !image.endsWith(':latest')),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      container.value['image'] = `${withoutTag(imageOf(container))}${draw(['', ':latest'])}`;
      return `${container.path}/image`;
    },
  },
  {
    rule: 'images/digest-required',
    prepare: ({ containers }) => {
      for (const container of containers) container.value['image'] = `${withoutTag(imageOf(container))}@${anyDigest}`;
    },
    keeps: (workload) => everyImage(workload, isPlainImage),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      container.value['image'] = `${withoutTag(imageOf(container))}${draw([':1.0.0', ''])}`;
      return `${container.path}/image`;
    },
  },
  {
    rule: 'images/pull-policy',
    keeps: ({ containers }) => containers.every((container) => container.value['imagePullPolicy'] === undefined),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      const [tag, policy] = draw([
        [':latest', 'IfNotPresent'],
        ['', 'IfNotPresent'],
        ['', 'Never'],
        [':1.2.3', 'always'],
      ] as const);
      container.value['image'] = `registry.example.com/web${tag}`;
      container.value['imagePullPolicy'] = policy;
      return `${container.path}/imagePullPolicy`;
    },
  },
  {
    rule: 'images/invalid-reference',
    keeps: (workload) => everyImage(workload, isPlainImage),
    breakRule: (workload, draw) => {
      const container = draw(workload.containers);
      const image = withoutTag(imageOf(container));
      container.value['image'] = draw([
        `${image}:`,
        `${image}:a b`,
        `${image}@sha256:abc`,
        ` ${image}:1`,
        `${image}:{tag}`,
        `https://${image}`,
        `registry.example.com/Team/web:1`,
        '',
        undefined,
      ]);
      return `${container.path}/image`;
    },
  },
];
