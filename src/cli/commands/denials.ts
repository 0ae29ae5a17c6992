import { Option, type Command } from 'commander';
import { contextFlag, kubeconfigFlag, type ClusterFlags } from '../fit-flags.ts';
import { collect, nowFlag, webhookNamespaceFlag } from '../flags.ts';
import type { ExitStatus, Io } from '../io.ts';
import type { CommandContext } from '../program.ts';

export interface DenialsFlags extends ClusterFlags {
  readonly namespace?: readonly string[];
  readonly webhookNamespace: string;
  readonly now?: Date;
  readonly output: 'json' | 'text';
}

export function addDenials(program: Command, { io, end }: CommandContext): void {
  program
    .command('denials')
    .description('list what the webhook denied in the last week, or would have denied in mode deny, and whom')
    .addOption(new Option('-n, --namespace <name>', 'only of this namespace; repeatable').argParser(collect))
    .addOption(webhookNamespaceFlag())
    .addOption(contextFlag())
    .addOption(kubeconfigFlag())
    .addOption(new Option('-o, --output <format>', 'how to print them').choices(['text', 'json']).default('text'))
    .addOption(nowFlag())
    .action(async (flags: DenialsFlags) => end(await denials(flags, io)));
}

async function denials(flags: DenialsFlags, io: Io): Promise<ExitStatus> {
  const { runDenials } = await import('../run-denials.ts');
  return runDenials(flags, io);
}
