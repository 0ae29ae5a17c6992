import { Option, type Command } from 'commander';
import { contextFlag, kubeconfigFlag, type ClusterFlags } from '../fit-flags.ts';
import { configFlag, namespaceFlag, nowFlag, orgConfigFlag, webhookNamespaceFlag, type CommonFlags } from '../flags.ts';
import type { ExitStatus, Io } from '../io.ts';
import type { CommandContext } from '../program.ts';

export interface WhyFlags extends ClusterFlags, Omit<CommonFlags, 'kubernetesVersion'> {
  readonly webhookNamespace: string;
  readonly output: 'json' | 'text';
}

export function addWhy(program: Command, { io, end }: CommandContext): void {
  program
    .command('why')
    .description('tell why the webhook refused an object, what has changed since, and what would make it fit')
    .argument('<object...>', 'as kubectl has it: deployment/web, or deployment web')
    .addOption(namespaceFlag())
    .addOption(webhookNamespaceFlag())
    .addOption(contextFlag())
    .addOption(kubeconfigFlag())
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .addOption(configFlag())
    .addOption(orgConfigFlag())
    .addOption(nowFlag())
    .action(async (words: readonly string[], flags: WhyFlags) => end(await why(words, flags, io)));
}

async function why(words: readonly string[], flags: WhyFlags, io: Io): Promise<ExitStatus> {
  const { runWhy } = await import('../run-why.ts');
  return runWhy(words, flags, io);
}
