import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTreeInputs } from '../../../src/cli/tree-inputs.ts';
import { listInputs } from '../../../src/cli/inputs.ts';
import { listRenames, listTree, openRepository, readBlobs, resolveCommit } from '../../../src/git/git.ts';
import { createRepository, type TestRepository } from '../../helpers/git-repository.ts';

let repository: TestRepository;
let first = '';
const body = Array.from({ length: 20 }, (_, line) => `line: ${line}\n`).join('');

beforeAll(() => {
  repository = createRepository();
  repository.write({
    'a.yaml': 'a: 1\n',
    'deploy/web.yaml': body,
    'deploy/deep/x.yml': 'x: 1\n',
    'deploy/node_modules/other.yaml': 'o: 1\n',
    'deploy/readme.md': '# no manifest\n',
    'tab\tand "quote" ü.json': '{}',
    'empty.yaml': '',
  });
  symlinkSync('../a.yaml', join(repository.folder, 'deploy/link.yaml'));
  symlinkSync('nowhere.yaml', join(repository.folder, 'deploy/dangling.yaml'));
  first = repository.commit('first');
});
afterAll(() => repository.remove());

describe('a commit', () => {
  it('gives back every file, whatever its name, and links as what they lead to', async () => {
    const files = await listTree({ root: repository.folder }, first);
    const blobs = await readBlobs({ root: repository.folder }, [...files.values()]);
    const texts = Object.fromEntries([...files].map(([path, blob]) => [path, blobs.get(blob)?.toString('utf8')]));
    expect(texts).toEqual({
      'a.yaml': 'a: 1\n',
      'deploy/deep/x.yml': 'x: 1\n',
      'deploy/link.yaml': 'a: 1\n',
      'deploy/node_modules/other.yaml': 'o: 1\n',
      'deploy/readme.md': '# no manifest\n',
      'deploy/web.yaml': body,
      'empty.yaml': '',
      'tab\tand "quote" ü.json': '{}',
    });
  });

  it.each([
    ['the folder itself', ['.']],
    ['a folder', ['deploy']],
    ['a folder with a slash and a dot', ['./deploy/']],
    ['a file that is no manifest by its name', ['deploy/readme.md']],
    ['a glob', ['deploy/**/*.yml']],
    ['a glob over everything', ['**']],
    ['a file twice', ['a.yaml', './a.yaml']],
    ['a file that is a link', ['deploy/link.yaml']],
  ])('lists the inputs that the work tree lists for %s', async (_, paths) => {
    const files = await listTree({ root: repository.folder }, first);
    const place = { cwd: repository.folder, root: repository.folder };
    const expected = listInputs(paths, repository.folder).inputs.filter(({ name }) => !name.endsWith('dangling.yaml'));
    const found = listTreeInputs(paths, place, [...files.keys()]).map(({ name, path }) => ({ name, path }));
    expect(found.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      [...expected].sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  });

  it('lists inputs from a folder below the top with names relative to it', async () => {
    const files = await listTree({ root: repository.folder }, first);
    const cwd = join(repository.folder, 'deploy');
    const found = listTreeInputs(['deep', '../a.yaml', 'missing.yaml'], { cwd, root: repository.folder }, [
      ...files.keys(),
    ]);
    expect(found.map(({ name, path }) => [name, path])).toEqual([
      ['deep/x.yml', join(cwd, 'deep/x.yml')],
      ['../a.yaml', join(repository.folder, 'a.yaml')],
    ]);
  });

  it('knows what was renamed since, by the name of now', async () => {
    repository.git('mv', 'deploy/web.yaml', 'moved.yaml');
    repository.write({ 'moved.yaml': `${body}more: true\n` });
    expect(await listRenames({ root: repository.folder }, first)).toEqual(new Map([['moved.yaml', 'deploy/web.yaml']]));
    repository.git('reset', '--quiet', '--hard', first);
  });
});

describe('what cannot be compared', () => {
  it('is told when the folder is in no repository', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quotafit-'));
    await expect(openRepository(folder)).rejects.toThrow(/is in no git repository/u);
    rmSync(folder, { recursive: true });
  });

  it('is told when git is not installed', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '';
    try {
      await expect(openRepository(repository.folder)).rejects.toThrow(/git is not installed/u);
    } finally {
      process.env['PATH'] = path;
    }
  });

  it.each(['no-such-branch', '--upload-pack=x', 'HEAD~99', ''])('is told when the revision is %j', async (ref) => {
    await expect(resolveCommit({ root: repository.folder }, ref)).rejects.toMatchObject({
      code: 'QF_UNKNOWN_REF',
      message: expect.stringContaining('no such commit') as string,
    });
  });

  it('is told with the way out when the clone is shallow', async () => {
    repository.commit('second');
    const clone = mkdtempSync(join(tmpdir(), 'quotafit-'));
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${repository.folder}`, clone], { stdio: 'pipe' });
    const message = expect.stringContaining('git fetch --unshallow') as string;
    await expect(resolveCommit({ root: clone }, 'HEAD~1')).rejects.toMatchObject({ code: 'QF_UNKNOWN_REF', message });
    rmSync(clone, { recursive: true });
  });
});
