import { describe, expect, it, vi } from 'vitest';
import { shareNext } from '../../../webhook/share-next.ts';

function start(rest = () => Promise.resolve()) {
  const reads: { readonly key: string; readonly finish: (value: string) => void; readonly fail: () => void }[] = [];
  const read = shareNext(
    (key) =>
      new Promise<string>((resolve, reject) => {
        reads.push({ key, finish: resolve, fail: () => reject(new Error('gone')) });
      }),
    rest,
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
    await vi.waitFor(() => expect(reads).toHaveLength(2));
    reads[1]?.finish('new');
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
  });

  it('rests before it reads again, and gives that read to whoever asks in the meantime', async () => {
    const rests: (() => void)[] = [];
    const { read, reads } = start(() => new Promise((resolve) => rests.push(resolve)));
    const [first, second] = [read('a'), read('a')];
    reads[0]?.finish('old');
    expect(await first).toBe('old');
    const third = read('a');
    expect([reads.length, rests.length]).toEqual([1, 1]);
    rests[0]?.();
    await vi.waitFor(() => expect(reads).toHaveLength(2));
    reads[1]?.finish('new');
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
  });

  it('reads again after a failure, and begins at once when nobody reads', async () => {
    const { read, reads } = start();
    const [first, second] = [read('a'), read('a')];
    reads[0]?.fail();
    await expect(first).rejects.toThrow('gone');
    await vi.waitFor(() => expect(reads).toHaveLength(2));
    reads[1]?.finish('new');
    expect(await second).toBe('new');
    const other = read('b');
    expect(reads.map(({ key }) => key)).toEqual(['a', 'a', 'b']);
    reads[2]?.finish('b');
    expect(await other).toBe('b');
  });
});
