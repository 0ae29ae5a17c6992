import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExecLogin, findCommand, LoginError } from '../../../src/cluster/exec-login.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { stringAt } from '../../../src/manifest/fields.ts';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'quotafit-login-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** A login by a script of Node.js. */
const exec = (script: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'client.authentication.k8s.io/v1',
  command: process.execPath,
  args: ['-e', script],
  interactiveMode: 'Never',
  ...more,
});

const login = (what: JsonObject) => createExecLogin(what, { name: 'dev' });

const printing = (status: string): string =>
  `console.log(JSON.stringify({ kind: 'ExecCredential', status: ${status} }))`;

/** Writes down that it ran. */
const counting = (file: string, status: string): string =>
  `require('fs').appendFileSync(${JSON.stringify(file)}, 'x'); ${printing(status)}`;

describe('a command that logs in', () => {
  it('gives a token, knows what it was asked, and has the environment that the kubeconfig names', async () => {
    const script = printing('{ token: process.env.WHO + JSON.parse(process.env.KUBERNETES_EXEC_INFO).apiVersion }');
    const credential = await login(exec(script, { env: [{ name: 'WHO', value: 'me@' }] }))();
    expect(credential).toMatchObject({ token: 'me@client.authentication.k8s.io/v1', certificate: '' });
  });

  it('gives a certificate', async () => {
    const credential = await login(exec(printing("{ clientCertificateData: 'C', clientKeyData: 'K' }")))();
    expect(credential).toMatchObject({ token: '', certificate: 'C', key: 'K' });
  });

  it.each([
    ['names no end', "{ token: 't' }", 1],
    ['ends later', "{ token: 't', expirationTimestamp: '2999-01-01T00:00:00Z' }", 1],
    ['has ended', "{ token: 't', expirationTimestamp: '2001-01-01T00:00:00Z' }", 2],
  ])(
    'is asked once for many requests, and again for later ones only where its credential %s',
    async (name, status, times) => {
      const file = join(folder, name);
      const ask = login(exec(counting(file, status)));
      await Promise.all([ask(), ask(), ask()]);
      await ask();
      expect(readFileSync(file, 'utf8')).toHaveLength(times);
    },
  );

  it('that failed is asked again', async () => {
    const file = join(folder, 'failed');
    const ask = login(exec(`require('fs').appendFileSync(${JSON.stringify(file)}, 'x'); process.exit(1)`));
    await expect(ask()).rejects.toThrow('failed with status 1');
    await expect(ask()).rejects.toThrow('failed with status 1');
    expect(readFileSync(file, 'utf8')).toHaveLength(2);
  });

  it.each([
    [
      'is missing',
      { command: 'quotafit-no-such-command', installHint: 'Ask for it.\n' },
      'is not installed: Ask for it.',
    ],
    ['fails', exec('process.exit(3)'), 'failed with status 3'],
    ['prints something else', exec("console.log('hello')"), 'printed no ExecCredential'],
    ['prints nobody', exec(printing('{}')), 'printed no ExecCredential'],
  ])('that %s is told of with the user of the kubeconfig', async (_, what, problem) => {
    const failed = login(what)();
    await expect(failed).rejects.toBeInstanceOf(LoginError);
    await expect(failed).rejects.toThrow(
      `user dev of the kubeconfig logs in by the command ${stringAt(what, 'command')}, which ${problem}`,
    );
  });

  it('is found from the kubeconfig where it names a folder', () => {
    const commands = ['aws', './bin/login', '/usr/bin/login'].map((command) =>
      findCommand({ command }, '/home/me/config'),
    );
    expect(commands.map(({ command }) => command)).toEqual(['aws', '/home/me/bin/login', '/usr/bin/login']);
  });
});
