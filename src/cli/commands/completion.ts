import { Argument, type Command } from 'commander';
import type { Shell } from '../completion.ts';
import type { CommandContext } from '../program.ts';

export function addCompletion(program: Command, { io, end }: CommandContext): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish'] satisfies Shell[]))
    .action(async (shell: Shell) => {
      const { printCompletion } = await import('../completion.ts');
      io.stdout.write(printCompletion(shell, program));
      end(0);
    });
}
