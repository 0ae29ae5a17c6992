import { CommanderError } from 'commander';
import { describeCause, QuotafitError } from '../errors.ts';
import { addBaseline } from './commands/baseline.ts';
import { addCheck } from './commands/check.ts';
import { addCompletion } from './commands/completion.ts';
import { addDenials } from './commands/denials.ts';
import { addExplain } from './commands/explain.ts';
import { addFit } from './commands/fit.ts';
import { addInit } from './commands/init.ts';
import { addPolicy } from './commands/policy.ts';
import { addRules } from './commands/rules.ts';
import { addSnapshot } from './commands/snapshot.ts';
import { addSuggest } from './commands/suggest.ts';
import { addWaivers } from './commands/waivers.ts';
import { addWhy } from './commands/why.ts';
import type { ExitStatus, Io } from './io.ts';
import { createProgram } from './program.ts';

/** In the order in which `--help` lists them. */
const commands = [
  addCheck,
  addFit,
  addSuggest,
  addSnapshot,
  addWhy,
  addDenials,
  addBaseline,
  addWaivers,
  addRules,
  addExplain,
  addInit,
  addPolicy,
  addCompletion,
];

/**
 * Runs one command line.
 * @param argv - the arguments after the program's name
 * @returns the exit status; errors are told on `io.stderr` and never thrown
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const end = (given: ExitStatus): void => {
    status = given;
  };
  try {
    // Making all commands takes longer than judging a manifest, and most runs check.
    const asked = argv[0] === 'check' ? [addCheck] : commands;
    await createProgram({ io, end }, asked).parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    return tellFailure(error, io);
  }
}

function tellFailure(error: unknown, io: Io): ExitStatus {
  // Commander has told its own already; asking for help or the version is no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof QuotafitError) {
    io.stderr.write(`quotafit: ${error.message} [${error.code}]\n`);
    return error.exit;
  }
  const trace = error instanceof Error ? error.stack : undefined;
  io.stderr.write(
    `quotafit: this is a defect of quotafit, please report it with the command line: ${trace ?? describeCause(error)}\n`,
  );
  return 2;
}
