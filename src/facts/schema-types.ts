import { Type, type Static, type TSchema } from 'typebox';

export const text = Type.String();
export const names = <const T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: values });
/** Members of one type under names that are not known beforehand, in the words that `opa check` reads. */
export const byName = <T extends TSchema>(member: T) =>
  Type.Unsafe<Readonly<Record<string, Static<T>>>>({ type: 'object', additionalProperties: member });
export const pointer = Type.String({
  description: 'JSON pointer (RFC 6901) inside the object, to what is or would be there',
});

export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
