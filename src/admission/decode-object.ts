import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
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
  const decoding = { faults: [], unknownFields: [] };
  decode(value, type, null, decoding);
  return decoding;
}

/** Where decoding stands. Nearly all values are in order, so what is printed of a place is only put together where one is not. */
interface Place {
  readonly parent: Place | null;
  /** Of the pointer. */
  readonly step: string | number;
  /** The type whose field it is; `null` for items of lists and maps. */
  readonly type: string | null;
}

interface Found {
  readonly faults: DecodeFault[];
  readonly unknownFields: UnknownField[];
}

function decode(value: JsonValue, named: string, place: Place | null, found: Found): void {
  if (value === null) return;
  const code = withoutName(named);
  const fields = fieldTable.types[code];
  if (fields !== undefined) {
    if (isJsonObject(value)) decodeFields(value, code, fields, place, found);
    else fail(value, code, place, found);
  } else if (code.startsWith('[]')) {
    if (!Array.isArray(value)) return fail(value, named, place, found);
    const items = value as readonly JsonValue[];
    for (const [step, item] of items.entries()) decode(item, code.slice(2), { parent: place, step, type: null }, found);
  } else if (code.startsWith('{}')) {
    if (!isJsonObject(value)) return fail(value, named, place, found);
    for (const step of Object.keys(value).toSorted()) {
      decode(value[step] ?? null, code.slice(2), { parent: place, step, type: null }, found);
    }
  } else if (!fits(value, code)) fail(value, named, place, found);
}

function decodeFields(
  value: JsonObject,
  type: string,
  fields: Readonly<Record<string, string>>,
  parent: Place | null,
  found: Found,
): void {
  for (const field of Object.keys(value).toSorted()) {
    const code = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const place = { parent, step: field, type };
    if (code !== undefined) decode(value[field] ?? null, code, place, found);
    // Directives of a strategic merge patch: `$patch: delete`.
    else if (!field.startsWith('$')) {
      found.unknownFields.push({ pointer: pointerOf(place), field, known: Object.keys(fields) });
    }
  }
}

function fits(value: JsonValue, code: string): boolean {
  switch (code) {
    case 'any':
    case 'quantity':
      return true;
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

function fail(value: JsonValue, wanted: string, place: Place | null, { faults }: Found): void {
  const found = kindOf(value);
  const isWholeNumber = withoutName(wanted).startsWith('int');
  const printed = found === 'number' && isWholeNumber ? `number ${JSON.stringify(value)}` : found;
  const message = `json: cannot unmarshal ${printed} into Go struct field ${printField(place)} of type ${printType(wanted)}`;
  faults.push({ pointer: pointerOf(place), message, found, wanted });
}

/** From the object inwards. */
function listPlaces(place: Place | null): readonly Place[] {
  return place === null ? [] : [...listPlaces(place.parent), place];
}

function pointerOf(place: Place | null): string {
  return listPlaces(place).reduce((pointer, { step }) => joinPointer(pointer, String(step)), '');
}

/** As Go names it: the struct, and the fields on the way, with those that are inlined and without indexes and names of maps. */
function printField(place: Place | null): string {
  const fields = listPlaces(place).filter(({ type }) => type !== null);
  const names = fields.flatMap(({ step, type }) => [fieldTable.inlined[type ?? '']?.[step] ?? [], String(step)].flat());
  const type = fields.at(-1)?.type ?? '';
  return [type.slice(type.lastIndexOf('.') + 1), ...names].join('.');
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
