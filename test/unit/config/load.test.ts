import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findConfig, loadConfig, profileNames } from '../../../src/config/load.ts';
import { packageFile } from '../../../src/package-files.ts';

const head = 'apiVersion: quotafit.dev/v1\nkind: Config\n';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function problemsOf(text: string): Promise<string> {
  write({ 'quotafit.yaml': text });
  const failure: unknown = await loadConfig('quotafit.yaml', folder).catch((error: unknown) => error);
  return failure instanceof Error ? failure.message : 'no problem';
}

describe('findConfig', () => {
  it('finds the nearest config upwards', () => {
    write({ 'quotafit.yaml': head, 'a/quotafit.yml': head, 'a/b/c/x.yaml': '' });
    expect(findConfig(join(folder, 'a', 'b', 'c'))).toBe(join(folder, 'a', 'quotafit.yml'));
    expect(findConfig(folder)).toBe(join(folder, 'quotafit.yaml'));
  });
});

describe('loadConfig', () => {
  it('lays a file over what it extends: maps merge, lists replace', async () => {
    write({
      'base/quotafit.yaml': `${head}kubernetesVersion: '1.30'
rules:
  a/one: {level: warning, params: {list: [1, 2], map: {x: 1, z: 2}}}
  a/two: off
policies: [./own]
`,
      'quotafit.yaml': `${head}extends: ./base/quotafit.yaml
rules:
  a/one: {params: {list: [3], map: {z: 3}}}
  a/three: error
`,
    });
    const { rules, kubernetesVersion, policies } = await loadConfig('quotafit.yaml', folder);
    expect(rules).toEqual({
      'a/one': { level: 'warning', params: { list: [3], map: { x: 1, z: 3 } } },
      'a/two': { level: 'off' },
      'a/three': { level: 'error' },
    });
    expect(kubernetesVersion).toBe('1.30');
    expect(policies).toEqual([join(folder, 'base', 'own')]);
  });

  it('extends packages that are installed, and the later of several wins', async () => {
    write({
      'node_modules/@acme/quotafit-config/quotafit.yaml': `${head}namespace: acme\nfailOn: warning\n`,
      'node_modules/@acme/quotafit-config/strict.yaml': `${head}failOn: error\n`,
      'team/quotafit.yaml': `${head}extends: ['@acme/quotafit-config', '@acme/quotafit-config/strict.yaml']\n`,
    });
    const { namespace, failOn } = await loadConfig('team/quotafit.yaml', folder);
    expect([namespace, failOn]).toEqual(['acme', 'error']);
  });

  it('remembers where a waiver and a rule stand', async () => {
    write({
      'quotafit.yaml': `${head}rules:
  images/tag-required: off
waivers:
  - {rule: x/y, match: {name: web}, reason: r, owner: o, until: 2027-01-31}
`,
    });
    const { waivers, mentions } = await loadConfig('quotafit.yaml', folder);
    expect(waivers[0]).toMatchObject({
      until: '2027-01-31',
      place: { file: 'quotafit.yaml', line: 6, pointer: '/waivers/0' },
    });
    expect(mentions[0]).toMatchObject({ rule: 'images/tag-required', place: { line: 4, column: 3 } });
  });

  it.each([
    ['a key nearly right', `${head}ruels: {}\n`, 'quotafit.yaml:3:1: unknown key "ruels"; did you mean "rules"?'],
    [
      'a key of a rule nearly right',
      `${head}rules:\n  a/b: {levle: off}\n`,
      'quotafit.yaml:4:9: unknown key "levle"; did you mean "level"?',
    ],
    [
      'a key that is nothing known',
      `${head}overrides:\n  - match: {zzzzzzzz: a}\n    rules: {}\n`,
      'quotafit.yaml:4:13: unknown key "zzzzzzzz"; known are apiVersion, kind, name, namespace, path, labels',
    ],
    [
      'a level that there is not',
      `${head}rules:\n  a/b: fatal\n`,
      'quotafit.yaml:4:3: a/b: must be error or warning or off or a map',
    ],
    [
      'a threshold that there is not',
      `${head}failOn: info\n`,
      'quotafit.yaml:3:1: failOn: must be error or warning or never',
    ],
    [
      'a missing key',
      `${head}waivers:\n  - {rule: a/b, match: {name: x}, reason: r, until: 2027-01-01}\n`,
      'quotafit.yaml:4:5: the key "owner" is missing',
    ],
    ['another kind', 'apiVersion: quotafit.dev/v1\nkind: Konfig\n', 'quotafit.yaml:2:1: kind: must be Config'],
    [
      'a version as a number',
      `${head}kubernetesVersion: 1.37\n`,
      "quotafit.yaml:3:1: kubernetesVersion: must be a string (Minor version of the cluster: '1.37'.); put it in quotes",
    ],
    [
      'a date that there is not',
      `${head}waivers:\n  - {rule: a/b, match: {name: x}, reason: r, owner: o, until: 2027-02-30}\n`,
      '2027-02-30 is no date',
    ],
    [
      'a file that is not there',
      `${head}extends: ./missing.yaml\n`,
      'quotafit.yaml:3:1: there is no config or package ./missing.yaml',
    ],
    [
      'a profile that there is not',
      `${head}extends: [profile:start]\n`,
      'quotafit.yaml:3:11: there is no profile:start; profiles are startup, production, strict',
    ],
    ['an empty map', '{}\n', 'quotafit.yaml:1:1: the keys "apiVersion", "kind" are missing'],
    ['a list', '- a\n', 'quotafit.yaml:1:1: must be a map'],
    ['broken YAML', 'a: [\n', 'quotafit.yaml:2:1'],
    ['an empty file', '', 'quotafit.yaml:1:1: the file is empty'],
    ['two documents', `${head}---\n${head}`, 'a config is one document; this begins another'],
    ['a key that stands twice', `${head}failOn: error\nfailOn: never\n`, 'the key "failOn" stands twice'],
  ])('tells of %s, with its place', async (_, text, problem) => {
    expect(await problemsOf(text)).toContain(problem);
  });

  it('tells of every problem at once, in the order of the file', async () => {
    const message = await problemsOf(`${head}failOn: info\nruels: {}\nwaivers: 3\n`);
    expect(message.split('\n').map((line) => line.split(': ')[0])).toEqual([
      'the config is not valid',
      'quotafit.yaml:3:1',
      'quotafit.yaml:4:1',
      'quotafit.yaml:5:1',
    ]);
  });

  it.each(profileNames)('extends the profile %s, which ships with the package', async (profile) => {
    write({ 'quotafit.yaml': `${head}extends: profile:${profile}\nfailOn: never\n` });
    const { failOn, rules } = await loadConfig('quotafit.yaml', folder);
    const shipped = await loadConfig(packageFile(`profiles/${profile}.yaml`), folder);
    expect([failOn, rules]).toEqual(['never', shipped.rules]);
  });

  it('names the way round when a config extends itself', async () => {
    write({ 'a.yaml': `${head}extends: ./b.yaml\n`, 'b.yaml': `${head}extends: ./a.yaml\n` });
    await expect(loadConfig('a.yaml', folder)).rejects.toThrow('a.yaml extends itself: a.yaml -> b.yaml -> a.yaml');
  });

  it('tells that the file cannot be read', async () => {
    await expect(loadConfig('missing.yaml', folder)).rejects.toThrow('cannot read the config missing.yaml');
  });
});
