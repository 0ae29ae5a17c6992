import type { ForeignBinaryFacts } from '../facts/dockerfile-schema.ts';
import { libraryOfImage, libraryOfStage } from './c-library.ts';
import { findBuild, findPublish, type GlibcBuild } from './glibc-build.ts';
import { findDownloads, listSources } from './glibc-download.ts';
import { lineage, type Stage, type Step } from './stage.ts';

/** A package with a loader, a link to one, or the libraries themselves. */
const compatibility =
  /(?:^|\s)(?:libc6-compat|gcompat|glibc[A-Za-z0-9._-]*)(?:\s|@|=|$)|glibc\S{0,200}\.apk|ld-linux|patchelf|-linux-gnu\/?(?:\*|\s|$)/u;

/**
 * Programs built for glibc that end up on Alpine, whose C library is musl: their loader is not there, and the start fails with
 * "not found". Silent when the shipped line installs a loader for them.
 */
export function findForeignBinaries(stages: readonly Stage[], pathOf: (step: Step) => string): ForeignBinaryFacts[] {
  const last = stages.length - 1;
  if (libraryOfStage(stages, last) !== 'musl') return [];
  const ships = lineage(stages, last).flatMap((stage) => stage.steps);
  if (ships.some(({ instruction: { keyword }, text }) => isLayer(keyword) && compatibility.test(text))) return [];
  return ships.flatMap((step): ForeignBinaryFacts[] => {
    const download = findDownloads(step).find(
      ({ unless }) => unless === undefined || !ships.some(({ text }) => unless.test(text)),
    );
    if (download !== undefined) return [{ path: pathOf(step), reason: 'download', what: download.what }];
    const copied = step.instruction.keyword === 'COPY' ? findCopied(step, stages, ships) : null;
    return copied === null ? [] : [{ path: pathOf(step), ...copied }];
  });
}

function isLayer(keyword: string): boolean {
  return keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD';
}

function findCopied(step: Step, stages: readonly Stage[], ships: readonly Step[]): GlibcBuild | null {
  const from = step.instruction.flags.get('from');
  const programs = listSources(step).filter((source) => !isData(source));
  if (from === undefined || programs.length === 0) return null;
  const index = /^[0-9]+$/u.test(from)
    ? Number(from)
    : stages.findLastIndex(({ name }) => name !== '' && name === from.toLowerCase());
  if (index < 0) return findInImage(from, programs);
  if (stages[index] === undefined) return null;
  const steps = lineage(stages, index).flatMap((stage) => stage.steps);
  const download = steps
    .flatMap((earlier) => findDownloads(earlier))
    .find(({ program }) => programs.some((source) => program.test(source)));
  if (download !== undefined) return { reason: 'download', what: download.what };
  const built = libraryOfStage(stages, index) === 'glibc' ? findBuild(steps, ships) : null;
  return built ?? findPublish(steps, stages);
}

/** Programs of an image that has glibc; Go's own are static. */
function findInImage(image: string, programs: readonly string[]): GlibcBuild | null {
  const isCompose = /(?:^|\/)docker\/compose:(?!alpine)1\./u.test(image);
  if (!isCompose && (libraryOfImage(image) !== 'glibc' || /(?:^|\/)golang(?::|$)/u.test(image))) return null;
  return programs.some((source) =>
    /^\/?(?:usr\/)?(?:local\/)?(?:bin|sbin|lib)(?:\/|$)|^\/?opt\/|^\/?usr\/local\/?$/u.test(source),
  )
    ? { reason: 'image', what: image }
    : null;
}

/** What is no program by its place or its name. */
function isData(source: string): boolean {
  return (
    /^\/?(?:etc|usr\/share|usr\/include|var)\//u.test(source) ||
    /node_modules|site-packages|\/(?:assets|docs?|html|public|resources|static|templates)\/?$/u.test(source) ||
    /\.(?:class|conf|crt|css|csv|dll|ear|gz|html?|ini|jar|js|json|md|mjs|pem|php|proto|py|rb|sh|sql|tar|tgz|toml|ts|txt|war|wasm|xml|ya?ml|zip)$/u.test(
      source,
    )
  );
}
