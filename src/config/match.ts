import { isAbsolute, join, relative, sep } from 'node:path';
import picomatch from 'picomatch';
import type { JsonObject } from '../manifest/document.ts';
import type { Match } from './schema.ts';

/** What overrides and waivers are matched against: one object, and the manifest it stands in. */
export interface MatchSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `metadata.labels`; what is no text matches nothing. */
  readonly labels: JsonObject;
  /** Absolute path of the manifest; `null` for standard input and for objects of a cluster, which no path glob matches. */
  readonly path: string | null;
}

export type Matcher = (subject: MatchSubject) => boolean;

/**
 * Makes the test of a `match`: all conditions must hold, and of the globs of one condition any.
 * @param folder - absolute; path globs are relative to it
 */
export function compileMatch(match: Match, folder: string): Matcher {
  const tests: Matcher[] = [];
  for (const field of ['apiVersion', 'kind', 'name', 'namespace'] as const) {
    const globs = match[field];
    if (globs === undefined) continue;
    const isMatch = compileGlobs(globs);
    tests.push((subject) => isMatch(subject[field]));
  }
  for (const [label, glob] of Object.entries(match.labels ?? {})) {
    const isMatch = compileGlobs(glob);
    tests.push(({ labels }) => {
      const value = Object.hasOwn(labels, label) ? labels[label] : undefined;
      return typeof value === 'string' && isMatch(value);
    });
  }
  if (match.path !== undefined) {
    const isMatch = compileGlobs(match.path);
    tests.push(({ path }) => path !== null && isMatch(toPosix(relative(folder, path))));
  }
  return (subject) => tests.every((test) => test(subject));
}

/** A test for one glob or any of several. A name without wildcards, the usual case, is compared as it stands. */
export function compileGlobs(globs: string | readonly string[]): (text: string) => boolean {
  const tests = [globs].flat().map((glob) => {
    if (!/[*?[\]{}()!+@\\]/u.test(glob)) return (text: string): boolean => text === glob;
    // A leading dot is nothing special in names, and `.github` is a folder like others.
    return picomatch(glob.replace(/^\.\//u, ''), { dot: true });
  });
  return (text) => tests.some((test) => test(text));
}

/** A path as reports print it, with `/` on every system. */
export function toPosix(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** A path of a config file, which is relative to the file's folder. */
export function resolveFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
