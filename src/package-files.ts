import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createError, describeCause } from './errors.ts';

/** The folder of the package. This file, `dist/bin.js` and `lib/index.js` all stand one folder below it. */
const packageRoot = join(import.meta.dirname, '..');

/** Where a file that ships with the package stands. */
export function packageFile(path: string): string {
  return join(packageRoot, path);
}

export function readPackageBytes(path: string): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(packageFile(path));
  } catch (error) {
    throw createError('QF_PACKAGE_BROKEN', { problem: describeCause(error) }, { cause: error });
  }
}

/** A JSON file of the package, of which the caller knows the shape. */
export function readPackageJson(path: string): unknown {
  const text = new TextDecoder().decode(readPackageBytes(path));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw createError('QF_PACKAGE_BROKEN', { problem: `${path}: ${describeCause(error)}` }, { cause: error });
  }
}
