import type { Command } from 'commander';

export type Shell = 'bash' | 'fish' | 'zsh';

interface Flag {
  /** `-o`, `--output` */
  readonly spellings: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** What may follow the words that lead to a command: `''`, `check`, `policy build`. */
interface Level {
  readonly path: string;
  /** Subcommands, or the words that its argument may be. */
  readonly words: readonly { readonly word: string; readonly description: string; readonly isCommand: boolean }[];
  readonly flags: readonly Flag[];
}

/** The script that teaches a shell quotafit's commands, flags and their values; where nothing else fits, files. */
export function printCompletion(shell: Shell, program: Command): string {
  const levels = listLevels(program, '');
  switch (shell) {
    case 'bash':
      return printBash(levels);
    case 'zsh':
      return printZsh(levels);
    case 'fish':
      return printFish(levels);
  }
}

function listLevels(command: Command, path: string): readonly Level[] {
  const help = command.createHelp();
  const children = command.commands;
  const level: Level = {
    path,
    words: [
      ...children.map((child) => ({ word: child.name(), description: child.description(), isCommand: true })),
      ...command.registeredArguments
        .flatMap(({ argChoices }) => argChoices ?? [])
        .map((word) => ({ word, description: '', isCommand: false })),
    ],
    flags: help.visibleOptions(command).map(({ short, long, description, required, argChoices }) => ({
      spellings: [short, long].filter((spelling) => typeof spelling === 'string'),
      description,
      takesValue: required,
      choices: argChoices ?? [],
    })),
  };
  return [level, ...children.flatMap((child) => listLevels(child, `${path} ${child.name()}`.trim()))];
}

/** `case` branches of both bash and zsh that follow the words typed so far: `policy/build) command='policy build' ;;`. */
function followWords(levels: readonly Level[], indent: string): string {
  return levels
    .flatMap(({ path, words }) => words.filter(({ isCommand }) => isCommand).map(({ word }) => ({ path, word })))
    .map(({ path, word }) => `${indent}'${path}/${word}') command='${`${path} ${word}`.trim()}' ;;`)
    .join('\n');
}

/** `case` branches for the values of the flag before the cursor. */
function flagValues(levels: readonly Level[], print: (choices: string) => string): string {
  const lines = levels.flatMap(({ path, flags }) =>
    flags
      .filter(({ choices }) => choices.length > 0)
      .map(({ spellings, choices }) => {
        const patterns = spellings.map((spelling) => `'${path}/${spelling}'`).join(' | ');
        return `    ${patterns}) ${print(choices.join(' '))} ;;`;
      }),
  );
  return lines.join('\n');
}

function printBash(levels: readonly Level[]): string {
  const words = levels.map(({ path, words, flags }) => {
    const all = [...words.map(({ word }) => word), ...flags.flatMap(({ spellings }) => spellings)];
    return `      '${path}') words='${all.join(' ')}' ;;`;
  });
  return `# Completion of quotafit for bash. In ~/.bashrc: source <(quotafit completion bash)
_quotafit() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" command='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$command/$word" in
${followWords(levels, '      ')}
    esac
  done
  case "$command/$previous" in
${flagValues(levels, (choices) => `words='${choices}'`)}
    *) case "$command" in
${words.join('\n')}
    esac ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _quotafit quotafit kubectl-quotafit
`;
}

/** A name and its description as \`_describe\` takes them. */
function describeZsh(name: string, description: string): string {
  return quote(description === '' ? name : `${name.replaceAll(':', String.raw`\:`)}:${description}`);
}

function printZsh(levels: readonly Level[]): string {
  const cases = levels.map(({ path, words, flags }) => {
    const commands = words.map(({ word, description }) => describeZsh(word, description));
    const options = flags.flatMap(({ spellings, description }) =>
      spellings.map((spelling) => describeZsh(spelling, description)),
    );
    return `    '${path}') commands=(${commands.join(' ')}) options=(${options.join(' ')}) ;;`;
  });
  return `#compdef quotafit kubectl-quotafit
# Completion of quotafit for zsh: quotafit completion zsh > "\${fpath[1]}/_quotafit"
_quotafit() {
  local command='' word
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$command/$word" in
${followWords(levels, '      ')}
    esac
  done
  case "$command/\${words[CURRENT-1]}" in
${flagValues(levels, (choices) => `compadd -- ${choices}; return`)}
  esac
  case "$command" in
${cases.join('\n')}
  esac
  _describe command commands
  _describe -o option options
  _files
}
compdef _quotafit quotafit kubectl-quotafit
`;
}

function printFish(levels: readonly Level[]): string {
  const lines = levels.flatMap(({ path, words, flags }) => {
    const when = path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;
    const head = `complete -c quotafit -n '${when}'`;
    return [
      ...words.map(({ word, description }) => `${head} -a ${word} -d ${quote(description)}`),
      ...flags.map(({ spellings, description, takesValue, choices }) => {
        const names = spellings.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
        const values = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : takesValue ? ' -r' : '';
        return `${head} ${names.join(' ')}${values} -d ${quote(description)}`;
      }),
    ];
  });
  return `# Completion of quotafit for fish: quotafit completion fish > ~/.config/fish/completions/quotafit.fish
${lines.join('\n')}
`;
}

/** A text between single quotes, as bash, zsh and (without backslashes in it) fish read it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
