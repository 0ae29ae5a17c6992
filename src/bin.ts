#!/usr/bin/env node
import { isatty } from 'node:tty';
import { main } from './cli/main.ts';
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
  if (stdout.listenerCount('error', endQuietly) === 0) stdout.on('error', endQuietly);
  return stdout;
}

/** A reader that closes the pipe early (`| head`) has what it wanted: not an error. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
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
    untilInterrupted: () => new Promise((resolve) => void process.once('SIGINT', resolve).once('SIGTERM', resolve)),
  });
}

void run();
