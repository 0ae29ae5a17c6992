import { Option, type Command } from 'commander';
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
import { configFlag, kubernetesVersionFlag, namespaceFlag, nowFlag, orgConfigFlag, outputFlag } from '../flags.ts';
import type { ExitStatus, Io } from '../io.ts';
import { reportFormats, type OutputTarget } from '../output.ts';
import type { CommandContext } from '../program.ts';

export interface FitCommandFlags extends FitFlags {
  readonly strict?: true;
  readonly unknown?: 'error' | 'warning';
  readonly output?: readonly OutputTarget[];
  readonly watch?: true;
}

export function addFit(program: Command, { io, end }: CommandContext): void {
  program
    .command('fit')
    .description('tell how many pods quota lets exist, and what blocks the rest')
    .argument('[paths...]', 'files, folders, globs, or - for standard input')
    .addOption(stateFlag())
    .addOption(snapshotFlag())
    .addOption(liveFlag())
    .addOption(new Option('-w, --watch', 'with --live: answer again whenever the cluster changes'))
    .addOption(contextFlag())
    .addOption(kubeconfigFlag())
    .addOption(namespaceFlag())
    .addOption(outputFlag(reportFormats))
    .addOption(
      new Option('--strict', 'end with status 1 also when a rollout, or an autoscaler at its maximum, does not fit'),
    )
    .addOption(
      new Option('--unknown <level>', 'what it is when an answer needs more than is known (default: warning)').choices([
        'warning',
        'error',
      ]),
    )
    .addOption(nodesFlag())
    .addOption(terminationFlag())
    .addOption(concurrentRolloutsFlag())
    .addOption(injectFlag())
    .addOption(kubernetesVersionFlag())
    .addOption(configFlag())
    .addOption(orgConfigFlag())
    .addOption(nowFlag())
    .action(async (paths: readonly string[], flags: FitCommandFlags) => end(await fit(paths, flags, io)));
}

/** Playing releases is left to be loaded when it is asked for: no other command needs it. */
async function fit(paths: readonly string[], flags: FitCommandFlags, io: Io): Promise<ExitStatus> {
  const { runFit } = await import('../run-fit.ts');
  return runFit(paths, flags, io);
}
