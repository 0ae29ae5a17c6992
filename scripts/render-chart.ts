import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export type Rendered =
  { readonly kind: 'rendered'; readonly text: string } | { readonly kind: 'failed'; readonly stderr: string };

const chart = join(import.meta.dirname, '..', 'webhook', 'deploy', 'chart');

/**
 * Renders the webhook's chart as `helm template` does, into the namespace that the manuals name.
 * @param values - each as `--set-json` takes them: `replicas=3`
 * @throws Error when there is no helm on PATH
 */
export function renderChart(...values: readonly string[]): Rendered {
  const set = values.flatMap((value) => ['--set-json', value]);
  // A helm that Go installed believes itself older than any cluster that the chart is for.
  const flags = ['--namespace', 'quotafit-system', '--kube-version', '1.37.0'];
  const result = spawnSync('helm', ['template', 'quotafit', chart, ...flags, ...set], { encoding: 'utf8' });
  if (result.error !== undefined) throw new Error('helm cannot be run', { cause: result.error });
  return result.status === 0
    ? { kind: 'rendered', text: result.stdout }
    : { kind: 'failed', stderr: result.stderr.trim() };
}

/** Leaves out what only Helm needs. */
export function withoutHelm(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(?:helm\.sh\/chart:|app\.kubernetes\.io\/managed-by:)/u.test(line));
  return `${lines
    .join('\n')
    .replaceAll(/^# Source: .*\n/gmu, '')
    .replace(/^---\n/u, '')
    .trim()}\n`;
}
