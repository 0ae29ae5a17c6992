import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCluster, type ConnectOptions } from '../../../src/cluster/connect.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-kubeconfig-'));
  vi.stubEnv('HOME', folder);
  vi.stubEnv('KUBECONFIG', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A kubeconfig whose context, cluster and user have one name. */
const kubeconfig = (name: string, server: string, context: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': name,
  contexts: [{ name, context: { cluster: name, user: name, ...context } }],
  clusters: [{ name, cluster: { server } }],
  users: [{ name, user: { token: 'secret' } }],
});

function write(name: string, content: JsonObject | string): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const open = (options: Omit<ConnectOptions, 'requestTimeoutMs'> = {}) =>
  openCluster({ requestTimeoutMs: 1000, ...options });

const stub = (...files: readonly string[]): void => void vi.stubEnv('KUBECONFIG', files.join(delimiter));

describe('several files in KUBECONFIG', () => {
  it('are read as kubectl reads them: the first current context holds', async () => {
    stub(
      write('a', kubeconfig('staging', 'https://staging', { namespace: 'shop' })),
      write('b', kubeconfig('production', 'https://production')),
    );
    expect(await open()).toMatchObject({ server: 'https://staging', namespace: 'shop' });
    expect(await open({ context: 'production' })).toMatchObject({ server: 'https://production', namespace: '' });
  });

  it('hold where flags are left empty', async () => {
    stub(write('a', kubeconfig('main', 'https://main')));
    expect(await open({ kubeconfig: '', context: '' })).toMatchObject({ server: 'https://main' });
  });

  it('may name the same thing twice; the first holds', async () => {
    stub(write('a', kubeconfig('main', 'https://first')), write('b', kubeconfig('main', 'https://second')));
    expect(await open()).toMatchObject({ server: 'https://first' });
  });

  it('may be missing', async () => {
    stub(join(folder, 'none'), write('b', kubeconfig('main', 'https://main')));
    expect(await open()).toMatchObject({ server: 'https://main' });
  });

  it('may leave the current context to a later one', async () => {
    stub(
      write('a', { ...kubeconfig('a', 'https://a'), 'current-context': '' }),
      write('b', kubeconfig('b', 'https://b')),
    );
    expect(await open()).toMatchObject({ server: 'https://b' });
  });

  it('that are all missing are named', async () => {
    stub(join(folder, 'x'), join(folder, 'y'));
    await expect(open()).rejects.toThrow(
      `there is no kubeconfig ${join(folder, 'x')}, ${join(folder, 'y')}, which KUBECONFIG names`,
    );
  });
});

describe('a kubeconfig', () => {
  it.each([
    ['nothing in it', '', 'cannot be read: it is no kubeconfig'],
    ['broken YAML', 'a: [b', /cannot be read: unexpected end of the stream within a flow collection \(\d+:\d+\)$/u],
    [
      'a cluster without server',
      { clusters: [{ name: 'a', cluster: {} }] },
      'cannot be read: clusters[0].cluster.server',
    ],
    ['no current context', { clusters: [] }, 'the kubeconfig has no current context'],
    [
      'a context of an unknown cluster',
      { ...kubeconfig('main', 'https://main'), clusters: [] },
      'of cluster main, which',
    ],
    ['a context of an unknown user', { ...kubeconfig('main', 'https://main'), users: [] }, 'of user main, which'],
    [
      'no URL for its server',
      kubeconfig('main', 'main'),
      'the server of cluster main in the kubeconfig is no URL: main',
    ],
  ])('with %s says so', async (_, content, message) => {
    await expect(open({ kubeconfig: write('config', content) })).rejects.toThrow(message);
  });

  it('that is not there is named', async () => {
    const file = join(folder, 'none');
    const message = `the kubeconfig ${file} cannot be read: there is no such file or folder`;
    await expect(open({ kubeconfig: file })).rejects.toThrow(message);
  });

  it('need not name a user, and may name plain HTTP as of kubectl proxy', async () => {
    const content = { ...kubeconfig('main', 'http://127.0.0.1:1', { user: '' }), users: [] };
    const { api } = await open({ kubeconfig: write('config', content) });
    await expect(api.get('/version')).rejects.toThrow('ECONNREFUSED');
  });
});
