#!/usr/bin/env node
import { main } from './cli/main.ts';
import type { Output, Progress } from './cli/io.ts';

/** A reader that closes the pipe early (`| head`) has what it wanted: not an error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    isTerminal: stream.isTTY,
    columns: stream.columns ?? 120,
    write: (text) => {
      stream.write(text);
    },
  };
}

async function showProgress(total: number): Promise<Progress> {
  const { startProgressBar } = await import('./cli/progress.ts');
  return startProgressBar(total);
}

async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    cwd: process.cwd(),
    env: process.env,
    now: () => new Date(),
    ...(process.stderr.isTTY && { startProgress: showProgress }),
  });
}

void run();
