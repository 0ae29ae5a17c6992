import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Errors } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { configSchema } from './schema.ts';
import { suggest } from './suggest.ts';

/** One thing that is wrong with a config, and where in it. */
export interface ConfigProblem {
  /** JSON pointer. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * Says what is wrong with a value that is no valid config: one problem for each place, wrong keys first of all with
 * the key that was probably meant.
 */
export function listProblems(value: unknown, schema: TSchema = configSchema): readonly ConfigProblem[] {
  // Its usual limit of 8 hides what the writer meant behind the branches that nobody meant.
  Settings.Set({ maxErrors: 1000 });
  const [, all] = Errors(schema, value);
  const errors = withMeantBranches(schema, all);
  const problems = new Map<string, ConfigProblem>();
  for (const problem of nearestBranches(errors).flatMap((error) => explainError(schema, error, errors))) {
    if (!problems.has(problem.pointer)) problems.set(problem.pointer, nameKey(problem));
  }
  return [...problems.values()];
}

/**
 * Branches of an `anyOf` may be told apart by a word (`mode: files`). The one with the word that was written is meant, and no
 * other speaks; where none has it, the word alone is wrong.
 */
function withMeantBranches(
  schema: TSchema,
  errors: readonly TLocalizedValidationError[],
): readonly TLocalizedValidationError[] {
  const words = errors.flatMap((error) => {
    const [, anyOf, index] = /^(.*)\/anyOf\/(\d+)\/properties\/[^/]+$/u.exec(error.schemaPath) ?? [];
    if (error.keyword !== 'const' || anyOf === undefined) return [];
    const map = error.instancePath.slice(0, error.instancePath.lastIndexOf('/'));
    return [{ error, anyOf, map, branch: `${anyOf}/anyOf/${index}` }];
  });
  return errors.filter((error) => {
    const word = words.find(
      ({ branch, map }) => isAtOrBelow(error.schemaPath, branch) && isAtOrBelow(error.instancePath, map),
    );
    if (word === undefined) return true;
    const alike = words.filter(({ anyOf, map }) => anyOf === word.anyOf && map === word.map);
    return alike.length === schemaAt(schema, word.anyOf).anyOf?.length && error === word.error;
  });
}

const isAtOrBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}/`);

/**
 * An `anyOf` reports the errors of each of its branches. What the writer meant is the branch that got deepest into the
 * value; of branches that all failed at the top, their words are joined by `explainError`.
 */
function nearestBranches(errors: readonly TLocalizedValidationError[]): readonly TLocalizedValidationError[] {
  return errors.filter((error) => {
    if (error.keyword === 'boolean') return false;
    if (isShallowBranch(error, errors)) return false;
    if (error.keyword !== 'anyOf') return true;
    return !errors.some((other) => isBelow(other, error) && !isShallowBranch(other, errors));
  });
}

/** Whether an error belongs to a branch of an `anyOf` and complains about the value as a whole. */
function isShallowBranch(error: TLocalizedValidationError, errors: readonly TLocalizedValidationError[]): boolean {
  return errors.some(
    (other) =>
      other.keyword === 'anyOf' &&
      error.schemaPath.startsWith(`${other.schemaPath}/anyOf/`) &&
      error.instancePath === other.instancePath &&
      ['anyOf', 'const', 'type'].includes(error.keyword),
  );
}

function isBelow(error: TLocalizedValidationError, anyOf: TLocalizedValidationError): boolean {
  return error !== anyOf && error.keyword !== 'boolean' && error.schemaPath.startsWith(`${anyOf.schemaPath}/anyOf/`);
}

function explainError(
  schema: TSchema,
  error: TLocalizedValidationError,
  errors: readonly TLocalizedValidationError[],
): readonly ConfigProblem[] {
  const { instancePath: pointer, schemaPath, message } = error;
  if (error.keyword === 'additionalProperties') {
    return error.params.additionalProperties.map((key) => ({
      pointer: `${pointer}/${escapeToken(key)}`,
      message: `unknown key "${key}"${suggest(key, knownKeys(schema, schemaPath))}`,
    }));
  }
  if (error.keyword === 'required') {
    const keys = error.params.requiredProperties.map((key) => `"${key}"`);
    return [
      {
        pointer,
        message: keys.length === 1 ? `the key ${keys[0]} is missing` : `the keys ${keys.join(', ')} are missing`,
      },
    ];
  }
  if (error.keyword === 'anyOf') return [{ pointer, message: `must be ${describeForms(schema, schemaPath)}` }];
  if (error.keyword === 'const') return [{ pointer, message: `must be ${listConstants(errors, pointer)}` }];
  // What the schema says of the value tells more than its pattern.
  if (error.keyword === 'pattern') return [{ pointer, message: schemaAt(schema, schemaPath).description ?? message }];
  const { description, type } = schemaAt(schema, schemaPath);
  if (error.keyword === 'type' && type !== undefined) {
    // YAML takes 1.30 for a number, and y for true.
    const way = type === 'string' ? '; put it in quotes' : '';
    const what = description === undefined ? '' : ` (${description})`;
    return [{ pointer, message: `must be ${nameType(type)}${what}${way}` }];
  }
  return [{ pointer, message: description === undefined ? message : `${message} (${description})` }];
}

/** What may stand at a place where each branch of an `anyOf` wants another word. */
function listConstants(errors: readonly TLocalizedValidationError[], pointer: string): string {
  return errors
    .flatMap((error) =>
      error.keyword === 'const' && error.instancePath === pointer ? [String(error.params.allowedValue)] : [],
    )
    .join(' or ');
}

/** `failOn: must be ...`: a line and a column are not enough where a map stands on one line. Items of lists go by their place. */
function nameKey({ pointer, message }: ConfigProblem): ConfigProblem {
  const key = pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
  const isNamed = message.startsWith('must ') && key !== '' && !/^\d+$/u.test(key);
  return { pointer, message: isNamed ? `${key}: ${message}` : message };
}

function escapeToken(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

interface SchemaNode {
  readonly type?: string;
  readonly const?: string | false;
  readonly description?: string;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

/** The part of a config schema at `#/properties/rules/...`, as validation errors name it. */
function schemaAt(schema: TSchema, schemaPath: string): SchemaNode {
  let node: unknown = schema;
  for (const token of schemaPath.split('/').slice(1)) {
    node = (node as Readonly<Record<string, unknown>>)[token.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return node as SchemaNode;
}

function knownKeys(schema: TSchema, schemaPath: string): readonly string[] {
  return Object.keys(schemaAt(schema, schemaPath).properties ?? {});
}

/** `error or warning or off`, `a string or a list`. */
function describeForms(schema: TSchema, schemaPath: string): string {
  const forms = new Set<string>();
  const collect = (node: SchemaNode): void => {
    if (node.anyOf !== undefined) for (const branch of node.anyOf) collect(branch);
    else if (node.const !== false) forms.add(node.const ?? nameType(node.type ?? ''));
  };
  collect(schemaAt(schema, schemaPath));
  return [...forms].join(' or ');
}

const nameType = (type: string): string => typeNames[type] ?? `a ${type}`;

const typeNames: Readonly<Record<string, string>> = { array: 'a list', object: 'a map', integer: 'a whole number' };
