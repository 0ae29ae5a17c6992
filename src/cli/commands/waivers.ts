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

interface WaiversFlags extends CommonFlags, ImagesFlags {
  readonly rule: LayerRules;
  readonly policy?: readonly string[];
  readonly state?: readonly string[];
  readonly output: 'json' | 'text';
}

export function addWaivers(program: Command, { io, end }: CommandContext): void {
  program
    .command('waivers')
    .description('list the waivers: what each hides, which end soon, which hide nothing')
    .argument('[paths...]', 'files, folders, globs, or - for standard input')
    .addOption(configFlag())
    .addOption(orgConfigFlag())
    .addOption(ruleFlag())
    .addOption(policyFlag())
    .addOption(imagesFlag())
    .addOption(stateFlag())
    .addOption(new Option('-o, --output <format>', 'how to print them').choices(['text', 'json']).default('text'))
    .addOption(namespaceFlag())
    .addOption(kubernetesVersionFlag())
    .addOption(nowFlag())
    .action(async (paths: readonly string[], flags: WaiversFlags) => end(await runWaivers(paths, flags, io)));
}

async function runWaivers(paths: readonly string[], flags: WaiversFlags, io: Io): Promise<ExitStatus> {
  const settings = await loadSettings(flags, io);
  const bare = await createJudge(settings, flags, io);
  const { release: read, judge: informed } = await addImages(await readRelease(paths, io), bare, flags, io);
  const { release, judge } = await equipJudge(informed, read, settings, flags, io);
  const { waived, failures } = checkRelease(release, judge);
  const { listWaiverStatus } = await import('../../waiver/overview.ts');
  const { printWaivers, printWaiversJson } = await import('../../report/waivers.ts');
  const own = release.objects.flatMap(judge.waivers.ownWaivers);
  const statuses = listWaiverStatus({ ...settings, isLocked: judge.rules.isLocked }, waived, own);
  io.stdout.write(flags.output === 'json' ? printWaiversJson(statuses) : printWaivers(statuses));
  for (const failure of failures) io.stderr.write(`quotafit: ${failure.message}\n`);
  return failures.length > 0 ? 2 : 0;
}
