import { distance } from 'fastest-levenshtein';
import { decodeObject, type DecodeFault, type UnknownField } from '../admission/decode-object.ts';
import { fieldTable } from '../admission/field-table.ts';
import { printPath } from '../manifest/pointer.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { UndecodableFacts, UnknownFieldFacts } from './schema.ts';

export interface DecodingFacts {
  readonly undecodable: readonly UndecodableFacts[];
  readonly unknownFields: readonly UnknownFieldFacts[];
}

/** What a server cannot make anything of. What a release newer than the table may have is not unknown. */
export function describeDecoding(object: KubernetesObject, kubernetesMinor: number): DecodingFacts {
  const decoding = decodeObject(object);
  const isCovered = kubernetesMinor <= fieldTable.kubernetesMinor;
  return {
    undecodable: (decoding?.faults ?? []).map(describeFault),
    unknownFields: isCovered ? (decoding?.unknownFields ?? []).map(describeUnknown) : [],
  };
}

function describeFault({ pointer, message, found, wanted }: DecodeFault): UndecodableFacts {
  return {
    path: pointer,
    field: printPath(pointer),
    found: foundNames[found],
    wanted: wantedOf(wanted),
    answer: message,
  };
}

const foundNames = {
  array: 'list',
  bool: 'boolean',
  number: 'number',
  object: 'map',
  string: 'string',
} as const;

function wantedOf(code: string): UndecodableFacts['wanted'] {
  const plain = /^[{[]/u.test(code) ? code : code.slice(code.indexOf('=') + 1);
  if (plain.startsWith('[]')) return 'list';
  if (plain.startsWith('{}') || fieldTable.types[plain] !== undefined) return 'map';
  switch (plain) {
    case 'bool':
      return 'boolean';
    case 'float64':
      return 'number';
    case 'int32':
    case 'int64':
      return 'whole-number';
    case 'int-or-string':
      return 'number-or-text';
    default:
      return 'text';
  }
}

function describeUnknown({ pointer, field, known }: UnknownField): UnknownFieldFacts {
  const instead = findMeant(field, known);
  const parent = pointer.slice(0, pointer.lastIndexOf('/'));
  return {
    path: pointer,
    field,
    ...(parent !== '' && { parent: printPath(parent) }),
    ...(instead !== null && { instead }),
  };
}

/** The field of a like name, where one is near enough that nothing else can be meant. */
function findMeant(field: string, known: readonly string[]): string | null {
  const lower = field.toLowerCase();
  const near = known
    .map((name) => ({ name, far: distance(lower, name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.min(name.length, field.length) / 4)
    .toSorted((a, b) => a.far - b.far);
  const [best, next] = near;
  return best === undefined || best.far === next?.far ? null : best.name;
}
