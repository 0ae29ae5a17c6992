import type { Command } from 'commander';
import type { CommandContext } from '../program.ts';

export function addCheck(program: Command, { end }: CommandContext): void {
  program
    .command('check')
    .description('judge manifests by all rules')
    .argument('[paths...]', 'files, directories, globs, or - for standard input')
    .action(() => end(0));
}
