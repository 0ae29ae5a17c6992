/*
 * Events to a value, as go.yaml.in/yaml/v2 decodes into `interface{}` and sigs.k8s.io/yaml then makes JSON of it.
 * Merges act where they stand: a merged key replaces one written above it. Tags on collections mean nothing.
 */
import { chargeNode, createAliasBudget } from './alias-budget.ts';
import type { AliasBudget } from './alias-budget.ts';
import type { JsonValue } from './document.ts';
import type { AliasEvent, DocumentEvents, EndEvent, NodeEvent, ScalarEvent } from './events.ts';
import { keyOfNumber, keyOfPlainScalar, readNumber, resolvePlainScalar } from './scalar.ts';
import { YamlError } from './yaml-error.ts';
import { isMergeTag, readTaggedScalar } from './yaml-tag.ts';

/** A key that stands twice in one mapping, where only one value survives. */
export interface RepeatedKey {
  readonly key: string;
  /** UTF-16 offset in the document's text of the entry that makes it a repetition. */
  readonly offset: number;
  /** `merge` when a `<<` below the entry replaces its value. */
  readonly by: 'entry' | 'merge';
}

export interface Composed {
  readonly value: JsonValue;
  readonly repeatedKeys: readonly RepeatedKey[];
  /** Whether a number is spelled in a way that `String` of its value does not give back. */
  readonly hasSpelledNumbers: boolean;
}

/** A node that aliases may stand for. */
interface Anchor {
  readonly event: Exclude<NodeEvent, AliasEvent>;
  value: JsonValue;
  /** Decoding steps that the node costs, `null` while it is still open. */
  cost: number | null;
}

type MutableObject = Record<string, JsonValue>;

interface Composer {
  readonly events: DocumentEvents;
  readonly anchors: Map<string, Anchor>;
  readonly repeatedKeys: RepeatedKey[];
  readonly budget: AliasBudget;
  next: number;
  hasSpelledNumbers: boolean;
}

/**
 * Makes the value of one document.
 * @throws YamlError where kubectl refuses the document: unknown anchors, null as a key, `.inf`, alias bombs
 */
export function composeDocument(events: DocumentEvents): Composed {
  const composer: Composer = {
    events,
    anchors: new Map(),
    repeatedKeys: [],
    budget: createAliasBudget(),
    next: 0,
    hasSpelledNumbers: false,
  };
  let value: JsonValue = null;
  if (events.length > 0) {
    chargeNode(composer.budget, 0);
    value = composeNode(composer, takeNode(composer));
  }
  return { value, repeatedKeys: composer.repeatedKeys, hasSpelledNumbers: composer.hasSpelledNumbers };
}

function takeEvent(composer: Composer): NodeEvent | EndEvent {
  const event = composer.events[composer.next++];
  if (event === undefined) throw new RangeError('the events end inside a node');
  return event;
}

function takeNode(composer: Composer): NodeEvent {
  const event = takeEvent(composer);
  if (event.kind === 'end') throw new RangeError('a collection ends where a node is due');
  return event;
}

function composeNode(composer: Composer, event: NodeEvent): JsonValue {
  if (event.kind === 'alias') return followAlias(composer, event).value;
  chargeNode(composer.budget, event.start);
  if (event.kind === 'scalar') {
    const value = composeScalar(composer, event);
    if (event.anchor !== null) composer.anchors.set(event.anchor, { event, value, cost: 1 });
    return value;
  }
  const stepsBefore = composer.budget.steps - 1;
  const anchor: Anchor | null = event.anchor === null ? null : { event, value: null, cost: null };
  if (anchor !== null && event.anchor !== null) composer.anchors.set(event.anchor, anchor);
  const value = event.kind === 'sequence' ? composeSequence(composer) : composeMapping(composer);
  if (anchor !== null) {
    anchor.value = value;
    anchor.cost = composer.budget.steps - stepsBefore;
  }
  return value;
}

function findAnchor(composer: Composer, alias: AliasEvent): Anchor & { readonly cost: number } {
  const anchor = composer.anchors.get(alias.anchor);
  if (anchor === undefined) throw new YamlError(`unknown anchor '${alias.anchor}' referenced`, alias.start);
  const { cost } = anchor;
  if (cost === null) throw new YamlError(`anchor '${alias.anchor}' value contains itself`, alias.start);
  return { ...anchor, cost };
}

/** Gives what an alias stands for, and pays for decoding it once more. */
function followAlias(composer: Composer, alias: AliasEvent): Anchor {
  const anchor = findAnchor(composer, alias);
  chargeNode(composer.budget, alias.start, anchor.cost);
  return anchor;
}

function composeScalar(composer: Composer, event: ScalarEvent): JsonValue {
  const { value: text, tag } = event;
  if (tag === null && event.style !== 'plain') return text;
  if (tag !== null) {
    const read = readTaggedScalar(tag, text);
    if (read.kind === 'text') return read.value;
    if (read.kind === 'refused') throw new YamlError(read.reason, event.start);
  }
  const value = resolvePlainScalar(text);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new YamlError(`unsupported value: ${text}`, event.start);
    if (String(value) !== text) composer.hasSpelledNumbers = true;
  }
  return value;
}

function composeSequence(composer: Composer): JsonValue {
  const items: JsonValue[] = [];
  for (let event = takeEvent(composer); event.kind !== 'end'; event = takeEvent(composer)) {
    items.push(composeNode(composer, event));
  }
  return items;
}

function composeMapping(composer: Composer): JsonValue {
  const object: MutableObject = {};
  let merged: Set<string> | undefined;
  for (let event = takeEvent(composer); event.kind !== 'end'; event = takeEvent(composer)) {
    if (isMergeKey(event)) {
      merged ??= new Set();
      for (const source of composeMergeSources(composer)) mergeInto(composer, object, merged, source, event.start);
      continue;
    }
    const key = composeKey(composer, event);
    const value = composeNode(composer, takeNode(composer));
    if (Object.hasOwn(object, key) && merged?.delete(key) !== true) {
      composer.repeatedKeys.push({ key, offset: event.start, by: 'entry' });
    }
    setEntry(object, key, value);
  }
  return object;
}

/** Sets an entry as plain data; `__proto__` must not reach the prototype. */
function setEntry(object: MutableObject, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

function composeKey(composer: Composer, event: NodeEvent): string {
  const node = event.kind === 'alias' ? followAlias(composer, event).event : event;
  if (node.kind !== 'scalar') throw new YamlError('invalid map key: a mapping or a list', event.start);
  if (event.kind !== 'alias') {
    chargeNode(composer.budget, event.start);
    if (node.anchor !== null) {
      composer.anchors.set(node.anchor, { event: node, value: composeScalar(composer, node), cost: 1 });
    }
  }
  const key = keyOfScalar(node);
  if (key === null) throw new YamlError('unsupported map key: null or an integer above int64', event.start);
  return key;
}

/** Gives the text that a scalar becomes as a key, `null` for what is refused as one. */
export function keyOfScalar({ value, style, tag, start }: ScalarEvent): string | null {
  if (tag === null) return style === 'plain' ? keyOfPlainScalar(value) : value;
  const read = readTaggedScalar(tag, value);
  switch (read.kind) {
    case 'text':
      return read.value;
    case 'plain':
      return keyOfPlainScalar(value);
    case 'float': {
      const number = readNumber(value);
      return number === null ? null : keyOfNumber({ kind: 'float', value: Number(number.value) });
    }
    case 'refused':
      throw new YamlError(read.reason, start);
  }
}

/** Whether a key is `<<`, which merges the mappings that follow it. */
export function isMergeKey(event: NodeEvent): boolean {
  if (event.kind !== 'scalar' || event.value !== '<<') return false;
  return event.tag === null ? event.style === 'plain' : event.tag === '!' || isMergeTag(event.tag);
}

/** Gives what a `<<` merges, the first to apply first: in a list, earlier mappings win and so come last. */
function composeMergeSources(composer: Composer): readonly JsonValue[] {
  const event = takeNode(composer);
  if (event.kind !== 'sequence') return [composeMergeSource(composer, event)];
  const stepsBefore = composer.budget.steps;
  const sources: JsonValue[] = [];
  for (let item = takeEvent(composer); item.kind !== 'end'; item = takeEvent(composer)) {
    sources.push(composeMergeSource(composer, item));
  }
  if (event.anchor !== null) {
    const cost = composer.budget.steps - stepsBefore + 1;
    composer.anchors.set(event.anchor, { event, value: sources, cost });
  }
  return sources.toReversed();
}

function composeMergeSource(composer: Composer, event: NodeEvent): JsonValue {
  const node = event.kind === 'alias' ? findAnchor(composer, event).event : event;
  if (node.kind !== 'mapping') {
    throw new YamlError('map merge requires map or sequence of maps as the value', event.start);
  }
  return composeNode(composer, event);
}

function mergeInto(
  composer: Composer,
  object: MutableObject,
  merged: Set<string>,
  source: JsonValue,
  offset: number,
): void {
  for (const [key, value] of Object.entries(source as MutableObject)) {
    if (Object.hasOwn(object, key) && !merged.has(key)) composer.repeatedKeys.push({ key, offset, by: 'merge' });
    else merged.add(key);
    setEntry(object, key, value);
  }
}
