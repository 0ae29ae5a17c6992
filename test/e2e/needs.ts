import { buildBinaries } from '../conformance/binaries.ts';
import { hasCommand } from './commands.ts';

/** The release that tests end to end run on. */
export const KUBERNETES = 'v1.37.2';

/** Why nothing can be tried here; `null` when everything is there. */
export async function whatIsMissing(): Promise<string | null> {
  if (!(await hasCommand('kubectl', 'version', '--client'))) return 'kubectl is not on PATH.';
  if (!(await hasCommand('helm', 'version'))) return 'helm is not on PATH.';
  const build = await buildBinaries(KUBERNETES, console.log);
  return build.kind === 'ready' ? null : build.reason;
}
