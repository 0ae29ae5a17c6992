/**
 * Every way in which quotafit can fail to run, by code: what is told, and the exit status it ends with.
 * Faults of the input (a broken manifest) are no errors but diagnostics; see `Diagnostic`.
 * `docs/errors.md` lists the same codes and a test holds the two together.
 */
export const errorTable = {
  QF_USAGE: { exit: 2, message: '{problem}' },
  QF_NO_INPUT: { exit: 2, message: '{problem}' },
  QF_CONFIG_NOT_FOUND: { exit: 2, message: 'cannot read the config {file}: {problem}' },
  QF_CONFIG_INVALID: { exit: 2, message: 'the config is not valid\n{problems}' },
  QF_RULE_UNKNOWN: { exit: 2, message: 'there is no rule {rule}{suggestion}' },
  QF_PACKAGE_BROKEN: { exit: 2, message: 'a file of quotafit itself cannot be read, install it again: {problem}' },
  QF_CONFIG_CYCLE: { exit: 2, message: '{file} extends itself: {chain}' },
  QF_POLICY: { exit: 2, message: 'cannot use the rules of {source}: {problem}' },
  QF_OPA_MISSING: {
    exit: 2,
    message:
      'opa is not on PATH, and rules in a folder have to be compiled by it: install it from https://github.com/open-policy-agent/opa/releases, or give a bundle that "quotafit policy build" made elsewhere',
  },
  QF_GIT: { exit: 2, message: 'cannot compare with an earlier commit: {problem}' },
  QF_UNKNOWN_REF: { exit: 2, message: 'cannot compare with {ref}: {way}' },
  QF_BASELINE: { exit: 2, message: 'cannot use the baseline {file}: {problem}' },
  QF_STATE: { exit: 2, message: 'cannot use the state: {problem}' },
  QF_CLUSTER: { exit: 2, message: 'cannot read the cluster: {problem}' },
  QF_CERTIFICATE: { exit: 2, message: 'cannot serve with this certificate: {problem}' },
  QF_LISTEN: { exit: 2, message: 'cannot listen on {address}: {problem}' },
  QF_NOTHING_KNOWN: { exit: 2, message: '{problem}' },
  QF_OUTPUT: { exit: 2, message: 'cannot write {file}: {problem}' },
} as const satisfies Readonly<Record<string, { readonly exit: number; readonly message: string }>>;

export type ErrorCode = keyof typeof errorTable;

/** The names in braces of a message template. */
type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

type Details<Code extends ErrorCode> = Readonly<Record<Placeholders<(typeof errorTable)[Code]['message']>, string>>;

/** quotafit could not run. The message is complete: what, where, and the way out. */
export class QuotafitError extends Error {
  override readonly name = 'QuotafitError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get exit(): (typeof errorTable)[ErrorCode]['exit'] {
    return errorTable[this.code].exit;
  }
}

/** Makes the error of a code, with the template's names filled in. */
export function createError<Code extends ErrorCode>(
  code: Code,
  details: Details<Code>,
  options?: ErrorOptions,
): QuotafitError {
  const given: Readonly<Record<string, string>> = details;
  const message = errorTable[code].message.replaceAll(/\{(\w+)\}/gu, (_, name: string) => given[name] ?? '');
  return new QuotafitError(code, message, options);
}

/** The words of anything that was thrown; WebAssembly and older libraries throw bare strings. */
export function describeCause(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null && 'message' in cause) return String(cause.message);
  return String(cause);
}

/** Of what people meet most, in their words. */
const fileFaults: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission is denied'],
  ['EISDIR', 'it is a folder, and a file is wanted'],
  ['ELOOP', 'its links lead in a circle'],
  ['ENOENT', 'there is no such file or folder'],
  ['ENOSPC', 'the disk is full'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['EROFS', 'the disk cannot be written to'],
]);

/** Why a file could not be read or written, without the path that Node adds: the message has its own name for the file. */
export function describeFileFault(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return fileFaults.get(code) ?? describeCause(cause).replace(/, \w+(?: '.*')?$/u, '');
}
