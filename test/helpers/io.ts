import type { Io } from '../../src/cli/io.ts';

export interface TestIo {
  readonly io: Io;
  /** What was written so far. */
  readonly written: { stdout: string; stderr: string };
}

export interface TestIoOptions {
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: Io['env'];
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly now?: string;
}

/** A process of which a test sees everything. */
export function createIo(options: TestIoOptions = {}): TestIo {
  const { stdin = '', cwd = '/', env = {}, isTerminal = false, columns = 100, now = '2026-06-01T12:00:00Z' } = options;
  const written = { stdout: '', stderr: '' };
  const output = (stream: 'stderr' | 'stdout'): Io['stdout'] => ({
    isTerminal,
    columns,
    write: (text) => {
      written[stream] += text;
    },
  });
  async function* readStdin(): AsyncGenerator<Uint8Array> {
    if (stdin !== '') yield Buffer.from(stdin);
  }
  const io: Io = {
    stdin: { [Symbol.asyncIterator]: readStdin },
    stdout: output('stdout'),
    stderr: output('stderr'),
    cwd,
    env,
    now: () => new Date(now),
  };
  return { io, written };
}
