/**
 * A Dockerfile as instructions with their places. The grammar is the dockerfile-ast package's; what it leaves in the
 * text of an instruction (comments inside continued lines, carriage returns) goes here.
 */
import { DockerfileParser, Copy, From, JSONInstruction, type Instruction as Node } from 'dockerfile-ast';
import type { Diagnostic, Place, SourceFile } from '../manifest/document.ts';

export interface Instruction {
  /** In capitals: `FROM`, `RUN`. */
  readonly keyword: string;
  /** What follows the keyword and its flags, on one line; the lines of a here-document stay lines. */
  readonly text: string;
  /** Values of `--name=value` by name; a flag that comes twice has both, with a space between. */
  readonly flags: ReadonlyMap<string, string>;
  /** Whether it is written as a JSON list, which no shell reads. */
  readonly isExec: boolean;
  readonly place: Place;
}

export interface ParsedDockerfile {
  readonly instructions: readonly Instruction[];
  readonly diagnostics: readonly Diagnostic[];
}

const keywords: ReadonlySet<string> = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);
/** Above this it is no Dockerfile that anybody wrote. */
const largest = 1024 * 1024;

/** Reads a Dockerfile. A file that is none gives a diagnostic and no instructions. */
export function parseDockerfile(file: SourceFile): ParsedDockerfile {
  const refuse = (message: string, line = 1): ParsedDockerfile => ({
    instructions: [],
    diagnostics: [{ level: 'error', file: file.name, line, column: 1, message }],
  });
  if (file.text.includes('\0')) return refuse('This is no Dockerfile but binary; rename it, or leave it out.');
  if (file.text.length > largest) return refuse('This Dockerfile is larger than 1 MiB and was not judged.');
  const document = DockerfileParser.parse(file.text);
  const lines = file.text.split(/\r\n|\n|\r/u);
  const nodes = document.getInstructions();
  const instructions = nodes.map((node) => readInstruction(node, lines, document.getEscapeCharacter()));
  const unknown = instructions.find(({ keyword }) => !keywords.has(keyword));
  if (unknown !== undefined) {
    return refuse(
      `A Dockerfile has no instruction ${shorten(unknown.keyword)}; it was not judged.`,
      unknown.place.line,
    );
  }
  if (!instructions.some(({ keyword }) => keyword === 'FROM')) {
    return refuse('This Dockerfile has no FROM; it was not judged.');
  }
  return { instructions, diagnostics: [] };
}

function shorten(keyword: string): string {
  return keyword.length > 20 ? `${keyword.slice(0, 20)}…` : keyword;
}

function readInstruction(node: Node, lines: readonly string[], escape: string): Instruction {
  const { start, end } = node.getRange();
  const flags = new Map<string, string>();
  for (const flag of flagsOf(node)) {
    const known = flags.get(flag.getName());
    const value = flag.getValue() ?? '';
    flags.set(flag.getName(), known === undefined ? value : `${known} ${value}`);
  }
  return {
    keyword: node.getKeyword(),
    text: readText(node, lines, escape),
    flags,
    isExec: node instanceof JSONInstruction && node.getOpeningBracket() !== null,
    place: {
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}

function flagsOf(node: Node): readonly { getName: () => string; getValue: () => string | null }[] {
  if (node instanceof JSONInstruction || node instanceof Copy) return node.getFlags();
  const platform = node instanceof From ? node.getPlatformFlag() : null;
  return platform === null ? [] : [platform];
}

/** The logical line: continued lines joined, comments and empty lines between them left out, as the builder does. */
function readText(node: Node, lines: readonly string[], escape: string): string {
  const { start, end } = node.getRange();
  const own = lines.slice(start.line, end.line + 1);
  own[0] = (own[0] ?? '').slice(start.character);
  const logical: string[] = [];
  let rest = own;
  while (rest.length > 0) {
    const [line = '', ...after] = rest;
    rest = after;
    const trimmed = line.trimEnd();
    if (logical.length > 0 && /^\s*(?:#|$)/u.test(line)) continue;
    const continues = trimmed.endsWith(escape);
    logical.push(continues ? trimmed.slice(0, -1) : trimmed);
    if (!continues) break;
  }
  const head = logical.join(' ').trim();
  // What is left are the lines of here-documents.
  return [withoutFlags(head.slice(node.getKeyword().length).trim()), ...rest].join('\n').trim();
}

function withoutFlags(text: string): string {
  return text.replace(/^(?:--[a-z-]+(?:=\S*)?\s+)+/u, '');
}
