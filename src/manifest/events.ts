/*
 * What a parser says about a document, in reading order. Offsets are UTF-16 units of the document's own text, the end
 * exclusive. Mappings and sequences are closed by an `end`; in a mapping keys and values take turns.
 */

export type ScalarStyle = 'plain' | 'quoted' | 'block';

export interface ScalarEvent {
  readonly kind: 'scalar';
  /** Where it is written, quotes included; both ends are one for a scalar that is not written at all. */
  readonly start: number;
  readonly end: number;
  readonly style: ScalarStyle;
  readonly value: string;
  readonly anchor: string | null;
  /** The tag in full, such as `tag:yaml.org,2002:str`; `!` for the tag that says nothing. */
  readonly tag: string | null;
}

/** Tags of collections are left out: they mean nothing to kubectl. */
export interface CollectionEvent {
  readonly kind: 'mapping' | 'sequence';
  readonly start: number;
  readonly anchor: string | null;
}

export interface AliasEvent {
  readonly kind: 'alias';
  readonly start: number;
  readonly end: number;
  readonly anchor: string;
}

export interface EndEvent {
  readonly kind: 'end';
  /** Behind the closing bracket; `null` for block collections, which have none. */
  readonly end: number | null;
}

export type NodeEvent = ScalarEvent | CollectionEvent | AliasEvent;

/** The events of one document; none when it is empty. */
export type DocumentEvents = readonly (NodeEvent | EndEvent)[];

/** How deep collections may nest; kubectl's own limit of 10,000 is beyond any manifest. */
export const MAX_DEPTH = 500;
