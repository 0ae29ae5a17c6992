/** GitHub refuses a comment above 65,536 characters, GitLab one above a million. */
const commentLength = 65_536;

/** Prints paragraphs and tables as one comment; rows that it has no room for are counted instead. */
export function printComment(head: readonly string[], sections: readonly Table[], foot: string): string {
  // Each table may end with a line about the rows that it leaves out.
  let room = commentLength - [...head, foot].join('\n\n').length - sections.length * 80;
  const printed: string[] = [];
  for (const section of sections) {
    const text = printTable(section, room);
    room -= text.length + 2;
    if (text !== '') printed.push(text);
  }
  return `${[...head, ...printed, foot].join('\n\n')}\n`;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly noun: readonly [one: string, many: string];
}

export function table(head: Table['head'], rows: Table['rows'], noun: Table['noun']): Table {
  return { head, rows, noun };
}

/** As many rows as `room` characters hold, and a line for those that it does not. */
function printTable({ head, rows, noun }: Table, room: number): string {
  if (rows.length === 0) return '';
  const lines = [row(head), row(head.map(() => '---'))];
  let length = lines.join('\n').length;
  let shown = 0;
  for (const cells of rows) {
    const line = row(cells);
    if (length + line.length + 1 > room) break;
    lines.push(line);
    length += line.length + 1;
    shown += 1;
  }
  const left = rows.length - shown;
  const more = left === 0 ? '' : `${count(left, `more ${noun[0]}`, `more ${noun[1]}`)} not shown here.`;
  return [shown === 0 ? '' : lines.join('\n'), more].filter((part) => part !== '').join('\n\n');
}

export function mark(level: 'error' | 'warning'): string {
  return level === 'error' ? '❌' : '⚠️';
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

export function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

/** Character references can start no markup, end no cell and mention nobody, whatever they stand for. */
export function escape(text: string): string {
  return text
    .replaceAll(/[\r\n]+/gu, ' ')
    .replaceAll(/[&<>|`*_~[\]()#@!\\:]/gu, (character) => `&#${character.codePointAt(0)};`);
}
