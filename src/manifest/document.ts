/** A value as `JSON.parse` gives it. Numbers are doubles, as kubectl's decoder keeps them for hashing and display. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** A manifest file as it was read: the name that reports print, and its whole text. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** One YAML or JSON document of a file, with the UTF-16 offsets of its text in that file. */
export interface Document {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly format: 'json' | 'yaml';
  readonly value: JsonValue;
}

/** Where an object stands in the input: its document, and the pointer within it (`''`, or `/items/3` inside a List). */
export interface ObjectSource {
  readonly document: Document;
  readonly pointer: string;
}

/** One Kubernetes object, of a manifest, a state file or an AdmissionReview. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** `metadata.namespace` as written; empty when the object names none. */
  readonly namespace: string;
  /** `metadata.name`, or `metadata.generateName` followed by `*`; empty when there is neither. */
  readonly name: string;
  readonly value: JsonObject;
  /** `null` for objects that came from a cluster. */
  readonly source: ObjectSource | null;
}

/** A place in a file; lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Something of the input that could not be used, or not as written. */
export interface Diagnostic {
  readonly level: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
