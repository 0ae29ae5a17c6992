import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';

/** One thing to measure: a program, run as often as asked. */
export interface Contender {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

export interface Measured extends Contender {
  /** Wall time of the whole process. */
  readonly medianMs: number;
  readonly minimumMs: number;
}

const rounds = 9;

/** Runs all contenders in turn, round by round, so that what else the machine does weighs on all of them. */
export function measure(contenders: readonly Contender[]): readonly Measured[] {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { command, args }] of contenders.entries()) {
      const start = process.hrtime.bigint();
      const { error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
      if (error !== undefined) throw error;
      times[index]?.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return contenders.map((contender, index) => {
    const sorted = (times[index] ?? []).toSorted((a, b) => a - b);
    return { ...contender, medianMs: sorted[Math.floor(rounds / 2)] ?? Number.NaN, minimumMs: sorted[0] ?? Number.NaN };
  });
}

/** Whether a program is on PATH. */
export function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Most memory that a Node program held, in MiB. */
export function measurePeakMemory(script: string, args: readonly string[]): number {
  const report = `process.on('exit', () => require('node:fs').writeSync(3, String(process.resourceUsage().maxRSS)))`;
  const preload = `data:text/javascript,import { createRequire } from 'node:module'; const require = createRequire('/'); ${report}`;
  const { output } = spawnSync(process.execPath, ['--import', preload, script, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  return Number(output[3]) / 1024;
}
