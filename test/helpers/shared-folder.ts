import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = process.env['QUOTAFIT_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');

/** A file of the shared folder (`QUOTAFIT_SHARED`, else `../shared`); `null`, and a line that says so, when it is not there. */
export function sharedFile(...path: readonly string[]): string | null {
  const file = join(folder, ...path);
  if (existsSync(file)) return file;
  console.log(`skipped: no ${file}`);
  return null;
}
