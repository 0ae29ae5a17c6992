import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { ExitStatus, Io } from './io.ts';

/** What a command gets: the process as `io`, and where to leave its exit status. */
export interface CommandContext {
  readonly io: Io;
  readonly end: (status: ExitStatus) => void;
}

/** Adds one command, with its flags, to the program. Its work is imported when it runs, not before. */
export type AddCommand = (program: Command, context: CommandContext) => void;

/** Longer lines of help are hard to read. */
const helpColumns = 100;

/** The command line of quotafit; one file in `commands/` for each command. */
export function createProgram(context: CommandContext, commands: readonly AddCommand[]): Command {
  const { io } = context;
  const program = new Command('quotafit')
    .description(packageJson.description)
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(quotafit --help, or quotafit COMMAND --help, lists what there is)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => Math.min(io.stdout.columns, helpColumns),
      getErrHelpWidth: () => Math.min(io.stderr.columns, helpColumns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const add of commands) add(program, context);
  return program;
}
