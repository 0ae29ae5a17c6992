import type { Plugin } from 'esbuild';

/**
 * Modules that libraries load at start for what quotafit never asks of them: commander's executables for subcommands, the
 * Rego builtins that `policies/capabilities.json` does not allow (a third of the start), and all kinds of Kubernetes'
 * API as classes, for a client that quotafit does not use (half a second, and 70 MiB).
 */
const unused: readonly { readonly module: string; readonly importer: RegExp }[] = [
  { module: 'node:child_process', importer: /[\\/]commander[\\/]/u },
  { module: 'yaml', importer: /[\\/]opa-wasm[\\/]/u },
  { module: 'sprintf-js', importer: /[\\/]opa-wasm[\\/]/u },
  { module: './gen/index.js', importer: /[\\/]client-node[\\/]dist[\\/]config\.js$/u },
  { module: 'node-fetch', importer: /[\\/]client-node[\\/]dist[\\/]config\.js$/u },
];

export const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup: (esbuild) => {
    esbuild.onResolve({ filter: /^(?:node:child_process|yaml|sprintf-js|\.\/gen\/index\.js|node-fetch)$/ }, (asked) =>
      unused.some(({ module, importer }) => module === asked.path && importer.test(asked.importer))
        ? { path: asked.path, namespace: 'unused' }
        : undefined,
    );
    esbuild.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};
