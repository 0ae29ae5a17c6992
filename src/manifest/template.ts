/** How the marks of templates begin and end: Helm and other Go templates, Jinja. */
const MARKS = [
  ['{{', '}}'],
  ['{%', '%}'],
] as const;

/** Finds the first mark of a template, begun and ended on one line, in a part of a text; `null` when there is none. */
export function findTemplateMark(text: string, start: number, end: number): number | null {
  const part = text.slice(start, end);
  const found = MARKS.map(([open, close]) => findPair(part, open, close)).filter((at) => at >= 0);
  return found.length === 0 ? null : start + Math.min(...found);
}

function findPair(text: string, open: string, close: string): number {
  for (let at = text.indexOf(open); at >= 0;) {
    const closed = text.indexOf(close, at);
    if (closed < 0) return -1;
    const lineBreak = text.indexOf('\n', at);
    if (lineBreak < 0 || closed < lineBreak) return at;
    at = text.indexOf(open, lineBreak);
  }
  return -1;
}
