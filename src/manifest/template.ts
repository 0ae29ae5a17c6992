/** Helm and Go templates, Jinja: `{{ ... }}` on one line, `{% ... %}`. */
const TEMPLATE_MARK = /\{\{[^\n]*?\}\}|\{%[^\n]*?%\}/;

/** Finds the first mark of a template in a part of a text; its offset in the text, `null` when there is none. */
export function findTemplateMark(text: string, start: number, end: number): number | null {
  const found = TEMPLATE_MARK.exec(text.slice(start, end));
  return found === null ? null : start + found.index;
}
