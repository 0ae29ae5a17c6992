/**
 * Each folder here is one run: `command.json` has the arguments and the status, `input` is the working directory, and
 * `stdout.txt` and `stderr.txt` hold what is written. `npx vitest run test/golden -u` writes them anew.
 */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { createIo } from '../helpers/io.ts';

interface Command {
  readonly args: readonly string[];
  readonly status: number;
  /** A file of the input folder. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  /** Whether the built program is run too, when there is one. */
  readonly built?: boolean;
}

const cases = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, folder: join(import.meta.dirname, name) }));

const readCommand = (folder: string): Command =>
  JSON.parse(readFileSync(join(folder, 'command.json'), 'utf8')) as Command;
const readStdin = (folder: string, { stdin }: Command): string =>
  stdin === undefined ? '' : readFileSync(join(folder, 'input', stdin), 'utf8');

describe('in this process', () => {
  it.each(cases)('$name', async ({ folder }) => {
    const command = readCommand(folder);
    const { env, isTerminal } = command;
    const { io, written } = createIo({
      cwd: join(folder, 'input'),
      stdin: readStdin(folder, command),
      ...(env !== undefined && { env }),
      ...(isTerminal !== undefined && { isTerminal }),
    });
    const status = await main(command.args, io);
    await expect(written.stdout).toMatchFileSnapshot(join(folder, 'stdout.txt'));
    await expect(written.stderr).toMatchFileSnapshot(join(folder, 'stderr.txt'));
    expect(status).toBe(command.status);
  });
});

const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/bin.js');

describe('by the built program', () => {
  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'build:cli'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }, 120_000);

  it.each(cases.filter(({ folder }) => readCommand(folder).built === true))('$name', async ({ folder }) => {
    const command = readCommand(folder);
    const { status, stdout, stderr } = await runProgram(folder, command);
    expect(stdout).toBe(readFileSync(join(folder, 'stdout.txt'), 'utf8'));
    expect(stderr).toBe(readFileSync(join(folder, 'stderr.txt'), 'utf8'));
    expect(status).toBe(command.status);
  });

  // A device of Linux.
  it.skipIf(!existsSync('/dev/full'))('ends with 2 where the disk is full, and says so', () => {
    const full = openSync('/dev/full', 'w');
    const stdio = ['ignore', full, 'pipe'] as const;
    const { status, stderr } = spawnSync(process.execPath, [program, 'rules'], { stdio: [...stdio], encoding: 'utf8' });
    closeSync(full);
    expect([status, stderr]).toEqual([2, 'quotafit: cannot write the output: the disk is full [QF_OUTPUT]\n']);
  });
});

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runProgram(folder: string, command: Command): Promise<Outcome> {
  return new Promise((resolve) => {
    const cwd = join(folder, 'input');
    // CI systems set this, and some libraries take it for a terminal.
    const env = { ...process.env, CI: 'true' };
    const child = execFile(process.execPath, [program, ...command.args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end(readStdin(folder, command));
  });
}
