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

export function toKnownDiagnostic({ level, file, message }: Diagnostic, digestOf: DigestOf): KnownDiagnostic {
  return { level, file, message, digest: digestOf(file) };
}

/**
 * The diagnostics that are new. A known one has the same message in the same file, wherever in it, or in a file of the
 * same bytes: so a broken file may grow or move, but mending one buys no other that is broken in the same way.
 */
export function matchDiagnostics(
  now: readonly Diagnostic[],
  then: readonly KnownDiagnostic[],
  digestOf: DigestOf,
): readonly Diagnostic[] {
  const left = new Set(then);
  const take = (matches: (earlier: KnownDiagnostic) => boolean): boolean => {
    const earlier = [...left].find(matches);
    if (earlier !== undefined) left.delete(earlier);
    return earlier !== undefined;
  };
  const inPlace = (diagnostic: Diagnostic): boolean =>
    take((earlier) => isSameFault(diagnostic, earlier) && earlier.file === diagnostic.file);
  const moved = (diagnostic: Diagnostic): boolean => {
    const digest = digestOf(diagnostic.file);
    return digest !== null && take((earlier) => isSameFault(diagnostic, earlier) && earlier.digest === digest);
  };
  return now.filter((diagnostic) => !inPlace(diagnostic)).filter((diagnostic) => !moved(diagnostic));
}

function isSameFault(now: Diagnostic, then: KnownDiagnostic): boolean {
  return now.message === then.message && (now.level === then.level || now.level === 'warning');
}
