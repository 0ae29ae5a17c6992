import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFiles } from '../../../src/cli/write-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string) => ({ name, path: join(folder, name), text });
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('writing reports to files', () => {
  it('leaves the files with their texts and nothing beside them', () => {
    writeFileSync(join(folder, 'a.json'), 'old, and longer than the new text');
    writeFiles([file('a.json', 'new'), file('b.json', '')]);
    expect([read('a.json'), read('b.json')]).toEqual(['new', '']);
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'b.json']);
  });

  it.each([
    ['a folder that does not exist', 'missing/b.json'],
    ['a folder instead of a file', 'folder'],
  ])('changes no file at all when one of them is %s', (_, name) => {
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'a.json'), 'old');
    expect(() => writeFiles([file('a.json', 'new'), file(name, 'text')])).toThrow(
      expect.objectContaining({ code: 'QF_OUTPUT', message: expect.stringContaining(name) as string }) as Error,
    );
    expect(read('a.json')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'folder']);
  });

  it('keeps the mode of a file and follows a link to it', () => {
    writeFileSync(join(folder, 'real.json'), 'old');
    chmodSync(join(folder, 'real.json'), 0o640);
    symlinkSync('real.json', join(folder, 'link.json'));
    writeFiles([file('link.json', 'new')]);
    expect(read('real.json')).toBe('new');
    expect(statSync(join(folder, 'real.json')).mode & 0o777).toBe(0o640);
  });

  it('writes straight to what is no regular file', () => {
    expect(() => writeFiles([{ name: '/dev/null', path: '/dev/null', text: 'text' }])).not.toThrow();
  });
});
