import type { ForeignBinaryFacts } from '../facts/dockerfile-schema.ts';
import { listCommands } from './commands.ts';
import { listSources } from './glibc-download.ts';
import type { Stage, Step } from './stage.ts';

export type GlibcBuild = Omit<ForeignBinaryFacts, 'path'>;

interface Compiler {
  readonly reason: ForeignBinaryFacts['reason'];
  readonly what: string;
  readonly command: RegExp;
}

/** Commands whose programs ask for the C library of the stage that they run in. */
const compilers: readonly Compiler[] = [
  { reason: 'rust', what: 'cargo', command: /^cargo\s+(?:\+\S+\s+)?(?:b|build|install)(?:\s|$)/u },
  { reason: 'c', what: 'gcc', command: /^(?:cc|clang|clang\+\+|gcc|g\+\+)\s/u },
  { reason: 'c', what: 'cmake', command: /^cmake\s/u },
  { reason: 'release', what: 'mix release', command: /^mix\s+(?:do\s+.*)?(?:distillery\.)?release(?:\s|$)/u },
  { reason: 'release', what: 'rebar3', command: /^(?:\.\/)?rebar3\s+(?:as\s+\S+\s+)?(?:release|tar)(?:\s|$)/u },
  { reason: 'built', what: 'stack', command: /^stack\s+(?:.*\s)?(?:build|install)(?:\s|$)/u },
  { reason: 'built', what: 'cabal', command: /^cabal\s+(?:.*\s)?(?:(?:new-|v2-)?(?:build|install))(?:\s|$)/u },
  { reason: 'built', what: 'swift build', command: /^swift\s+build(?:\s|$)/u },
  { reason: 'built', what: 'crystal', command: /^(?:crystal|shards)\s+build(?:\s|$)/u },
  { reason: 'built', what: 'native-image', command: /^native-image\s/u },
  { reason: 'built', what: 'nativeCompile', command: /^(?:gradle|gradlew)\s(?:.*\s)?native(?:Compile|Image)(?:\s|$)/u },
  { reason: 'built', what: 'pyinstaller', command: /^(?:python[0-9.]*\s+-m\s+PyInstaller|pyinstaller)\s/u },
];
const goBuild = /^go\s+(?:build|install)(?:\s|$)/u;

/** Words that say that what is built needs no loader, or is no program of this platform. */
const isStatic = /CGO_ENABLED[= ]"?0|-static|netgo|musl(?!-dev)|wasm32/u;

/** What a stage builds against its glibc. `ships` are the steps of the image that it is built for. */
export function findBuild(steps: readonly Step[], ships: readonly Step[]): GlibcBuild | null {
  if (steps.some(({ text }) => isStatic.test(text))) return null;
  const commands = steps
    .filter(({ instruction }) => instruction.keyword === 'RUN')
    .flatMap((step) => listCommands(step))
    .map((command) => command.replace(/^\S*\//u, ''));
  const compiler = compilers.find(({ command }) => commands.some((text) => command.test(text)));
  if (compiler !== undefined) return { reason: compiler.reason, what: compiler.what };
  const isGo = commands.some((command) => goBuild.test(command));
  const needsLoader = usesCgo(steps) || usesNetwork(ships) || !isSmall(steps);
  return isGo && needsLoader ? { reason: 'go', what: 'go build' } : null;
}

function usesCgo(steps: readonly Step[]): boolean {
  return steps.some(({ text }) => /CGO_ENABLED[= ]"?1|\slib[a-z0-9.+-]+-dev(?:\s|$)/u.test(text));
}

/** Go's packages net and os/user are the ones of the standard library that have cgo in them: a program without either is static. */
function usesNetwork(ships: readonly Step[]): boolean {
  return ships.some(
    ({ instruction: { keyword }, text }) =>
      keyword === 'EXPOSE' || keyword === 'HEALTHCHECK' || (keyword === 'RUN' && /\sca-certificates/u.test(text)),
  );
}

/** Whether what is built is single files, each named, as small tools and examples are: most of them know no network. */
function isSmall(steps: readonly Step[]): boolean {
  const sources = steps
    .filter(({ instruction: { keyword, flags } }) => keyword === 'ADD' || (keyword === 'COPY' && !flags.has('from')))
    .flatMap(listSources);
  return sources.some((source) => source.endsWith('.go')) && !sources.some((source) => /^\.?\/?$/u.test(source));
}

/** .NET names the platform that it publishes for, whatever the image that it does so in. */
export function findPublish(steps: readonly Step[], stages: readonly Stage[]): GlibcBuild | null {
  for (const step of steps) {
    if (step.instruction.keyword !== 'RUN') continue;
    for (const command of listCommands(step)) {
      const runtime =
        /^dotnet\s+(?:build|publish)\s(?:.*\s)?(?:-r|--runtime)[\s=]+"?(linux-(?:arm64|arm|x64))(?![-\w])/u;
      const what = runtime.exec(command)?.[1];
      if (what !== undefined && startsOwnProgram(stages)) return { reason: 'dotnet', what };
    }
  }
  return null;
}

/** Whether the image starts what was published itself, and not `dotnet` with a DLL or a script. */
function startsOwnProgram(stages: readonly Stage[]): boolean {
  const steps = stages.at(-1)?.steps ?? [];
  const start =
    steps.findLast(({ instruction }) => instruction.keyword === 'ENTRYPOINT') ??
    steps.findLast(({ instruction }) => instruction.keyword === 'CMD');
  const [program = ''] = /[^\s"'[,\]]+/u.exec(start?.text ?? '') ?? [];
  return program !== '' && !/^(?:dotnet|.*\/dotnet|sh|bash|\/bin\/sh|\/bin\/bash)$|\.sh$/u.test(program);
}
