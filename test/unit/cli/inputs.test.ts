import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listInputs, readInput } from '../../../src/cli/inputs.ts';
import { MAX_FILE_BYTES } from '../../../src/manifest/capacity.ts';
import { createIo } from '../../helpers/io.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-inputs-'));
  const write = (path: string, text = 'a: 1\n'): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const path of ['b.yaml', 'a/z.yml', 'a/k.json', 'a/readme.md', '.tekton/run.yaml', '.git/config.yaml'])
    write(path);
  write('node_modules/x/y.yaml');
  mkdirSync(join(folder, 'links'));
  symlinkSync('..', join(folder, 'links', 'up'));
  symlinkSync('../a', join(folder, 'links', 'folder.yaml'));
  symlinkSync('../b.yaml', join(folder, 'links', 'file.yaml'));
  symlinkSync('missing.yaml', join(folder, 'links', 'broken.yaml'));
  symlinkSync('circle.yaml', join(folder, 'links', 'circle.yaml'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const namesOf = (...paths: string[]): readonly string[] => listInputs(paths, folder).inputs.map(({ name }) => name);

describe('listInputs', () => {
  it('takes YAML and JSON of a folder in the order of their names, hidden folders too, and leaves out what is not ours', () => {
    expect(namesOf('.').filter((name) => !name.startsWith('links/'))).toEqual([
      '.tekton/run.yaml',
      'a/k.json',
      'a/z.yml',
      'b.yaml',
    ]);
  });

  it('takes a named file whatever it is called', () => {
    expect(namesOf('a/readme.md')).toEqual(['a/readme.md']);
  });

  it('follows links to files and never links to folders', () => {
    expect(namesOf('links')).toEqual(['links/broken.yaml', 'links/circle.yaml', 'links/file.yaml']);
  });

  it('names a file once, by the shortest of its names, in whatever order they come', () => {
    expect(namesOf('./b.yaml', join(folder, 'b.yaml'), 'a/../b.yaml')).toEqual(['b.yaml']);
    expect(namesOf(join(folder, 'b.yaml'), './b.yaml')).toEqual(['b.yaml']);
  });

  it.each([
    ['a/*.yml', ['a/z.yml']],
    ['**/*.json', ['a/k.json']],
    ['./**/*.{yml,json}', ['a/k.json', 'a/z.yml']],
    ['[ab]/k.*', ['a/k.json']],
  ])('expands the glob %s', (glob, names) => {
    expect(namesOf(glob)).toEqual(names);
  });

  it('prints absolute paths as they are given', () => {
    expect(namesOf(join(folder, 'a'))).toEqual([`${folder}/a/k.json`, `${folder}/a/z.yml`]);
  });

  it.each([
    ['missing.yaml', 'there is no file or folder missing.yaml'],
    ['missing/', 'there is no file or folder missing/'],
    ['*.nothing', 'no YAML or JSON file matches *.nothing'],
    ['b.yaml/inside.yaml', 'there is no file or folder b.yaml/inside.yaml'],
  ])('refuses %s, which names nothing', (path, problem) => {
    expect(() => namesOf('b.yaml', path)).toThrow(problem);
  });

  it.skipIf(process.getuid?.() === 0)('tells of a folder that may not be listed, and goes on', () => {
    mkdirSync(join(folder, 'secret'));
    chmodSync(join(folder, 'secret'), 0);
    const { inputs, diagnostics } = listInputs(['secret', 'b.yaml'], folder);
    expect(inputs.map(({ name }) => name)).toEqual(['b.yaml']);
    expect(diagnostics).toMatchObject([{ level: 'error', file: 'secret' }]);
  });
});

const read = async (path: string): Promise<unknown> => {
  const result = await readInput({ name: path, path: join(folder, path) }, createIo().io);
  return result instanceof Uint8Array ? new TextDecoder().decode(result) : result;
};
const diagnostic = (file: string, message: unknown): object => ({
  level: 'error',
  file,
  line: 1,
  column: 1,
  message,
});

describe('readInput', () => {
  it('gives the bytes of a file and of standard input', async () => {
    expect(await read('b.yaml')).toBe('a: 1\n');
    const { io } = createIo({ stdin: 'b: 2\n' });
    expect(await readInput({ name: '<stdin>', path: null }, io)).toEqual(Buffer.from('b: 2\n'));
  });

  it('never waits for a named pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    expect(await read('pipe.yaml')).toEqual(diagnostic('pipe.yaml', expect.stringContaining('standard input')));
    rmSync(join(folder, 'pipe.yaml'));
  });

  it('does not read what is larger than any manifest', async () => {
    writeFileSync(join(folder, 'huge.yaml'), '');
    truncateSync(join(folder, 'huge.yaml'), MAX_FILE_BYTES + 1);
    expect(await read('huge.yaml')).toEqual(diagnostic('huge.yaml', expect.stringContaining('64 MiB')));
    rmSync(join(folder, 'huge.yaml'));
  });

  it.each(['links/broken.yaml', 'links/circle.yaml'])('says why %s cannot be read', async (path) => {
    expect(await read(path)).toEqual(diagnostic(path, expect.stringContaining('cannot be read')));
  });
});
