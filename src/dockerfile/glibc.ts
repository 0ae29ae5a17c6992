import type { ForeignBinaryFacts } from '../facts/dockerfile-schema.ts';
import { parseImageReference } from '../image/reference.ts';
import { listCommands } from './commands.ts';
import { lineage, type Stage, type Step } from './stage.ts';

const compatibility = /(?:^|\s)(?:libc6-compat|gcompat|glibc[A-Za-z0-9._-]*)(?:\s|@|=|$)|glibc[^\s]*\.apk/u;
const foreignDownload = /linux-gnu(?:eabihf|abi64)?(?![A-Za-z])|-glibc[-._/]|[-_]gnu\.tar/u;

/**
 * Programs built for glibc that end up on Alpine, whose C library is musl: their loader is not there, and the start fails with
 * "not found". Silent when a stage of the shipped line installs a loader for them.
 */
export function findForeignBinaries(stages: readonly Stage[], pathOf: (step: Step) => string): ForeignBinaryFacts[] {
  const line = lineage(stages, stages.length - 1);
  if (libraryOf(stages, stages.length - 1) !== 'musl') return [];
  const steps = line.flatMap((stage) => stage.steps);
  if (steps.some((step) => step.instruction.keyword === 'RUN' && compatibility.test(step.text))) return [];
  return steps.flatMap((step): ForeignBinaryFacts[] => {
    const download = step.instruction.keyword === 'RUN' ? findDownload(step) : null;
    if (download !== null) return [{ path: pathOf(step), reason: 'download', what: download }];
    const built = step.instruction.keyword === 'COPY' ? findBuilt(step, stages) : null;
    return built === null ? [] : [{ path: pathOf(step), ...built }];
  });
}

function findDownload(step: Step): string | null {
  const fetches = listCommands(step).filter((command) => /^(?:curl|wget)\s/u.test(command));
  return (
    fetches
      .flatMap((command) => command.split(/\s/u))
      .find((word) => /:\/\//u.test(word) && foreignDownload.test(word)) ?? null
  );
}

function findBuilt(step: Step, stages: readonly Stage[]): Omit<ForeignBinaryFacts, 'path'> | null {
  const from = (step.instruction.flags.get('from') ?? '').toLowerCase();
  const index = /^[0-9]+$/u.test(from)
    ? Number(from)
    : stages.findLastIndex(({ name }) => name !== '' && name === from);
  if (index < 0 || stages[index] === undefined || libraryOf(stages, index) !== 'glibc') return null;
  const steps = lineage(stages, index).flatMap((stage) => stage.steps);
  const all = steps.map(({ text }) => text).join('\n');
  if (/CGO_ENABLED[= ]"?0|-static|netgo|-musl/u.test(all)) return null;
  for (const { instruction, ...built } of steps) {
    if (instruction.keyword !== 'RUN') continue;
    for (const command of listCommands({ instruction, ...built })) {
      if (/^(?:\S*\/)?go\s+(?:build|install)(?:\s|$)/u.test(command)) return { reason: 'go', what: 'go build' };
      if (/^(?:\S*\/)?cargo\s+(?:build|install)(?:\s|$)/u.test(command)) return { reason: 'rust', what: 'cargo build' };
      if (/^(?:\S*\/)?(?:gcc|g\+\+|clang)\s/u.test(command)) return { reason: 'c', what: 'gcc' };
    }
  }
  return null;
}

const glibcImages: ReadonlySet<string> = new Set(
  'almalinux amazonlinux buildpack-deps centos debian fedora gcc golang node oraclelinux python rockylinux ruby rust ubuntu'.split(
    ' ',
  ),
);

/** The C library of the image that a stage stands on; `null` when its name does not say. */
function libraryOf(stages: readonly Stage[], index: number): 'glibc' | 'musl' | null {
  const base = lineage(stages, index).at(-1)?.base ?? '';
  const reference = parseImageReference(base);
  if (reference.kind === 'reference-error') return null;
  const name = reference.repository.split('/').at(-1) ?? '';
  if (name === 'alpine' || /(?:^|[-.])alpine/u.test(reference.tag ?? '')) return 'musl';
  const isLibrary = reference.repository.startsWith('library/') || reference.repository.startsWith('docker/library/');
  return isLibrary && glibcImages.has(name) ? 'glibc' : null;
}
