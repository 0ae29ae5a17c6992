import { Option, type Command } from 'commander';
import { contextFlag, kubeconfigFlag, type ClusterFlags } from '../fit-flags.ts';
import { collect, configFlag, nowFlag, orgConfigFlag, type CommonFlags } from '../flags.ts';
import type { ExitStatus, Io } from '../io.ts';
import type { CommandContext } from '../program.ts';

export interface SnapshotFlags extends ClusterFlags, Pick<CommonFlags, 'config' | 'now' | 'orgConfig'> {
  readonly namespace?: readonly string[];
  readonly allNamespaces?: true;
  /** A file; standard output without it. */
  readonly output?: string;
}

export function addSnapshot(program: Command, { io, end }: CommandContext): void {
  program
    .command('snapshot')
    .description('save what verdicts need of namespaces of a cluster, for --snapshot elsewhere')
    .addOption(
      new Option('-n, --namespace <name>', "a namespace; repeatable (default: the context's)").argParser(collect),
    )
    .addOption(new Option('-A, --all-namespaces', 'all namespaces').conflicts('namespace'))
    .addOption(new Option('-o, --output <file>', 'the file to write (default: standard output)'))
    .addOption(contextFlag())
    .addOption(kubeconfigFlag())
    .addOption(configFlag())
    .addOption(orgConfigFlag())
    .addOption(nowFlag())
    .action(async (flags: SnapshotFlags) => end(await snapshot(flags, io)));
}

async function snapshot(flags: SnapshotFlags, io: Io): Promise<ExitStatus> {
  const { runSnapshot } = await import('../run-snapshot.ts');
  return runSnapshot(flags, io);
}
