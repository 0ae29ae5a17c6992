import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyLayer } from '../../../src/config/layer.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { listWrongMentions } from '../../../src/config/mentions.ts';
import { createRuleResolver } from '../../../src/config/rules.ts';
import { main } from '../../../src/cli/main.ts';
import { createIo } from '../../helpers/io.ts';
import { catalog, root } from '../../rules/shipped-policy.ts';

const profiles = readdirSync(join(root, 'profiles')).map((file) => file.replace('.yaml', ''));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-profiles-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function resolve(profile: string): Promise<ReadonlyMap<string, string>> {
  const project = await loadConfig(join(root, `profiles/${profile}.yaml`), root);
  expect(listWrongMentions(project.mentions, catalog.rules)).toEqual([]);
  const { resolveRules } = createRuleResolver({ rules: catalog.rules, organisation: emptyLayer, project, flags: {} });
  const subject = { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'shop', labels: {}, path: null };
  return resolveRules(subject).levels;
}

it('there are three profiles', () => {
  expect(profiles).toEqual(['production', 'startup', 'strict']);
});

describe.each(profiles)('%s', (profile) => {
  it('is what init writes, and names only rules that there are', async () => {
    const { io } = createIo({ cwd: folder });
    expect(await main(['init', '--profile', profile], io)).toBe(0);
    const written = readFileSync(join(folder, 'quotafit.yaml'), 'utf8');
    expect(written).toBe(readFileSync(join(root, `profiles/${profile}.yaml`), 'utf8'));
    await resolve(profile);
  });

  it('can be built on', async () => {
    writeFileSync(
      join(folder, 'quotafit.yaml'),
      `apiVersion: quotafit.dev/v1\nkind: Config\nextends: ${join(root, 'profiles', `${profile}.yaml`)}\n`,
    );
    await expect(loadConfig('quotafit.yaml', folder)).resolves.toBeDefined();
  });
});

it('each profile is at least as strict as the one before', async () => {
  const weights: Readonly<Record<string, number>> = { off: 0, warning: 1, error: 2 };
  const [startup, production, strict] = [
    await resolve('startup'),
    await resolve('production'),
    await resolve('strict'),
  ];
  const weaker = catalog.rules.flatMap(({ id }) => {
    const [a = 0, b = 0, c = 0] = [startup, production, strict].map((levels) => weights[levels.get(id) ?? ''] ?? 0);
    return a <= b && b <= c ? [] : [id];
  });
  expect(weaker).toEqual([]);
  expect([...strict.values()].every((level) => level === 'error')).toBe(true);
});
