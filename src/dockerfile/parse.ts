/**
 * A Dockerfile as instructions with their places. Where instructions begin and end is the dockerfile-ast package's to say;
 * what stands in them is read as the builder does.
 * @see github.com/moby/buildkit/frontend/dockerfile/parser `Parse`, `extractBuilderFlags`, `parseJSON`
 */
import { DockerfileParser, type Instruction as Node } from 'dockerfile-ast';
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
  const refuseBinary = (): ParsedDockerfile => refuse('This is no Dockerfile but binary; rename it, or leave it out.');
  if (file.text.includes('\0')) return refuseBinary();
  if (file.text.length > largest) return refuse('This Dockerfile is larger than 1 MiB and was not judged.');
  const document = DockerfileParser.parse(file.text);
  const escape = document.getEscapeCharacter();
  const disguised = disguise(file.text, escape);
  const nodes = (disguised === file.text ? document : DockerfileParser.parse(disguised)).getInstructions();
  const lines = file.text.split(/\r\n|\n|\r/u);
  const instructions = nodes.map((node) => readInstruction(node, lines, escape));
  const unknown = instructions.find(({ keyword }) => !keywords.has(keyword));
  if (unknown !== undefined) {
    // What is not UTF-8 was decoded to this.
    if (unknown.keyword.includes('\uFFFD')) return refuseBinary();
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

/**
 * The same text, to the character, without what the parser takes for something else: a doubled escape at the end of a line,
 * which continues nothing, and the number in `3<<EOF`.
 */
function disguise(text: string, escape: string): string {
  const doubled = escape === '`' ? /`{2,}(?=[ \t]*\r?$)/gmu : /\\{2,}(?=[ \t]*\r?$)/gmu;
  return text
    .replaceAll(doubled, (run) => '_'.repeat(run.length))
    .replaceAll(/(?<=\s)[0-9]+(?=<<-?["']?[A-Za-z_])/gu, (number) => ' '.repeat(number.length));
}

function shorten(keyword: string): string {
  return keyword.length > 20 ? `${keyword.slice(0, 20)}…` : keyword;
}

function readInstruction(node: Node, lines: readonly string[], escape: string): Instruction {
  const { start, end } = node.getRange();
  const keyword = node.getKeyword();
  const { head, body } = joinLines(node, lines, escape);
  const { flags, rest } = readFlags(head.slice(keyword.length).trim());
  return {
    keyword,
    text: [rest, ...body].join('\n').trim(),
    flags,
    isExec: takesList.has(keyword) && isList(rest),
    place: {
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}

/** The logical line, continued lines joined, comments and empty lines between them left out; and the lines of its here-documents. */
function joinLines(
  node: Node,
  lines: readonly string[],
  escape: string,
): { readonly head: string; readonly body: readonly string[] } {
  const { start, end } = node.getRange();
  const own = lines.slice(start.line, end.line + 1);
  own[0] = (own[0] ?? '').slice(start.character);
  const pieces: string[] = [];
  let next = 0;
  for (const line of own) {
    next += 1;
    if (next > 1 && /^\s*(?:#|$)/u.test(line)) continue;
    const trimmed = line.trimEnd();
    // A doubled one stands for itself.
    const continues = trimmed.endsWith(escape) && !trimmed.endsWith(escape + escape);
    const piece = continues ? trimmed.slice(0, -1) : line;
    // A word that goes on in the next line stays one word.
    const isSplitWord = !isBlank(pieces.at(-1)?.at(-1)) && !isBlank(piece[0]);
    pieces.push(next === 1 || isSplitWord ? piece : ` ${piece}`);
    if (!continues) break;
  }
  return { head: pieces.join('').trim(), body: own.slice(next).map((text) => text.trimEnd()) };
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || character.trim() === '';
}

function readFlags(text: string): Pick<Instruction, 'flags'> & { readonly rest: string } {
  const flags = new Map<string, string>();
  const flag = /\s*--([A-Za-z][A-Za-z0-9-]*)?(?:=((?:"[^"]*"|'[^']*'|[^\s"'])*))?(?=\s|$)/uy;
  let end = 0;
  for (let found = flag.exec(text); found !== null; found = flag.exec(text)) {
    end = flag.lastIndex;
    const [, name, value = ''] = found;
    if (name === undefined) break;
    const known = flags.get(name);
    const plain = value.replaceAll(/["']/gu, '');
    flags.set(name, known === undefined ? plain : `${known} ${plain}`);
  }
  return { flags, rest: text.slice(end).trimStart() };
}

const takesList: ReadonlySet<string> = new Set('ADD CMD COPY ENTRYPOINT RUN SHELL VOLUME'.split(' '));

/** Whether a text is a JSON list of strings. What only looks like one goes to the shell, as `[ "$A" = b ] || exit 1` does. */
function isList(text: string): boolean {
  if (!text.startsWith('[')) return false;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string');
  } catch {
    return false;
  }
}
