import type { ScalarStyle } from '../events.ts';

export type TokenKind =
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** One token of the scanner; offsets are UTF-16 units of the document's text, the end exclusive. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** The decoded scalar, the anchor's name, the tag's handle, or the version of `%YAML`. */
  readonly text: string;
  /** What follows a tag's handle, or the prefix of `%TAG`. */
  readonly suffix: string;
  readonly style: ScalarStyle;
}
