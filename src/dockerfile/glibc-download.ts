import { listCommands } from './commands.ts';
import type { Step } from './stage.ts';

/** A file whose name says that it holds a program for glibc. */
export interface GlibcDownload {
  /** As it is written: an address, a file, a package. */
  readonly what: string;
  /** What the program is called, as far as its name says. */
  readonly program: RegExp;
  /** A variable that keeps the program away, or names another. */
  readonly unless?: RegExp;
}

/** Programs that are released for glibc alone, or under another name for musl. Addresses and files are matched, never paths of a package. */
const releases: readonly { readonly file: RegExp; readonly program: RegExp }[] = [
  {
    file: /(?:^|[/_-])(?:server-)?(?:jdk|jre|openjdk)[^/]*[-_]linux[-_](?:x64|amd64|aarch64|arm|i586|x86_64)/iu,
    program: /java|jdk|jre/iu,
  },
  { file: /(?:amazon-corretto|bellsoft|graalvm|semeru|zulu)[^/]*linux/iu, program: /java|jdk|jre|graalvm/iu },
  { file: /OpenJDK[^/]*_(?:x64|aarch64|arm)_linux_/u, program: /java|jdk|jre/iu },
  { file: /(?:^|\/)node-v[^/]*-linux-/u, program: /node/u },
  { file: /(?:^|\/)kibana-[^/]*linux/u, program: /kibana/u },
  { file: /(?:^|\/)(?:awscli-exe|aws-sam-cli)-linux/u, program: /aws|sam/u },
  { file: /(?:^|\/)(?:Anaconda|Mambaforge|Miniconda|Miniforge)[0-9]?-(?!.*MacOSX)/u, program: /conda|forge|mamba/u },
  // Version 1 was Python, frozen; version 2 is static.
  { file: /\/compose\/releases\/download\/1\./u, program: /compose/u },
  { file: /(?:^|\/)phantomjs-[^/]*linux/u, program: /phantomjs/u },
  { file: /(?:^|\/)chromedriver[-_]linux64/u, program: /chromedriver/u },
  { file: /(?:^|\/)protoc-(?!gen)[^/]*linux/u, program: /protoc(?:$|[/\s])/u },
  { file: /(?:^|\/)wkhtmltox-[^/]*(?:linux|amd64|i386)[^/]*\.tar|wkhtmltopdf-(?:amd64|i386)/u, program: /wkhtmlto/u },
  { file: /(?:^|\/)hugo_extended_[^/]*linux/iu, program: /hugo/u },
  { file: /(?:^|\/)julia-[^/]*linux/u, program: /julia/u },
  // The go command is static since 1.21.
  { file: /(?:^|\/)go1\.(?:[0-9]|1[0-9]|20)(?:\.[0-9]+)?\.linux-/u, program: /\/go(?:$|[/\s])/u },
  { file: /(?:^|\/)dartsdk-linux-/u, program: /dart/u },
  { file: /(?:^|\/)bun-linux-(?:aarch64|x64)/u, program: /bun/u },
  { file: /(?:^|\/)(?:aspnetcore|dotnet)-(?:runtime|sdk)-[^/]*linux-/u, program: /dotnet/u },
  { file: /(?:^|\/)powershell-[^/]*linux-/u, program: /powershell|pwsh/u },
  { file: /(?:^|\/)instantclient-[^/]*linux/u, program: /instantclient/u },
  { file: /(?:^|\/)mongodb-linux-/u, program: /mongo/u },
  { file: /(?:^|\/)nomad_[^/]*_linux/u, program: /nomad/u },
  { file: /(?:^|\/)nvim-linux/u, program: /nvim/u },
  { file: /(?:^|\/)platform-tools[^/]*-linux/u, program: /adb|platform-tools/u },
  { file: /(?:^|\/)ghc-[^/]*-(?:centos|deb|fedora)[^/]*-linux/u, program: /ghc/u },
  { file: /\/\/deno\.land\/(?:x\/)?install/u, program: /deno/u },
  { file: /(?:^|\/)sonar-scanner-cli-[^/]*linux/u, program: /sonar/u },
];

interface Bringer {
  readonly command: RegExp;
  /** Words of which one is the package; without it the command itself brings the program. */
  readonly name?: RegExp;
  readonly unless?: RegExp;
}

/** Package managers and what they bring along for glibc alone. */
const bringers: readonly Bringer[] = [
  {
    command: /^(?:npm|pnpm|yarn)\s(?:\S+\s)*?(?:add|i|install)\s/u,
    name: /^(?:chromedriver|cypress|electron|html-pdf|phantomjs|phantomjs-prebuilt|puppeteer)(?:@\S*)?$/u,
    unless:
      /(?:CHROMEDRIVER|CYPRESS|ELECTRON|PHANTOMJS|PUPPETEER)_(?:EXECUTABLE|FILEPATH|INSTALL_BINARY|PLATFORM|SKIP)/u,
  },
  { command: /^gem\s+install\s/u, name: /^wkhtmltopdf-binary(?:-edge)?$/u },
  {
    command: /^(?:npx\s+|python[0-9.]*\s+-m\s+)?playwright\s+install(?:\s|$)/u,
    unless: /PLAYWRIGHT_(?:EXECUTABLE|SKIP)/u,
  },
  { command: /^nvm\s+install\s+(?!-s)/u, unless: /NVM_NODEJS_ORG_MIRROR/u },
];

/** What is longer is no address of a release, and none for a dozen patterns. */
const longestAddress = 512;
const gnuInName = /linux-gnu(?:eabihf|abi64)?(?![A-Za-z])|-glibc[-._]|[-_]gnu\.(?:tar|tgz|zip)/u;
const otherLibrary = /musl(?!-(?:dev|tools|utils|locales))|alpine/u;

/**
 * What a RUN, ADD or COPY brings in; nothing when it also knows musl, since then it chooses by what it finds, or when it puts
 * away the runtime that was bundled.
 */
export function findDownloads(step: Step): readonly GlibcDownload[] {
  const { keyword } = step.instruction;
  if (keyword === 'RUN') {
    if (/musl(?!-(?:dev|tools|utils|locales))|use_embedded_jre=false|rm\s[^&;|]*\/node\/?(?:\s|$)/u.test(step.text))
      return [];
    const addresses = splitWords(step.text).filter((word) => word.includes('://'));
    return [...addresses.flatMap(readFile), ...listCommands(step).flatMap(readPackages)];
  }
  const isFromContext = keyword === 'ADD' || (keyword === 'COPY' && !step.instruction.flags.has('from'));
  return isFromContext ? listSources(step).flatMap(readFile) : [];
}

/** What COPY or ADD take, as written; the last word is where they put it. */
export function listSources({ text, instruction }: Step): readonly string[] {
  return (instruction.isExec ? splitWords(text.replaceAll(/[[\]]/gu, ' ')) : text.split(/\s+/u)).slice(0, -1);
}

function splitWords(text: string): readonly string[] {
  return text.split(/[\s"'`|;&<>(),]+/u).filter((word) => word !== '');
}

function readFile(word: string): readonly GlibcDownload[] {
  const name = word.replace(/^[A-Za-z_]+=/u, '');
  if (name.length > longestAddress || otherLibrary.test(name)) return [];
  const release = releases.find(({ file }) => file.test(name));
  if (release !== undefined) return [{ what: name, program: release.program }];
  if (!gnuInName.test(name.slice(name.lastIndexOf('/') + 1))) return [];
  const [program = ''] = /^[A-Za-z][A-Za-z0-9]*/u.exec(name.slice(name.lastIndexOf('/') + 1)) ?? [];
  return [{ what: name, program: program === '' ? /(?!)/u : new RegExp(program, 'iu') }];
}

function readPackages(command: string): readonly GlibcDownload[] {
  return bringers.flatMap(({ command: brings, name, unless }) => {
    if (!brings.test(command)) return [];
    const packages = name === undefined ? [command] : command.split(/\s+/u).filter((word) => name.test(word));
    return packages.map((what) => ({
      what: what.slice(0, 80),
      program: /(?!)/u,
      ...(unless !== undefined && { unless }),
    }));
  });
}
