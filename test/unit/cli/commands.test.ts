import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalog } from '../../../src/built-in-rules.ts';
import { main } from '../../../src/cli/main.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { createIo } from '../../helpers/io.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-commands-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(
  ...args: string[]
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const { io, written } = createIo({ cwd: folder });
  return { status: await main(args, io), ...written };
}

describe('rules and explain', () => {
  const { rules } = readCatalog();

  it('list every rule', async () => {
    const { stdout } = await run('rules');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(rules.map(({ id }) => id));
    expect(JSON.parse((await run('rules', '--output', 'json')).stdout)).toEqual(rules);
  });

  it.each(rules.map(({ id }) => id))('tell what %s finds and how it is set', async (id) => {
    const { status, stdout } = await run('explain', id);
    expect(status).toBe(0);
    expect(stdout).toContain(`${id}: `);
    expect(stdout).toContain('In quotafit.yaml:');
  });
});

describe('a release of Kubernetes', () => {
  it.each([
    ['1.33', 'is judged like 1.34'],
    ['1.38', 'is judged like 1.37'],
  ])('%s, whose differences nobody knows, %s', async (version, words) => {
    const { stderr } = await run('check', '.', '--kubernetes-version', version);
    expect(stderr).toContain(`quotafit: Kubernetes ${version} ${words}: what differs is known for 1.34 to 1.37\n`);
  });

  it.each(['1.34', '1.37'])('%s needs no word', async (version) => {
    const { stderr } = await run('check', '.', '--kubernetes-version', version);
    expect(stderr).not.toContain('is judged like');
  });
});

describe('tests of rules', () => {
  it('cannot pass where there are none', async () => {
    expect(await run('policy', 'test', '.')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is no test in it: write one, my_rule_test.rego') as string,
    });
  });
});

describe('init', () => {
  it('writes a config that is valid, and never over one', async () => {
    expect(await run('init')).toMatchObject({ status: 0, stdout: '' });
    await expect(loadConfig('quotafit.yaml', folder)).resolves.toMatchObject({ failOn: 'error' });
    const before = readFileSync(join(folder, 'quotafit.yaml'), 'utf8');
    const again = await run('init');
    expect([again.status, again.stderr]).toEqual([
      2,
      'quotafit: cannot write quotafit.yaml: it exists already [QF_OUTPUT]\n',
    ]);
    expect(readFileSync(join(folder, 'quotafit.yaml'), 'utf8')).toBe(before);
  });
});

const complete = async (...words: string[]): Promise<readonly string[]> => {
  const { stdout } = await run('completion', 'bash');
  const list = words.map((word) => `'${word}'`).join(' ');
  const script = `${stdout}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _quotafit; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
};

describe('completion', () => {
  it('knows in bash the commands, their flags and the values of flags', async () => {
    expect(await complete('quotafit', 'ch')).toEqual(['check']);
    expect(await complete('quotafit', 'policy', '')).toEqual(expect.arrayContaining(['build', 'test']));
    expect(await complete('quotafit', 'check', '--fail')).toEqual(['--fail-on']);
    expect(await complete('quotafit', 'check', '--fail-on', '')).toEqual(['error', 'warning', 'never']);
    expect(await complete('quotafit', 'completion', 'z')).toEqual(['zsh']);
  });

  it.each(['zsh', 'fish'])('names every command in %s', async (shell) => {
    const { stdout } = await run('completion', shell);
    for (const word of ['check', 'explain', 'policy', 'fail-on']) expect(stdout).toContain(word);
  });
});

describe('help', () => {
  it('is an answer, not an error', async () => {
    expect(await run('--help')).toMatchObject({ status: 0, stderr: '' });
    expect((await run('check', '--help')).stdout).toContain('--org-config');
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });
});
