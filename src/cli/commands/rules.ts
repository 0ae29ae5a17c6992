import { Option, type Command } from 'commander';
import type { RuleEntry } from '../../policy/catalog.ts';
import type { CommandContext } from '../program.ts';
import { readCatalog } from '../../built-in-rules.ts';

type RulesFormat = 'json' | 'text';

export function addRules(program: Command, { io, end }: CommandContext): void {
  program
    .command('rules')
    .description('list all rules with their default levels')
    .addOption(new Option('-o, --output <format>', 'how to print them').choices(['text', 'json']).default('text'))
    .action(({ output }: { readonly output: RulesFormat }) => {
      const { rules } = readCatalog();
      io.stdout.write(output === 'json' ? `${JSON.stringify(rules, null, 2)}\n` : printTable(rules));
      end(0);
    });
}

function printTable(rules: readonly RuleEntry[]): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules.map(({ id, level, title }) => `${id.padEnd(width)}  ${level.padEnd(7)}  ${title}\n`).join('');
}
