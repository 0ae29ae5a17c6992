import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { main } from '../../../src/cli/main.ts';
import { createIo } from '../../helpers/io.ts';
import { projectRoot } from '../../helpers/package-copy.ts';

const images = join(projectRoot, 'webhook/deploy/images');
const scratch = mkdtempSync(join(tmpdir(), 'quotafit-images-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const config = join(scratch, 'quotafit.yaml');
writeFileSync(
  config,
  `apiVersion: quotafit.dev/v1
kind: Config
failOn: warning
rules:
  '*': error
  images/approved-base: { params: { images: [registry.example.com/operations] } }
`,
);

async function check(file: string): Promise<readonly [number, string]> {
  const { io, written } = createIo({ cwd: projectRoot });
  return [await main(['check', file, '--config', config, '--quiet'], io), written.stdout + written.stderr];
}

describe('the image of the webhook', () => {
  it('stands on operations’ base, and passes every rule of ours', async () => {
    expect(await check(join(images, 'webhook/Dockerfile'))).toEqual([0, '']);
  });

  it('takes all folders of the package that the programs read, and none that is not there', () => {
    const text = readFileSync(join(images, 'webhook/Dockerfile'), 'utf8');
    const copied = [...text.matchAll(/^COPY (.+) \S+$/gmu)].flatMap(([, sources = '']) => sources.split(' '));
    const read = packageJson.files.filter((path) => !/^!|^lib$|^policies\/(?:lib|main|schemas)$/u.test(path));
    expect(copied.toSorted()).toEqual([...read, 'LICENSE', 'package.json'].toSorted());
  });
});

describe('operations’ base', () => {
  it('breaks no rule but that it is the base itself', async () => {
    const [status, told] = await check(join(images, 'base/Dockerfile'));
    const lines = told.trim().split('\n');
    expect([status, lines.map((line) => /\[(.+)\]$/u.exec(line)?.[1])]).toEqual([1, ['images/approved-base']]);
  });
});
