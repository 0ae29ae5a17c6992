import { createHash } from 'node:crypto';
import type { Diagnostic } from '../manifest/document.ts';

/** A fault of an input file as a baseline or an earlier commit has it. */
export interface KnownDiagnostic {
  readonly level: Diagnostic['level'];
  readonly file: string;
  readonly message: string;
  /** SHA-256 of the file's text; `null` when it could not be read. */
  readonly digest: string | null;
}

/** The SHA-256 of a file's text by the name that diagnostics give it; `null` when it could not be read. */
export type DigestOf = (file: string) => string | null;

/** Digests of files of which the texts are at hand; only those of broken ones are ever asked for. */
export function createDigestOf(texts: ReadonlyMap<string, string>): DigestOf {
  return (file) => {
    const text = texts.get(file);
    return text === undefined ? null : createHash('sha256').update(text).digest('hex');
  };
}

export function toKnownDiagnostic({ level, file, message }: Diagnostic, digestOf: DigestOf): KnownDiagnostic {
  return { level, file, message, digest: digestOf(file) };
}

/** The diagnostics of now, told apart by what was known. */
export interface DiagnosticChanges {
  readonly changed: readonly Diagnostic[];
  /** Known ones that are gone. */
  readonly fixed: readonly KnownDiagnostic[];
  /** Known ones as they stand now. */
  readonly remaining: readonly KnownDiagnostic[];
}

/**
 * Compares by message and file: a known diagnostic has the same message in the same file, wherever in it, or in a file of
 * the same bytes. So a broken file may grow or move, but mending one buys no other that is broken in the same way.
 */
export function matchDiagnostics(
  now: readonly Diagnostic[],
  then: readonly KnownDiagnostic[],
  digestOf: DigestOf,
): DiagnosticChanges {
  const fixed = new Set(then);
  const known = new Set<Diagnostic>();
  const match = (diagnostic: Diagnostic, isSameFile: (earlier: KnownDiagnostic) => boolean): void => {
    for (const earlier of fixed) {
      if (!isSameFault(diagnostic, earlier) || !isSameFile(earlier)) continue;
      fixed.delete(earlier);
      known.add(diagnostic);
      return;
    }
  };
  for (const diagnostic of now) match(diagnostic, ({ file }) => file === diagnostic.file);
  for (const diagnostic of now) {
    if (known.has(diagnostic)) continue;
    const digest = digestOf(diagnostic.file);
    if (digest !== null) match(diagnostic, (earlier) => earlier.digest === digest);
  }
  return {
    changed: now.filter((diagnostic) => !known.has(diagnostic)),
    fixed: [...fixed],
    remaining: [...known].map((diagnostic) => toKnownDiagnostic(diagnostic, digestOf)),
  };
}

function isSameFault(now: Diagnostic, then: KnownDiagnostic): boolean {
  return now.message === then.message && (now.level === then.level || now.level === 'warning');
}
