import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { checkRelease } from '../../check/check.ts';
import type { LayerRules } from '../../config/layer.ts';
import { stateFlag } from '../fit-flags.ts';
import {
  configFlag,
  imagesFlag,
  kubernetesVersionFlag,
  namespaceFlag,
  nowFlag,
  orgConfigFlag,
  policyFlag,
  ruleFlag,
  type CommonFlags,
} from '../flags.ts';
import { addImages, type ImagesFlags } from '../images.ts';
import type { ExitStatus, Io } from '../io.ts';
import { createJudge, equipJudge } from '../judge.ts';
import type { CommandContext } from '../program.ts';
import { readRelease } from '../read-release.ts';
import { loadSettings } from '../settings.ts';

interface BaselineFlags extends CommonFlags, ImagesFlags {
  readonly rule: LayerRules;
  readonly policy?: readonly string[];
  readonly state?: readonly string[];
  readonly file: string;
}

export function addBaseline(program: Command, { io, end }: CommandContext): void {
  program
    .command('baseline')
    .description('write down what is found now, so that check --baseline tells only what is new or worse')
    .argument('[paths...]', 'files, folders, globs, or - for standard input')
    .addOption(new Option('-f, --file <file>', 'the file to write').default('quotafit-baseline.json'))
    .addOption(configFlag())
    .addOption(orgConfigFlag())
    .addOption(ruleFlag())
    .addOption(policyFlag())
    .addOption(imagesFlag())
    .addOption(stateFlag())
    .addOption(namespaceFlag())
    .addOption(kubernetesVersionFlag())
    .addOption(nowFlag())
    .action(async (paths: readonly string[], flags: BaselineFlags) => end(await runBaseline(paths, flags, io)));
}

async function runBaseline(paths: readonly string[], flags: BaselineFlags, io: Io): Promise<ExitStatus> {
  const settings = await loadSettings(flags, io);
  const bare = await createJudge(settings, flags, io);
  const { release: read, judge: informed } = await addImages(await readRelease(paths, io), bare, flags, io);
  const { release, judge } = await equipJudge(informed, read, settings, flags, io);
  const { report, failures } = checkRelease(release, judge);
  for (const failure of failures) io.stderr.write(`quotafit: ${failure.message}\n`);
  // What a rule could not say now it might say later, and then it would look new.
  if (failures.length > 0) return 2;
  const { writeBaseline } = await import('../comparison.ts');
  const { isLocked } = judge.rules;
  const path = resolve(io.cwd, flags.file);
  const { findings, diagnostics } = writeBaseline({ report, release, isLocked, paths, path, name: flags.file }, io);
  const locked = report.findings.length - findings.length;
  io.stderr.write(
    `quotafit: wrote ${flags.file} with ${findings.length} findings and ${diagnostics.length} unreadable places\n`,
  );
  if (locked > 0) io.stderr.write(`quotafit: left out ${locked} findings of locked rules, which no baseline hides\n`);
  return 0;
}
