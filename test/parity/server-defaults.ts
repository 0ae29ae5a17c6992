import { isJsonObject, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { connect, until, type Api } from '../conformance/api.ts';
import type { Build } from '../conformance/binaries.ts';
import { startControlPlane } from '../conformance/control-plane.ts';
import { inParallel } from '../conformance/pool.ts';
import type { Input } from './inputs.ts';

/** What the API server would store of an object, or why it would not. */
export type ServerView =
  | { readonly kind: 'stored'; readonly value: JsonObject }
  | { readonly kind: 'unserved' }
  | { readonly kind: 'refused'; readonly message: string };

const NAMESPACE = 'parity';
const WIDTH = 32;

interface ServedKind {
  readonly path: string;
  readonly namespaced: boolean;
}

/** Asks a control plane of its own about all inputs; answers stand by the name of their input. */
export async function askControlPlane(
  build: Build,
  inputs: readonly Input[],
  fieldValidation: 'Strict' | 'Warn' = 'Warn',
): Promise<ReadonlyMap<string, readonly ServerView[]>> {
  const views = new Map<string, readonly ServerView[]>();
  if (build.kind !== 'ready') return views;
  const plane = await startControlPlane({ binaries: build.binaries });
  const api = connect(plane);
  try {
    for (const { name, release } of inputs) views.set(name, await askServer(api, release.objects, fieldValidation));
  } finally {
    api.close();
    await plane.stop();
  }
  return views;
}

/**
 * Asks the API server for each object what it would store: a create as a dry run, so that nothing of it stays and no two
 * objects meet. All go to one namespace; in the answer the metadata that people write stand as they were written, since
 * name and namespace are parts of the request, and no defaults.
 */
async function askServer(
  api: Api,
  objects: readonly KubernetesObject[],
  fieldValidation: 'Strict' | 'Warn',
): Promise<readonly ServerView[]> {
  const kinds = await discoverKinds(api);
  await openNamespace(api, objects);
  return inParallel(objects, WIDTH, async (object): Promise<ServerView> => {
    const served = kinds.get(`${object.apiVersion} ${object.kind}`);
    if (served === undefined) return { kind: 'unserved' };
    const path = served.namespaced ? served.path.replace('/NAMESPACE/', `/namespaces/${NAMESPACE}/`) : served.path;
    const { status, body } = await api.create(
      `${path}?dryRun=All&fieldValidation=${fieldValidation}`,
      requestOf(object, served),
    );
    if (status !== 201) return { kind: 'refused', message: stringAt(body, 'message') };
    return { kind: 'stored', value: { ...body, metadata: restoreMetadata(body, object.value) } };
  });
}

function requestOf({ apiVersion, kind, value }: KubernetesObject, { namespaced }: ServedKind): JsonObject {
  // What only the server sets is refused, or means another object.
  const metadata = without(objectAt(value, 'metadata'), ['namespace', 'ownerReferences', 'resourceVersion', 'uid']);
  const isNamed = stringAt(metadata, 'name') !== '' || stringAt(metadata, 'generateName') !== '';
  return {
    ...value,
    apiVersion,
    kind,
    metadata: { ...metadata, ...(!isNamed && { name: 'unnamed' }), ...(namespaced && { namespace: NAMESPACE }) },
  };
}

function restoreMetadata(stored: JsonObject, written: JsonObject): JsonObject {
  const { name, namespace, generateName } = objectAt(written, 'metadata');
  return { ...without(objectAt(stored, 'metadata'), ['managedFields']), name, namespace, generateName };
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

async function discoverKinds(api: Api): Promise<ReadonlyMap<string, ServedKind>> {
  const { body: groups } = await api.get('/apis');
  const versions = listAt(groups, 'groups').flatMap((group) =>
    listAt(group, 'versions').map((version) => stringAt(version, 'groupVersion')),
  );
  const kinds = new Map<string, ServedKind>();
  for (const version of ['v1', ...versions]) {
    const base = version === 'v1' ? '/api/v1' : `/apis/${version}`;
    const { body } = await api.get(base);
    for (const resource of listAt(body, 'resources').filter(isJsonObject)) {
      const name = stringAt(resource, 'name');
      const namespaced = resource['namespaced'] === true;
      if (name.includes('/') || !listAt(resource, 'verbs').includes('create')) continue;
      kinds.set(`${version} ${stringAt(resource, 'kind')}`, {
        path: `${base}/${namespaced ? 'NAMESPACE/' : ''}${name}`,
        namespaced,
      });
    }
  }
  return kinds;
}

/** A namespace where the admission plugins find what bare pods of the input name. */
async function openNamespace(api: Api, objects: readonly KubernetesObject[]): Promise<void> {
  await create(api, '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  const specs = objects.filter(({ kind }) => kind === 'Pod').map(({ value }) => objectAt(value, 'spec'));
  const named = (field: string): readonly string[] => [
    ...new Set(specs.map((spec) => stringAt(spec, field)).filter((name) => name !== '')),
  ];
  for (const name of new Set(['default', ...named('serviceAccountName'), ...named('serviceAccount')])) {
    await create(api, `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, { metadata: { name } });
  }
  for (const name of named('priorityClassName')) {
    if (name.startsWith('system-')) continue;
    await create(api, '/apis/scheduling.k8s.io/v1/priorityclasses', { metadata: { name }, value: 1 });
  }
  for (const name of named('runtimeClassName')) {
    await create(api, '/apis/node.k8s.io/v1/runtimeclasses', { metadata: { name }, handler: 'any' });
  }
}

/** The controllers may have been quicker; a name that no server takes shows when its pod is refused. */
async function create(api: Api, path: string, body: JsonObject): Promise<void> {
  await until(
    () => api.create(path, body),
    ({ status }) => [201, 409, 422].includes(status),
    10_000,
  );
}
