import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  followConfiguration,
  readConfiguration,
  type Configuration,
  type ReloadOutcome,
} from '../../../webhook/configuration.ts';
import { createMetrics } from '../../../webhook/metrics.ts';
import { tellReload } from '../../../webhook/reload.ts';

let folder = '';
let stop = (): void => undefined;
let version = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-config-'));
  version = 0;
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

const webhookFile = (more = ''): string => `apiVersion: quotafit.dev/v1
kind: WebhookConfig
tls: { mode: files, certFile: tls.crt, keyFile: tls.key }
policy: ${join(folder, 'quotafit.yaml')}
${more}
`;
const policyFile = (more = ''): string => `apiVersion: quotafit.dev/v1\nkind: Config\n${more}\n`;

/** Writes files as the kubelet mounts a ConfigMap: a `..data` link swapped to a new folder. */
function mount(files: Readonly<Record<string, string>>): void {
  version += 1;
  const own = join(folder, `..v${version}`);
  mkdirSync(own);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(own, name), text);
    if (version === 1) symlinkSync(join('..data', name), join(folder, name));
  }
  symlinkSync(`..v${version}`, join(folder, '..next'));
  renameSync(join(folder, '..next'), join(folder, '..data'));
}

/** Follows what is mounted; no poll helps, unless it is said to. */
async function follow(apply: (next: Configuration) => Promise<void> = () => Promise.resolve(), pollMs = 60_000) {
  const path = join(folder, 'webhook.yaml');
  const outcomes: ReloadOutcome[] = [];
  const applied = vi.fn<typeof apply>(apply);
  const onError = vi.fn<(error: unknown) => void>();
  stop = followConfiguration(
    path,
    await readConfiguration(path),
    { pollMs, settleMs: 5 },
    {
      apply: applied,
      onOutcome: (outcome) => outcomes.push(outcome),
      onError,
    },
  );
  return { applied, outcomes, onError };
}

describe('followConfiguration', () => {
  it('hands over what a swapped ConfigMap says, once', async () => {
    mount({ 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile() });
    const { applied, outcomes } = await follow();
    mount({ 'webhook.yaml': webhookFile('mode: deny'), 'quotafit.yaml': policyFile() });
    await vi.waitFor(() => expect(outcomes).toEqual([{ kind: 'applied', waiting: [] }]));
    expect(applied.mock.calls.map(([{ file }]) => file.mode)).toEqual(['deny']);
  });

  it("sees the organisation's file too", async () => {
    mount({ 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile() });
    const { applied, outcomes } = await follow();
    const rules = 'rules: { images/tag-required: { level: "off" } }';
    mount({ 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile(rules) });
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(applied.mock.calls[0]?.[0].organisation.rules).toEqual({ 'images/tag-required': { level: 'off' } });
  });

  it('refuses a broken file by its place, says so once, and says when it is mended', async () => {
    const good = { 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile() };
    mount(good);
    const { applied, outcomes } = await follow();
    mount({ ...good, 'webhook.yaml': webhookFile('moode: deny') });
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(outcomes[0]).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(outcomes[0])).toContain('webhook.yaml:5:1: unknown key \\"moode\\"');
    mount(good);
    await vi.waitFor(() => expect(outcomes[1]).toEqual({ kind: 'restored' }));
    expect(applied).not.toHaveBeenCalled();
  });

  it('keeps the one of before when the next cannot be used, and takes the one after', async () => {
    mount({ 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile() });
    const { outcomes } = await follow(({ file }) =>
      file.mode === 'warn' ? Promise.reject(new Error('no such rule')) : Promise.resolve(),
    );
    mount({ 'webhook.yaml': webhookFile('mode: warn'), 'quotafit.yaml': policyFile() });
    await vi.waitFor(() => expect(outcomes).toEqual([{ kind: 'refused', problem: 'no such rule' }]));
    mount({ 'webhook.yaml': webhookFile('mode: deny'), 'quotafit.yaml': policyFile() });
    await vi.waitFor(() => expect(outcomes[1]).toEqual({ kind: 'applied', waiting: [] }));
  });

  it('names what waits for the next start', async () => {
    mount({ 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile() });
    const { outcomes } = await follow();
    const kinds = 'kinds: [{ group: example.com, kind: Widget, templates: [{ template: /spec/template }] }]';
    mount({ 'webhook.yaml': webhookFile('listen: { port: 9443 }'), 'quotafit.yaml': policyFile(kinds) });
    await vi.waitFor(() => expect(outcomes).toEqual([{ kind: 'applied', waiting: ['listen', 'policy: kinds'] }]));
  });

  it('sees in time what stands in folders that nobody watches', async () => {
    const elsewhere = join(folder, 'base');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'quotafit.yaml'), policyFile('waiverAnnotations: true'));
    mount({ 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile('extends: ./base/quotafit.yaml') });
    const { applied, outcomes } = await follow(() => Promise.resolve(), 20);
    writeFileSync(join(elsewhere, 'quotafit.yaml'), policyFile('waiverAnnotations: false'));
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(applied.mock.calls[0]?.[0].organisation.waiverAnnotations).toBe(false);
  });

  it('sees new rules behind the same path', async () => {
    const bundle = readFileSync(join(import.meta.dirname, '../../fixtures/own-rules.tar.gz'));
    const rules = join(folder, 'rules.tar.gz');
    writeFileSync(rules, bundle);
    const files = { 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile(`policies: [${rules}]`) };
    mount(files);
    const { applied, outcomes } = await follow();
    writeFileSync(rules, Buffer.concat([bundle, Buffer.from(' ')]));
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect([...(applied.mock.calls[0]?.[0].policies.keys() ?? [])]).toEqual([rules]);
  });

  it('goes on without a folder that cannot be watched', async () => {
    mount({ 'webhook.yaml': webhookFile(), 'quotafit.yaml': policyFile('policies: [/nowhere/at/all/rules.tar.gz]') });
    const { onError } = await follow();
    expect(onError).toHaveBeenCalledOnce();
  });
});

describe('tellReload', () => {
  it.each<[string, ReloadOutcome, number]>([
    ['applied', { kind: 'applied', waiting: ['tls'] }, 1],
    ['refused', { kind: 'refused', problem: 'webhook.yaml:5:1: unknown key' }, 0],
    ['restored', { kind: 'restored' }, 1],
  ])('counts what was %s, and says whether the files hold', async (result, outcome, good) => {
    const metrics = createMetrics();
    const lines: unknown[] = [];
    const write = (...line: readonly unknown[]): void => void lines.push(...line);
    tellReload({ info: write, warn: write, error: write }, metrics, outcome);
    const text = await metrics.registry.metrics();
    expect(text).toContain(`quotafit_config_reload_total{result="${result}"} 1`);
    expect(text).toContain(`quotafit_config_last_reload_successful ${good}`);
    const told = JSON.stringify(lines);
    expect(told).toContain({ applied: 'tls', refused: 'webhook.yaml:5:1', restored: 'again' }[outcome.kind]);
  });
});
