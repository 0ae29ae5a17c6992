/*
 * Where each value of a document is written. Values that came through an alias or a merge are where the anchor has
 * them; the entry that holds the alias is where it stands itself.
 */
import { exceedsCapacity } from './capacity.ts';
import { isMergeKey, keyOfScalar } from './compose.ts';
import type { Document } from './document.ts';
import type { CollectionEvent, DocumentEvents, EndEvent, NodeEvent, ScalarEvent } from './events.ts';
import { readJsonEvents } from './json-events.ts';
import { parseYamlEvents } from './libyaml/parser.ts';

/** A value as written; offsets are UTF-16 units of the file. */
export interface SourceNode {
  readonly start: number;
  readonly end: number;
  /** The key of the entry that holds it, `null` for items of lists and for the root. */
  readonly key: { readonly start: number; readonly end: number } | null;
  readonly scalar: ScalarEvent | null;
  /** By key, or by index written out. */
  readonly children: ReadonlyMap<string, SourceNode>;
}

const NO_CHILDREN: ReadonlyMap<string, SourceNode> = new Map();

/** Holds the latest tree alone: places are asked for document by document, and the trees of a release outweigh it. */
let latest = new WeakMap<Document, SourceNode | null>();

interface Grower {
  readonly events: DocumentEvents;
  readonly anchors: Map<string, SourceNode>;
  /** Offset of the document in its file. */
  readonly base: number;
  next: number;
}

/** Gives the tree of a document, `null` where it holds too many values for one; grown when first asked for. */
export function sourceTreeOf(document: Document): SourceNode | null {
  const known = latest.get(document);
  if (known !== undefined) return known;
  const tree = growTree(document);
  latest = new WeakMap([[document, tree]]);
  return tree;
}

function growTree({ file, start, end, format }: Document): SourceNode | null {
  if (exceedsCapacity('yaml', file.text, start, end)) return null;
  const text = file.text.slice(start, end);
  const events = format === 'json' ? readJsonEvents(text) : parseYamlEvents(text);
  const grower: Grower = { events, anchors: new Map(), base: start, next: 0 };
  return growNode(grower, takeNode(grower), null);
}

function takeEvent(grower: Grower): NodeEvent | EndEvent {
  const event = grower.events[grower.next++];
  if (event === undefined) throw new RangeError('the events end inside a node');
  return event;
}

function takeNode(grower: Grower): NodeEvent {
  const event = takeEvent(grower);
  if (event.kind === 'end') throw new RangeError('a collection ends where a node is due');
  return event;
}

function growNode(grower: Grower, event: NodeEvent, key: SourceNode['key']): SourceNode {
  const { base } = grower;
  if (event.kind === 'alias') {
    const target = grower.anchors.get(event.anchor);
    const [start, end] = [base + event.start, base + event.end];
    return { start, end, key, scalar: target?.scalar ?? null, children: target?.children ?? NO_CHILDREN };
  }
  if (event.kind === 'scalar') {
    return keep(grower, event.anchor, {
      start: base + event.start,
      end: base + event.end,
      key,
      scalar: event,
      children: NO_CHILDREN,
    });
  }
  const children = new Map<string, SourceNode>();
  const close = event.kind === 'mapping' ? growEntries(grower, children) : growItems(grower, children);
  // A block collection has no end of its own; where its last child ends does as well.
  const start = base + event.start;
  const end = close.end === null ? ([...children.values()].at(-1)?.end ?? start) : base + close.end;
  return keep(grower, event.anchor, { start, end: Math.max(start, end), key, scalar: null, children });
}

function keep(grower: Grower, anchor: CollectionEvent['anchor'], node: SourceNode): SourceNode {
  if (anchor !== null) grower.anchors.set(anchor, node);
  return node;
}

function growItems(grower: Grower, items: Map<string, SourceNode>): EndEvent {
  for (;;) {
    const event = takeEvent(grower);
    if (event.kind === 'end') return event;
    items.set(String(items.size), growNode(grower, event, null));
  }
}

function growEntries(grower: Grower, entries: Map<string, SourceNode>): EndEvent {
  for (;;) {
    const event = takeEvent(grower);
    if (event.kind === 'end') return event;
    const node = growNode(grower, event, null);
    if (isMergeKey(event)) {
      for (const merged of mergedNodes(grower)) for (const [name, child] of merged.children) entries.set(name, child);
    } else {
      const name = node.scalar === null ? null : keyOfScalar(node.scalar);
      const value = growNode(grower, takeNode(grower), { start: node.start, end: node.end });
      if (name !== null) entries.set(name, value);
    }
  }
}

/** Gives what a `<<` merges, in the order in which it acts. */
function mergedNodes(grower: Grower): readonly SourceNode[] {
  const event = takeNode(grower);
  const node = growNode(grower, event, null);
  return event.kind === 'sequence' ? [...node.children.values()].toReversed() : [node];
}
