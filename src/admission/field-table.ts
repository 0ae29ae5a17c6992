import table from './fields.generated.json' with { type: 'json' };

/**
 * The fields of Kubernetes' own kinds. A code says what a field decodes into: `string`, `bool`, `int32`, `int64`, `float64`, `bytes`,
 * `time`, `quantity`, `int-or-string`, `any`, the name of a type, or one of these after `[]` (list) or `{}` (map by name).
 * `v1.Protocol=string` is a type with a name of its own.
 */
export interface FieldTable {
  /** Of the release that it was read from. */
  readonly kubernetesMinor: number;
  /** The type of a kind by `apps/v1 Deployment`; stable versions only. */
  readonly kinds: Readonly<Record<string, string>>;
  /** Codes by type and field. */
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By type and field, the structs that Go takes the field from, which the server's messages name: `VolumeSource`. */
  readonly inlined: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** `npm run build:fields` writes it (Go is needed). */
export const fieldTable: FieldTable = table;
