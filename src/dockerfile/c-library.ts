import { parseImageReference } from '../image/reference.ts';
import { listCommands } from './commands.ts';
import { lineage, type Stage } from './stage.ts';

export type CLibrary = 'glibc' | 'musl';

/** The C library of what a stage stands on; `null` when neither its base nor its package manager says. */
export function libraryOfStage(stages: readonly Stage[], index: number): CLibrary | null {
  const line = lineage(stages, index);
  const library = libraryOfImage(line.at(-1)?.base ?? '');
  if (library !== 'unknown') return library;
  const commands = line
    .flatMap((stage) => stage.steps)
    .filter(({ instruction }) => instruction.keyword === 'RUN')
    .flatMap((step) => listCommands(step));
  // Not the other way round: Wolfi has apk and glibc.
  return commands.some((command) => /^(?:apt|apt-get|yum|dnf|microdnf|tdnf)\s/u.test(command)) ? 'glibc' : null;
}

/** `null` for an image that has both, or builds for one on the other; `unknown` when its name says nothing. */
export function libraryOfImage(base: string): CLibrary | 'unknown' | null {
  const reference = parseImageReference(base);
  if (reference.kind === 'reference-error') return 'unknown';
  const { repository, tag } = reference;
  const whole = `${repository}:${tag ?? ''}`;
  if (/glibc|musl|oracle-?j/u.test(whole) || bringsGlibc.test(repository)) return null;
  if (/(?:^|[-_./:])alpine(?:[-_./:0-9]|$)/u.test(whole)) return 'musl';
  if (/(?:bookworm|bullseye|buster|debian|focal|jammy|jessie|noble|stretch|trixie|ubuntu)/u.test(whole)) return 'glibc';
  const official = /^(?:docker\/)?library\/([^/]+)$/u.exec(repository)?.[1];
  if (official !== undefined && alpineByDefault.has(official)) return 'musl';
  return (official !== undefined && glibcByDefault.has(official)) || glibcBuilders.test(repository)
    ? 'glibc'
    : 'unknown';
}

/** Images for Alpine with a glibc of their own, as Java of Oracle needs it. */
const bringsGlibc = /^(?:adoptopenjdk|anapsix|continuumio|frolvlad|jeanblanchard)\//u;

const alpineByDefault: ReadonlySet<string> = new Set(
  'adminer caddy composer docker eclipse-mosquitto registry traefik'.split(' '),
);

const glibcByDefault: ReadonlySet<string> = new Set(
  (
    'almalinux amazoncorretto amazonlinux archlinux buildpack-deps centos clojure dart eclipse-temurin elixir erlang fedora gcc ' +
    'golang gradle haskell ibm-semeru-runtimes julia maven mono nginx node openjdk oraclelinux perl php pypy python ' +
    'rockylinux ruby rust sapmachine swift'
  ).split(' '),
);

const glibcBuilders =
  /^(?:(?:ghcr\.io\/)?graalvm|oracle\/graalvm|[^/]+\/graalvm)|^(?:crystallang\/crystal|dotnet\/|fpco\/stack-build|microsoft\/dotnet|rustlang\/rust)/u;
