import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { isJsonObject } from '../manifest/fields.ts';
import { joinPointer } from '../manifest/pointer.ts';
import { fieldTable } from './field-table.ts';

/** A value that the server cannot decode: it refuses the object (HTTP 400). */
export interface DecodeFault {
  /** JSON pointer from the object. */
  readonly pointer: string;
  /** The server's words: `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`. */
  readonly message: string;
  /** What stands there. */
  readonly found: 'array' | 'bool' | 'number' | 'object' | 'string';
  /** What belongs there, as `FieldTable` has it. */
  readonly wanted: string;
}

/** A field that the type does not have: kubectl's strict validation refuses the object, other clients lose the field. */
export interface UnknownField {
  readonly pointer: string;
  readonly field: string;
  /** The fields that the type has. */
  readonly known: readonly string[];
}

export interface Decoding {
  /** In the order in which the server meets them: it tells of the first. */
  readonly faults: readonly DecodeFault[];
  readonly unknownFields: readonly UnknownField[];
}

/**
 * What happens when a server of release 1.37 decodes the object; `null` for kinds that are not Kubernetes' own and for preview
 * versions. Amounts and times are not looked at. Members are taken by name, as kubectl sends them.
 * @see encoding/json `UnmarshalTypeError`; sigs.k8s.io/json keeps its words
 */
export function decodeObject({ apiVersion, kind, value }: KubernetesObject): Decoding | null {
  const type = fieldTable.kinds[`${apiVersion} ${kind}`];
  if (type === undefined) return null;
  if (isClean(value, type)) return clean;
  const decoding = { faults: [], unknownFields: [] };
  decodeStruct(value, type, { pointer: '', path: '', struct: '' }, decoding);
  return decoding;
}

const clean: Decoding = { faults: [], unknownFields: [] };

/** Nearly all objects are: so it is found out first, without any place in mind. */
function isClean(value: JsonValue | undefined, named: string): boolean {
  if (value === null || value === undefined) return true;
  const code = withoutName(named);
  const fields = fieldTable.types[code];
  if (fields !== undefined) {
    if (!isJsonObject(value)) return false;
    for (const field in value) {
      const own = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (own === undefined || !isClean(value[field], own)) return false;
    }
    return true;
  }
  if (code === 'any' || code === 'quantity') return true;
  if (code.startsWith('[]')) {
    if (!Array.isArray(value)) return false;
    const item = code.slice(2);
    return (value as readonly JsonValue[]).every((one) => isClean(one, item));
  }
  if (!code.startsWith('{}')) return fits(value, code);
  if (!isJsonObject(value)) return false;
  const item = code.slice(2);
  for (const name in value) if (!isClean(value[name], item)) return false;
  return true;
}

/** Where decoding stands: by pointer, by the names of Go's fields without indexes, and in which struct. */
interface Place {
  readonly pointer: string;
  readonly path: string;
  readonly struct: string;
}

interface Found {
  readonly faults: DecodeFault[];
  readonly unknownFields: UnknownField[];
}

function decode(value: JsonValue, named: string, place: Place, found: Found): void {
  const code = withoutName(named);
  if (value === null || code === 'any' || code === 'quantity') return;
  if (code.startsWith('[]')) {
    if (!Array.isArray(value)) return fail(value, named, place, found);
    for (const [i, item] of (value as readonly JsonValue[]).entries()) {
      decode(item, code.slice(2), { ...place, pointer: `${place.pointer}/${i}` }, found);
    }
    return;
  }
  if (code.startsWith('{}')) {
    if (!isJsonObject(value)) return fail(value, named, place, found);
    for (const name of Object.keys(value).toSorted()) {
      decode(value[name] ?? null, code.slice(2), { ...place, pointer: joinPointer(place.pointer, name) }, found);
    }
    return;
  }
  if (fieldTable.types[code] === undefined) {
    if (!fits(value, code)) fail(value, named, place, found);
  } else if (isJsonObject(value)) decodeStruct(value, code, place, found);
  else fail(value, code, place, found);
}

function decodeStruct(value: JsonValue, type: string, { pointer, path }: Place, found: Found): void {
  const fields = fieldTable.types[type];
  if (fields === undefined || !isJsonObject(value)) return;
  const struct = type.slice(type.lastIndexOf('.') + 1);
  for (const field of Object.keys(value).toSorted()) {
    const code = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const inlined = fieldTable.inlined[type]?.[field];
    const steps = [path, inlined, field].filter((step) => step !== undefined && step !== '');
    const place = { pointer: joinPointer(pointer, field), path: steps.join('.'), struct };
    if (code !== undefined) decode(value[field] ?? null, code, place, found);
    // Directives of a strategic merge patch: `$patch: delete`.
    else if (!field.startsWith('$')) {
      found.unknownFields.push({ pointer: place.pointer, field, known: Object.keys(fields) });
    }
  }
}

function fits(value: JsonValue, code: string): boolean {
  switch (code) {
    case 'bool':
      return typeof value === 'boolean';
    case 'float64':
      return typeof value === 'number';
    case 'int-or-string':
      return typeof value === 'string' || isInteger(value, 32);
    case 'int32':
      return isInteger(value, 32);
    case 'int64':
      return isInteger(value, 64);
    default:
      return typeof value === 'string';
  }
}

function isInteger(value: JsonValue, bits: 32 | 64): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  const bound = 2 ** (bits - 1);
  return value >= -bound && value < bound;
}

function fail(value: JsonValue, wanted: string, { pointer, path, struct }: Place, { faults }: Found): void {
  const found = kindOf(value);
  const isWholeNumber = withoutName(wanted).startsWith('int');
  const printed = found === 'number' && isWholeNumber ? `number ${JSON.stringify(value)}` : found;
  const message = `json: cannot unmarshal ${printed} into Go struct field ${struct}.${path} of type ${printType(wanted)}`;
  faults.push({ pointer, message, found, wanted });
}

/** `v1.Protocol=string` decodes as `string`. */
function withoutName(code: string): string {
  return code.startsWith('[') || code.startsWith('{') ? code : code.slice(code.indexOf('=') + 1);
}

/** As Go prints it. */
function printType(code: string): string {
  if (code.startsWith('[]')) return `[]${printType(code.slice(2))}`;
  if (code.startsWith('{}')) return `map[string]${printType(code.slice(2))}`;
  if (code === 'int-or-string') return 'int32';
  if (code === 'bytes') return '[]uint8';
  if (code === 'time') return 'string';
  const name = code.indexOf('=');
  return name < 0 ? code.slice(code.indexOf('.') + 1) : code.slice(0, name);
}

function kindOf(value: JsonValue): DecodeFault['found'] {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? 'array' : 'object';
}
