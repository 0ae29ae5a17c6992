import { execFile } from 'node:child_process';
import { createError } from '../errors.ts';

/** How an `opa` command ended. */
export interface OpaOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the `opa` that is on PATH; needed by those alone who write rules.
 * @throws QuotafitError `QF_OPA_MISSING`
 */
export function runOpa(args: readonly string[]): Promise<OpaOutcome> {
  return new Promise((resolve, reject) => {
    execFile('opa', args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null && 'code' in error && error.code === 'ENOENT') {
        reject(createError('QF_OPA_MISSING', {}));
        return;
      }
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ code, stdout, stderr: error !== null && stdout === '' && stderr === '' ? error.message : stderr });
    });
  });
}
