import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringAt } from '../../src/manifest/fields.ts';
import { buildBinaries } from '../conformance/binaries.ts';
import { startControlPlane, type ControlPlane } from '../conformance/control-plane.ts';
import { eventually } from './commands.ts';
import { KUBERNETES, whatIsMissing } from './needs.ts';
import { findPort, install, kubectlFor, startWebhook, type WebhookProcess } from './webhook-process.ts';

const missing = await whatIsMissing();
if (missing !== null) console.log(`skipped: ${missing}`);

const bundle = join(import.meta.dirname, '../fixtures/own-rules.tar.gz');
const policyFile = (rules: string): string =>
  `apiVersion: quotafit.dev/v1\nkind: Config\npolicies: [${bundle}]\nrules: { ${rules} }\n`;
const onlyTags = "'*': 'off', images/tag-required: error";

/** A pod whose image has no tag. */
const review = {
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: { group: '', version: 'v1', resource: 'pods' },
  operation: 'CREATE',
  namespace: 'default',
  name: 'web',
  userInfo: { username: 'alice', groups: [] },
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'app', image: 'registry.example.com/app' }] },
  },
};

describe.skipIf(missing !== null)('the configuration of a webhook that runs', () => {
  let plane: ControlPlane;
  let webhook: WebhookProcess;

  beforeAll(async () => {
    const build = await buildBinaries(KUBERNETES, console.log);
    if (build.kind !== 'ready') throw new Error(build.reason);
    plane = await startControlPlane({ binaries: build.binaries });
    const kubectl = kubectlFor(plane);
    const port = await findPort();
    await install(kubectl, port);
    await writeFile(join(plane.folder, 'quotafit.yaml'), policyFile(onlyTags));
    const config = `mode: warn\npolicy: ${join(plane.folder, 'quotafit.yaml')}`;
    webhook = await startWebhook(plane, kubectl, { port, name: 'reload', config });
    await webhook.untilReady();
  });

  afterAll(async () => {
    webhook?.signal('SIGTERM');
    await webhook?.ended;
    await plane?.stop();
  });

  const write = async (name: string, text: string): Promise<void> => {
    const file = join(plane.folder, name);
    await writeFile(`${file}.next`, text);
    await rename(`${file}.next`, file);
  };
  const metric = async (name: string): Promise<string> => {
    const { body } = await webhook.get('/metrics');
    return body.split('\n').find((line) => line.startsWith(`${name} `)) ?? '';
  };

  it('changes without an unanswered review; a broken one is refused; a rule that loops costs its deadline', async () => {
    const over = new AbortController();
    let answers = 0;
    const load = (async () => {
      while (!over.signal.aborted) {
        const answer = await webhook.review(review);
        if (typeof answer['allowed'] !== 'boolean') throw new Error(JSON.stringify(answer));
        answers += 1;
        await sleep(5);
      }
    })();
    expect(await webhook.review(review)).toMatchObject({ allowed: true });

    const good = await readFile(join(plane.folder, 'reload.yaml'), 'utf8');
    await write('reload.yaml', good.replace('mode: warn', 'mode: deny'));
    await eventually(
      () => webhook.review(review),
      ({ allowed }) => allowed === false,
    );

    await write('reload.yaml', good.replace('mode: warn', 'moode: warn'));
    await eventually(
      () => metric('quotafit_config_last_reload_successful'),
      (line) => line.endsWith(' 0'),
    );
    // What it writes comes by a pipe, and may come later than an answer.
    await eventually(
      () => Promise.resolve(webhook.log()),
      (log) => /reload\.yaml:\d+:1: unknown key \\"moode\\"/u.test(log),
    );
    expect(await webhook.review(review)).toMatchObject({ allowed: false });

    await write('reload.yaml', good);
    await eventually(
      () => webhook.review(review),
      ({ allowed }) => allowed === true,
    );
    expect(await metric('quotafit_config_last_reload_successful')).toMatch(/ 1$/u);

    await write('quotafit.yaml', policyFile(`${onlyTags}, custom/loops: error`));
    const warned = await eventually(
      () => webhook.review(review),
      ({ warnings }) => JSON.stringify(warnings).includes('custom/loops'),
    );
    expect(JSON.stringify(warned['warnings'])).toContain('images/tag-required');
    expect((await webhook.get('/metrics')).body).toMatch(
      /quotafit_own_rule_failures_total\{rule="custom\/loops"\} \d/u,
    );

    over.abort();
    await load;
    expect(answers).toBeGreaterThan(10);
    expect(stringAt(await webhook.review(review), 'uid')).toBe('e2e');
  });
});
