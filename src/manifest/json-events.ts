import type { DocumentEvents, EndEvent, NodeEvent } from './events.ts';
import { endOfJsonLiteral, endOfJsonString, parseJson } from './json-text.ts';

/** Gives the events of a JSON text that `parseJson` has accepted. */
export function readJsonEvents(text: string): DocumentEvents {
  const events: (NodeEvent | EndEvent)[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    switch (text.charAt(at)) {
      case '{':
        events.push({ kind: 'mapping', start, anchor: null });
        at++;
        break;
      case '[':
        events.push({ kind: 'sequence', start, anchor: null });
        at++;
        break;
      case '}':
      case ']':
        at++;
        events.push({ kind: 'end', end: at });
        break;
      case '"': {
        const end = endOfJsonString(text, at) ?? text.length;
        const value = parseJson(text.slice(start, end)) as string;
        events.push({ kind: 'scalar', start, end, style: 'quoted', value, anchor: null, tag: null });
        at = end;
        break;
      }
      default: {
        const end = endOfJsonLiteral(text, at);
        // Commas, colons and white space say nothing that the order of events does not.
        at = end ?? at + 1;
        if (end === null) break;
        const value = text.slice(start, end);
        events.push({ kind: 'scalar', start, end, style: 'plain', value, anchor: null, tag: null });
      }
    }
  }
  return events;
}
