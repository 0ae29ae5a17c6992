import { describe, expect, it } from 'vitest';
import { shareNext } from '../../../webhook/share-next.ts';

function start() {
  const reads: { readonly key: string; readonly finish: (value: string) => void; readonly fail: () => void }[] = [];
  const read = shareNext(
    (key) =>
      new Promise<string>((resolve, reject) => {
        reads.push({ key, finish: resolve, fail: () => reject(new Error('gone')) });
      }),
  );
  return { read, reads };
}

describe('shareNext', () => {
  it('gives those who ask during a read the one after it, all the same', async () => {
    const { read, reads } = start();
    const first = read('a');
    const [second, third] = [read('a'), read('a')];
    expect(reads).toHaveLength(1);
    reads[0]?.finish('old');
    expect(await first).toBe('old');
    await Promise.resolve();
    expect(reads).toHaveLength(2);
    reads[1]?.finish('new');
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
  });

  it('reads again after a failure, and begins at once when nobody reads', async () => {
    const { read, reads } = start();
    const [first, second] = [read('a'), read('a')];
    reads[0]?.fail();
    await expect(first).rejects.toThrow('gone');
    await Promise.resolve();
    reads[1]?.finish('new');
    expect(await second).toBe('new');
    const other = read('b');
    expect(reads.map(({ key }) => key)).toEqual(['a', 'a', 'b']);
    reads[2]?.finish('b');
    expect(await other).toBe('b');
  });
});
