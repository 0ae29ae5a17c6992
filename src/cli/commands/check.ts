import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { checkRelease } from '../../check/check.ts';
import type { LayerRules } from '../../config/layer.ts';
import type { FailOn } from '../../config/schema.ts';
import { applyWaivers } from '../../waiver/waiver.ts';
import { judgeExit } from '../exit-status.ts';
import {
  configFlag,
  failOnFlag,
  kubernetesVersionFlag,
  namespaceFlag,
  nowFlag,
  orgConfigFlag,
  policyFlag,
  quietFlag,
  ruleFlag,
  type CommonFlags,
} from '../flags.ts';
import { stdinName } from '../inputs.ts';
import type { ExitStatus, Io } from '../io.ts';
import { checkFormats, printReport, type CheckFormat } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { readRelease } from '../read-release.ts';
import { createBuiltInEngine, readMessages, resolveSettings } from '../rule-sets.ts';
import { listKinds, loadSettings } from '../settings.ts';

interface CheckFlags extends CommonFlags {
  readonly rule: LayerRules;
  readonly failOn?: FailOn;
  readonly output: CheckFormat;
  readonly quiet?: true;
  readonly policy?: readonly string[];
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
    .addOption(new Option('-o, --output <format>', 'how to print the report').choices(checkFormats).default('text'))
    .addOption(quietFlag())
    .addOption(namespaceFlag())
    .addOption(kubernetesVersionFlag())
    .addOption(nowFlag())
    .action(async (paths: readonly string[], flags: CheckFlags) => end(await runCheck(paths, flags, io)));
}

async function runCheck(paths: readonly string[], flags: CheckFlags, io: Io): Promise<ExitStatus> {
  const settings = await loadSettings(flags, io);
  const { organisation, project, kubernetesVersion, namespace, now } = settings;
  const engine = createBuiltInEngine();
  const rules = await resolveSettings(settings, flags.rule, engine.catalog.rules);
  const release = await readRelease(paths, io);
  const { report, failures } = checkRelease(release, {
    engines: [engine],
    rules,
    waivers: applyWaivers({ organisation, project, isLocked: rules.isLocked, now }),
    messages: readMessages(),
    kinds: listKinds(settings),
    kubernetesVersion,
    namespace,
    pathOf: (file) => (file === stdinName ? null : resolve(io.cwd, file)),
  });
  const text = printReport(
    report,
    { format: flags.output, quiet: flags.quiet === true, sourceOf: (file) => release.texts.get(file) },
    io,
  );
  io.stdout.write(text);
  for (const failure of failures) io.stderr.write(`quotafit: ${failure.message}\n`);
  if (failures.length > 0) return 2;
  const failOn = flags.failOn ?? project.failOn ?? organisation.failOn ?? 'error';
  return judgeExit(report, { failOn, organisation, isLocked: rules.isLocked });
}
