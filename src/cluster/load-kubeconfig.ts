import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster, User } from '@kubernetes/client-node/dist/config_types.js';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describeFileFault } from '../errors.ts';
import { createExecLogin, findCommand } from './exec-login.ts';
import { findProxy } from './find-proxy.ts';

type NewKubeConfig = new () => KubeConfig;

/** Where the library goes when it has found nothing. */
const nowhere = 'http://localhost:8080';

/** Our way of logging in by a command, under a name that the library has none of its own for. */
const EXEC = 'quotafit-exec';

/** Who is nobody, for contexts that name no user. */
const nobody: User = { name: 'nobody, as no user is named' };

/**
 * Reads what kubectl would read. Of several files in KUBECONFIG the first that names something wins, the current context
 * too, and files that are not there are passed over; with the library the last would win.
 * @param file - of `--kubeconfig`; otherwise KUBECONFIG, the home folder, then the pod's service account
 * @throws Error that names the file, when there is none or one cannot be read
 */
export function loadKubeConfig(Config: NewKubeConfig, file: string | undefined): KubeConfig {
  const config = readFiles(Config, findFiles(file));
  if (config.getCurrentCluster()?.server === nowhere) {
    throw new Error('there is no kubeconfig; name one by KUBECONFIG or --kubeconfig');
  }
  config.loadFromOptions({
    clusters: config.clusters.map((cluster) => ({
      ...cluster,
      // The library speaks plain HTTP, as of `kubectl proxy`, only where nothing is to be verified.
      skipTLSVerify: cluster.skipTLSVerify || cluster.server.startsWith('http:'),
    })),
    users: [...config.users, nobody],
    contexts: config.contexts.map((context) => ({ ...context, user: context.user ?? nobody.name })),
    currentContext: config.currentContext,
  });
  addLogins(config);
  return config;
}

function findFiles(file: string | undefined): readonly string[] {
  if (file !== undefined) return [file];
  const named = process.env['KUBECONFIG']?.split(delimiter).filter((name) => name !== '') ?? [];
  const found = (named.length > 0 ? named : [join(homedir(), '.kube', 'config')]).filter((name) => existsSync(name));
  if (named.length > 0 && found.length === 0) {
    throw new Error(`there is no kubeconfig ${named.join(', ')}, which KUBECONFIG names`);
  }
  return found;
}

function readFiles(Config: NewKubeConfig, files: readonly string[]): KubeConfig {
  const config = new Config();
  const [first, ...others] = files.map((file) => readFile(Config, file));
  if (first === undefined) {
    config.loadFromDefault();
    return config;
  }
  const all = [first, ...others];
  config.loadFromOptions({
    clusters: firstOfName(all.flatMap(({ clusters }) => clusters)).map(addProxy),
    users: firstOfName(all.flatMap(({ users }) => users)),
    contexts: firstOfName(all.flatMap(({ contexts }) => contexts)),
    currentContext: all.map(({ currentContext }) => currentContext).find(Boolean) ?? '',
  });
  return config;
}

function readFile(Config: NewKubeConfig, file: string): KubeConfig {
  const config = new Config();
  try {
    config.loadFromFile(file);
  } catch (error) {
    // The parser of YAML shows a picture of the place below its first line; an empty file gives it nothing to look into.
    const problem = error instanceof TypeError ? 'it is no kubeconfig' : describeFileFault(error).split('\n', 1)[0];
    throw new Error(`the kubeconfig ${file} cannot be read: ${problem}`, { cause: error });
  }
  config.users = config.users.map((user) =>
    user.exec === undefined || user.exec === null ? user : { ...user, exec: findCommand(user.exec, file) },
  );
  return config;
}

/** The library knows only the proxies that a kubeconfig names. */
function addProxy(cluster: Cluster): Cluster {
  const proxyUrl = cluster.proxyUrl ?? findProxy(cluster.server, process.env);
  return proxyUrl === null ? cluster : { ...cluster, proxyUrl };
}

const firstOfName = <Named extends { readonly name: string }>(list: readonly Named[]): Named[] =>
  list.filter(({ name }, index) => list.findIndex((one) => one.name === name) === index);

function addLogins(config: KubeConfig): void {
  config.users = config.users.map((user) => {
    if (user.exec === undefined || user.exec === null) return user;
    const { exec, ...others } = user;
    return { ...others, authProvider: { name: EXEC, log: createExecLogin(exec, user) } };
  });
  config.addAuthenticator({
    isAuthProvider: ({ authProvider }) => authProvider?.name === EXEC,
    async applyAuthentication({ authProvider }, options) {
      const { token, certificate, key } = await authProvider.log();
      if (certificate !== '') Object.assign(options, { cert: certificate, key });
      if (token !== '') Object.assign(options, { headers: { ...options.headers, Authorization: `Bearer ${token}` } });
    },
  });
}
