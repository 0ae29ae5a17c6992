import { Argument, type Command } from 'commander';
import {
  concurrentRolloutsFlag,
  contextFlag,
  injectFlag,
  kubeconfigFlag,
  liveFlag,
  nodesFlag,
  snapshotFlag,
  stateFlag,
  terminationFlag,
  type FitFlags,
} from '../fit-flags.ts';
import { configFlag, kubernetesVersionFlag, namespaceFlag, orgConfigFlag } from '../flags.ts';
import type { ExitStatus, Io } from '../io.ts';
import type { CommandContext } from '../program.ts';

export type Suggested = 'limitrange' | 'quota' | 'requests';

export function addSuggest(program: Command, { io, end }: CommandContext): void {
  program
    .command('suggest')
    .description('write the least quota or the limit range that the workloads need, or the requests that fit, as YAML')
    .addArgument(
      new Argument('<what>', 'what to write').choices(['quota', 'limitrange', 'requests'] satisfies Suggested[]),
    )
    .argument('[paths...]', 'files, folders, globs, or - for standard input')
    .addOption(stateFlag())
    .addOption(snapshotFlag())
    .addOption(liveFlag())
    .addOption(contextFlag())
    .addOption(kubeconfigFlag())
    .addOption(namespaceFlag())
    .addOption(nodesFlag())
    .addOption(terminationFlag())
    .addOption(concurrentRolloutsFlag())
    .addOption(injectFlag())
    .addOption(kubernetesVersionFlag())
    .addOption(configFlag())
    .addOption(orgConfigFlag())
    .action(async (what: Suggested, paths: readonly string[], flags: FitFlags) => {
      end(await suggest(what, paths, flags, io));
    });
}

async function suggest(what: Suggested, paths: readonly string[], flags: FitFlags, io: Io): Promise<ExitStatus> {
  const { runSuggest } = await import('../run-suggest.ts');
  return runSuggest(what, paths, flags, io);
}
