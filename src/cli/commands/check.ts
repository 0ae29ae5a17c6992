import type { Command } from 'commander';
import { checkRelease } from '../../check/check.ts';
import type { LayerRules } from '../../config/layer.ts';
import type { FailOn } from '../../config/schema.ts';
import type { BaselineComparison, Judgement } from '../comparison.ts';
import { judgeExit } from '../exit-status.ts';
import { contextFlag, kubeconfigFlag, liveFlag, snapshotFlag, stateFlag, type StateFlags } from '../fit-flags.ts';
import {
  baselineFlag,
  besideFlag,
  configFlag,
  failOnFlag,
  frozenBaselineFlag,
  imagesFlag,
  kubernetesVersionFlag,
  namespaceFlag,
  nowFlag,
  orgConfigFlag,
  outputFlag,
  policyFlag,
  quietFlag,
  ruleFlag,
  sinceFlag,
  type CommonFlags,
} from '../flags.ts';
import { addImages, type ImagesFlags } from '../images.ts';
import type { ExitStatus, Io } from '../io.ts';
import { createJudge, equipJudge } from '../judge.ts';
import { reportFormats, checkTargets, deliverReport, type OutputTarget } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { readRelease } from '../read-release.ts';
import { loadSettings } from '../settings.ts';

interface CheckFlags extends CommonFlags, ImagesFlags, StateFlags {
  readonly rule: LayerRules;
  readonly failOn?: FailOn;
  readonly output?: readonly OutputTarget[];
  readonly quiet?: true;
  readonly policy?: readonly string[];
  readonly beside?: readonly string[];
  readonly since?: string;
  readonly baseline?: string;
  readonly frozenBaseline?: true;
}

export function addCheck(program: Command, { io, end }: CommandContext): void {
  program
    .command('check')
    .description('judge manifests by all rules')
    .argument('[paths...]', 'files, folders, globs, or - for standard input')
    .addOption(configFlag())
    .addOption(orgConfigFlag())
    .addOption(ruleFlag())
    .addOption(policyFlag())
    .addOption(failOnFlag())
    .addOption(outputFlag(reportFormats))
    .addOption(quietFlag())
    .addOption(besideFlag())
    .addOption(imagesFlag())
    .addOption(stateFlag())
    .addOption(snapshotFlag())
    .addOption(liveFlag())
    .addOption(contextFlag())
    .addOption(kubeconfigFlag())
    .addOption(sinceFlag())
    .addOption(baselineFlag())
    .addOption(frozenBaselineFlag())
    .addOption(namespaceFlag())
    .addOption(kubernetesVersionFlag())
    .addOption(nowFlag())
    .action(async (paths: readonly string[], flags: CheckFlags) => end(await runCheck(paths, flags, io)));
}

async function runCheck(paths: readonly string[], flags: CheckFlags, io: Io): Promise<ExitStatus> {
  const targets = flags.output ?? [{ format: 'text', file: null }];
  checkTargets(targets, io.cwd);
  const settings = await loadSettings(flags, io);
  const { organisation, project } = settings;
  const bare = await createJudge(settings, flags, io);
  const contextPaths = flags.beside ?? [];
  const { release: read, judge: informed } = await addImages(
    await readRelease(paths, io, contextPaths),
    bare,
    flags,
    io,
  );
  const { release, judge } = await equipJudge(informed, read, settings, flags, io);
  const outcome = checkRelease(release, judge);
  const { report, update } = await compareReport({ ...outcome, release, judge, paths, contextPaths }, flags, io);

  const failOn = flags.failOn ?? project.failOn ?? organisation.failOn ?? 'error';
  const rules = judge.engines.flatMap(({ catalog }) => catalog.rules);
  const sourceOf = (file: string): string | undefined => release.texts.get(file);
  const options = { quiet: flags.quiet === true, failOn, rules, sourceOf };
  await deliverReport(report, targets, options, io, update === null ? [] : [update]);
  for (const failure of outcome.failures) io.stderr.write(`quotafit: ${failure.message}\n`);
  if (outcome.failures.length > 0) return 2;
  return judgeExit(report, { failOn, organisation, isLocked: judge.rules.isLocked });
}

/** Leaves out what was known before, if the flags say what is known. */
async function compareReport(judgement: Judgement, flags: CheckFlags, io: Io): Promise<BaselineComparison> {
  if (flags.since === undefined && flags.baseline === undefined) return { report: judgement.report, update: null };
  const { compareWithBaseline, compareWithCommit } = await import('../comparison.ts');
  if (flags.since !== undefined) return { report: await compareWithCommit(flags.since, judgement, io), update: null };
  const { report, update } = compareWithBaseline(flags.baseline ?? '', judgement, io);
  if (update === null) return { report, update };
  // As package managers do with their lock files: what CI writes nobody commits.
  const isFrozen = flags.frozenBaseline === true || !['', 'false', undefined].includes(io.env['CI']);
  io.stderr.write(
    isFrozen
      ? `quotafit: the baseline ${update.name} knows more than there is; quotafit check --baseline outside CI mends it\n`
      : `quotafit: took out of the baseline ${update.name} what is fixed\n`,
  );
  return { report, update: isFrozen ? null : update };
}
