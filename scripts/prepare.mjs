/**
 * npm runs this after `npm ci` in a checkout, and when it installs quotafit from git, as pre-commit does. It is plain
 * JavaScript, since there may be nothing yet that could run anything else.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const isBuildable = () => existsSync(join(root, 'node_modules/tsx'));

// `npm install --global git+...` hands its own `global` down to the install that should fetch what builds need, which then
// puts nothing here. So that is done once more, without it.
if (!isBuildable() && process.env.npm_config_global === 'true') {
  const { npm_config_global: _global, npm_config_prefix: _prefix, ...env } = process.env;
  const args = [process.env.npm_execpath, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
}

// Without what builds need (`npm ci --omit=dev`) there is nothing to do: whoever asked for that brings the build along.
if (isBuildable()) {
  const args = ['--import', 'tsx', join(root, 'scripts/build.ts'), '--cli-only'];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
}
