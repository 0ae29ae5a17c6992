import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const LINES = 20_000;

it('nobody waits for who reads the log, and who reads on loses no line', { timeout: 30_000 }, async () => {
  const module = pathToFileURL(join(import.meta.dirname, '../../../webhook/log-stream.ts')).href;
  const program = `
    import { openLogStream } from ${JSON.stringify(module)};
    const stream = openLogStream();
    for (let line = 0; line < ${LINES}; line += 1) stream.write('x'.repeat(99) + '\\n');
    process.stderr.write('written');
    setTimeout(() => process.stderr.end(' and alive'), 500);
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A pipe holds 64 KiB, and nobody reads it until the program is through.
  expect(await text(child.stderr)).toBe('written and alive');
  const [lines] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(lines.split('\n')).toHaveLength(LINES + 1);
});
