import { readFileSync } from 'node:fs';
import { dump, loadAll } from 'js-yaml';

/** Manifests as plain objects, so that an edit is one assignment and moves no more than it says. */
export interface ManifestFile {
  path: string;
  /** Comment lines on top: what moves every line and changes nothing. */
  header: number;
  objects: MutableObject[];
}

export type MutableObject = Record<string, unknown>;

export type EditKind = 'mend' | 'move' | 'neutral' | 'rename' | 'worsen';

/** What an edit did, for the message of its commit. */
export interface Edit {
  readonly kind: EditKind;
  readonly what: string;
  /** `Deployment/web`, for a mend or a worsening. */
  readonly resource: string;
}

export type Random = (below: number) => number;

/** Mulberry32: the same numbers from the same seed on every machine. */
export function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

export function printFile({ header, objects }: ManifestFile): string {
  const comments = Array.from({ length: header }, (_, line) => `# note ${line}\n`).join('');
  return comments + objects.map((object) => `---\n${dump(object)}`).join('');
}

export function readFile(path: string, file: string): ManifestFile {
  const objects = loadAll(readFileSync(file, 'utf8')) as MutableObject[];
  return { path, header: 0, objects: objects.filter((object) => typeof object === 'object' && object !== null) };
}

/** A release as a team of a media company writes it: half of it in order, half of it not. */
export function createFiles(): ManifestFile[] {
  const names = ['web', 'api', 'encoder', 'search', 'comments', 'newsletter'];
  return names.map((name, index) => ({
    path: `apps/${name}/workload.yaml`,
    header: 0,
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name },
        spec: { selector: { app: name }, ports: [{ port: 80 }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: index % 3 === 2 ? 'StatefulSet' : 'Deployment',
        metadata: { name, labels: { app: name } },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name } },
            spec: {
              containers: [
                createContainer(
                  'main',
                  `registry.example.com/${name}:${index % 2 === 0 ? '1.4.2' : 'latest'}`,
                  index < 4,
                ),
                createContainer('proxy', 'registry.example.com/proxy:2.0.1', index > 1),
              ],
            },
          },
        },
      },
    ],
  }));
}

function createContainer(name: string, image: string, isComplete: boolean): MutableObject {
  return { name, image, resources: isComplete ? completeResources() : { requests: { cpu: '100m' } } };
}

const completeResources = (): MutableObject => ({
  requests: { cpu: '250m', memory: '256Mi' },
  limits: { memory: '256Mi' },
});

interface Target {
  readonly object: MutableObject;
  readonly container: MutableObject;
}

/**
 * Makes one edit of a kind to what the files hold.
 * @param taken - objects that an edit of the same commit has changed already, as `Deployment/web`
 * @returns `null` when nothing there can be edited so
 */
export function editFiles(
  files: ManifestFile[],
  kind: EditKind,
  random: Random,
  taken: ReadonlySet<string>,
): Edit | null {
  const targets = listTargets(files).filter(({ object }) => !taken.has(nameOf(object)));
  switch (kind) {
    case 'mend':
      return applyOne(kind, targets, mends, random);
    case 'worsen':
      return applyOne(kind, targets, worsenings, random);
    case 'neutral':
      return applyOne(kind, targets, neutrals, random);
    case 'move':
      return moveSomething(files, random);
    case 'rename':
      return renameFile(files, random);
  }
}

type Change = readonly [what: string, fits: (target: Target) => boolean, apply: (target: Target) => void];

const mends: readonly Change[] = [
  [
    'give it requests and a limit',
    ({ container }) => amountOf(container, 'limits', 'memory') === undefined,
    ({ container }) => (container['resources'] = completeResources()),
  ],
  [
    'name a version',
    ({ container }) => imageOf(container).endsWith(':latest'),
    ({ container }) => (container['image'] = imageOf(container).replace(/:latest$/u, ':1.0.0')),
  ],
];

const worsenings: readonly Change[] = [
  [
    'take its memory limit away',
    ({ container }) => amountOf(container, 'limits', 'memory') !== undefined,
    ({ container }) => delete mapAt(container, 'resources')['limits'],
  ],
  [
    'take its requests away',
    // A limit would stand in for the request that is missing.
    ({ container }) =>
      amountOf(container, 'requests', 'cpu') !== undefined && amountOf(container, 'limits', 'cpu') === undefined,
    ({ container }) => delete mapAt(container, 'resources')['requests'],
  ],
  [
    'let its image move',
    ({ container }) => /^[a-z./-]+:[0-9][\w.-]*$/u.test(imageOf(container)),
    ({ container }) => (container['image'] = imageOf(container).replace(/:[^:]+$/u, ':latest')),
  ],
  [
    'ask for even more than the limit',
    ({ container }) => /^\dGi$/u.test(String(amountOf(container, 'requests', 'memory'))) && hasSmallLimit(container),
    ({ container }) => (mapAt(mapAt(container, 'resources'), 'requests')['memory'] = '40Gi'),
  ],
  [
    'ask for more than the limit',
    ({ container }) => amountOf(container, 'requests', 'memory') === '256Mi' && hasSmallLimit(container),
    ({ container }) => (mapAt(mapAt(container, 'resources'), 'requests')['memory'] = '1Gi'),
  ],
];

const neutrals: readonly Change[] = [
  [
    'scale it',
    ({ object }) => 'replicas' in mapAt(object, 'spec'),
    ({ object }) => (mapAt(object, 'spec')['replicas'] = 5),
  ],
  ['label it', () => true, ({ object }) => (mapAt(mapAt(object, 'metadata'), 'labels')['team'] = 'media')],
  ['give it a variable', () => true, ({ container }) => (container['env'] = [{ name: 'MODE', value: 'quiet' }])],
  [
    'release a version',
    ({ container }) => /^[a-z./-]+:[0-9][\w.-]*$/u.test(imageOf(container)),
    ({ container }) => (container['image'] = imageOf(container).replace(/:[^:]+$/u, ':7.7.7')),
  ],
];

function applyOne(kind: EditKind, targets: readonly Target[], changes: readonly Change[], random: Random): Edit | null {
  const possible = changes.filter(([, fits]) => targets.some(fits));
  const change = possible[random(possible.length)];
  if (change === undefined) return null;
  const fitting = targets.filter(change[1]);
  const target = fitting[random(fitting.length)]!;
  change[2](target);
  return { kind, what: `${change[0]}: ${String(target.container['name'])}`, resource: nameOf(target.object) };
}

function moveSomething(files: ManifestFile[], random: Random): Edit {
  const file = files[random(files.length)];
  const choice = random(3);
  if (choice === 0) file!.header += 3;
  else if (choice === 1) file!.objects.reverse();
  else for (const { object } of listTargets([file!])) containersOf(object).reverse();
  return {
    kind: 'move',
    what: `${['add comments', 'reverse documents', 'reverse containers'][choice]} in ${file!.path}`,
    resource: '',
  };
}

function renameFile(files: ManifestFile[], random: Random): Edit {
  const file = files[random(files.length)]!;
  const old = file.path;
  file.path = `moved-${random(1_000_000)}/${old.split('/').at(-1)}`;
  return { kind: 'rename', what: `${old} to ${file.path}`, resource: '' };
}

/** Containers of workloads whose pod template stands where most have it. */
function listTargets(files: readonly ManifestFile[]): readonly Target[] {
  return files
    .flatMap(({ objects }) => objects)
    .filter(({ kind }) => ['DaemonSet', 'Deployment', 'StatefulSet'].includes(String(kind)))
    .flatMap((object) => containersOf(object).map((container) => ({ object, container })));
}

function containersOf(object: MutableObject): MutableObject[] {
  const containers = mapAt(mapAt(mapAt(mapAt(object, 'spec'), 'template'), 'spec'))['containers'];
  return Array.isArray(containers) ? (containers as MutableObject[]) : [];
}

/** A member that is a map; made, if it is not there. */
function mapAt(parent: MutableObject, key?: string): MutableObject {
  if (key === undefined) return parent;
  const value = parent[key];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as MutableObject;
  const made: MutableObject = {};
  parent[key] = made;
  return made;
}

function amountOf(container: MutableObject, side: string, resource: string): unknown {
  const resources = container['resources'] as Record<string, Record<string, unknown> | undefined> | undefined;
  return resources?.[side]?.[resource];
}

function hasSmallLimit(container: MutableObject): boolean {
  return amountOf(container, 'limits', 'memory') === '256Mi';
}

function imageOf(container: MutableObject): string {
  return String(container['image']);
}

export function nameOf({ kind, metadata }: MutableObject): string {
  return `${String(kind)}/${String((metadata as Record<string, unknown> | undefined)?.['name'])}`;
}
