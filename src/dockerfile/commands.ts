import type { Step } from './stage.ts';

/** The simple commands of a RUN, each as one text; what a shell would do with quotes and expansions is left alone. */
export function listCommands({ text, instruction }: Step): readonly string[] {
  if (instruction.isExec) return [execText(text)];
  return text
    .split(/&&|\|\||[;\n|]|(?<=\s)(?:then|do|else)(?=\s)/u)
    .map((command) => command.trim().replace(prefix, ''))
    .filter((command) => command !== '');
}

/** What may stand before the name of a command: groups, `sudo`, variables for it alone. */
const prefix =
  /^(?:[({!]\s*|(?:sudo|exec|command|env|time)(?:\s+-[A-Za-z]+)*\s+|[A-Za-z_][A-Za-z0-9_]*=(?:"[^"]*"|'[^']*'|\S*)\s+)+/u;

function execText(text: string): string {
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) ? words.join(' ') : text;
  } catch {
    return text;
  }
}

/** Whether a RUN keeps a folder out of its layer: a cache or tmpfs mount at it, above or below it. */
export function isMounted({ instruction }: Step, folder: string): boolean {
  return (instruction.flags.get('mount') ?? '').split(' ').some((mount) => {
    const target = /(?:^|,)(?:target|dst|destination)=([^,]+)/u.exec(mount)?.[1] ?? '';
    return /(?:^|,)type=(?:cache|tmpfs)/u.test(mount) && (target.startsWith(folder) || folder.startsWith(target));
  });
}
