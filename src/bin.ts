#!/usr/bin/env node
import { isatty } from 'node:tty';
import { main } from './cli/main.ts';
import { createError, describeFileFault } from './errors.ts';
import type { Output, Progress } from './cli/io.ts';

/**
 * Node makes each of its streams when it is first asked for, which takes as long as judging a manifest: so nobody asks
 * before there is something to read or to write.
 */
function outputOf(descriptor: number, open: () => NodeJS.WriteStream): Output {
  return {
    get isTerminal() {
      return isatty(descriptor);
    },
    get columns() {
      return open().columns ?? 120;
    },
    write: (text) => {
      open().write(text);
    },
  };
}

function openStdout(): NodeJS.WriteStream {
  const { stdout } = process;
  if (stdout.listenerCount('error', endWriting) === 0) stdout.on('error', endWriting);
  return stdout;
}

/** A reader that closes the pipe early (`| head`) has what it wanted: not an error. A full disk is one. */
function endWriting(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  const { message, exit, code } = createError('QF_OUTPUT', { file: 'the output', problem: describeFileFault(error) });
  process.stderr.write(`quotafit: ${message} [${code}]\n`);
  process.exit(exit);
}

async function showProgress(total: number): Promise<Progress> {
  if (!isatty(2)) return { update: () => undefined, stop: () => undefined };
  const { startProgressBar } = await import('./cli/progress.ts');
  return startProgressBar(total);
}

async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), {
    get stdin() {
      return process.stdin;
    },
    stdout: outputOf(1, openStdout),
    stderr: outputOf(2, () => process.stderr),
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
    startProgress: showProgress,
    // Where nobody reads any more, nobody waits.
    untilInterrupted: () =>
      new Promise((resolve) => {
        process.once('SIGINT', resolve).once('SIGTERM', resolve);
        openStdout().once('error', resolve);
      }),
  });
}

void run();
