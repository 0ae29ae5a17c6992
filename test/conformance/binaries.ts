import { execFile } from 'node:child_process';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The programs of one control plane, as absolute paths. */
export interface Binaries {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kwok: string;
}

/** `unavailable`: this machine has no Go; the reason is a sentence for a person. */
export type Build =
  { readonly kind: 'ready'; readonly binaries: Binaries } | { readonly kind: 'unavailable'; readonly reason: string };

const KWOK_VERSION = 'v0.8.0';
const BUILD_TIMEOUT_MS = 3_600_000;
const MAIN_PACKAGES = {
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  etcd: 'go.etcd.io/etcd/server/v3',
} as const;

const run = promisify(execFile);

/**
 * Gives the control plane's programs, built from the Go modules of that release and kept outside the tree.
 * The first build of a version takes about ten minutes on two cores.
 * @param kubernetes - a release such as `v1.37.2`
 * @param log - takes one line of progress
 * @throws Error when Go is there and the build fails
 */
export async function buildBinaries(kubernetes: string, log: (line: string) => void): Promise<Build> {
  if (!/^v1\.\d+\.\d+$/.test(kubernetes)) throw new Error(`${kubernetes} is no release of Kubernetes such as v1.37.2`);
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'quotafit', 'conformance', kubernetes);
  const bin = join(cache, 'bin');
  const binaries: Binaries = {
    etcd: join(bin, 'etcd'),
    apiServer: join(bin, 'kube-apiserver'),
    controllerManager: join(bin, 'kube-controller-manager'),
    scheduler: join(bin, 'kube-scheduler'),
    kwok: join(bin, 'kwok'),
  };
  if (await exists(bin)) return { kind: 'ready', binaries };
  if (!(await hasGo()))
    return { kind: 'unavailable', reason: 'Go is not installed: the control plane cannot be built.' };

  log(`building the control plane of Kubernetes ${kubernetes} in ${cache} (about ten minutes, once)`);
  const source = join(cache, 'source');
  const partial = join(cache, 'bin.partial');
  await rm(partial, { recursive: true, force: true });
  await mkdir(source, { recursive: true });
  await mkdir(partial, { recursive: true });
  await writeFile(join(source, 'go.mod'), await moduleFile(kubernetes));
  for (const [name, main] of Object.entries(MAIN_PACKAGES)) {
    log(`building ${name}`);
    await go(source, [
      'build',
      '-mod=mod',
      '-trimpath',
      '-ldflags',
      versionFlags(kubernetes),
      '-o',
      join(partial, name),
      main,
    ]);
  }
  log('building kwok');
  await go(source, ['install', '-trimpath', '-ldflags', '-s -w', `sigs.k8s.io/kwok/cmd/kwok@${KWOK_VERSION}`], partial);
  // Renamed last, so that a build that was interrupted is never taken for a whole one.
  await rename(partial, bin);
  return { kind: 'ready', binaries };
}

/** A module that requires Kubernetes as published: its `replace` of the staging folders holds only in its own tree. */
async function moduleFile(kubernetes: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${kubernetes}`]);
  const { GoMod: path } = JSON.parse(stdout) as { readonly GoMod: string };
  const upstream = await readFile(path, 'utf8');
  const staging = [...upstream.matchAll(/^\s+(k8s\.io\/[a-z0-9-]+) => \.\/staging\//gm)].map((match) => match[1]);
  const goVersion = /^go (\S+)$/m.exec(upstream)?.[1] ?? '1.24';
  const replaced = staging.map((name) => `\t${name} => ${name} ${kubernetes.replace('v1.', 'v0.')}`);
  return [
    'module conformance',
    `go ${goVersion}`,
    `require k8s.io/kubernetes ${kubernetes}`,
    'replace (',
    ...replaced,
    ')',
    '',
  ].join('\n');
}

/** What the release build stamps in, so that `/version` and feature gates speak of this release. */
function versionFlags(kubernetes: string): string {
  const [major, minor] = kubernetes.slice(1).split('.');
  const stamps = { gitVersion: kubernetes, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const flags = Object.entries(stamps).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ['-s', '-w', ...flags].join(' ');
}

async function go(cwd: string, args: readonly string[], gobin?: string): Promise<void> {
  const env = {
    ...process.env,
    CGO_ENABLED: '0',
    GOFLAGS: '-buildvcs=false',
    GOWORK: 'off',
    ...(gobin && { GOBIN: gobin }),
  };
  await run('go', args, { cwd, env, timeout: BUILD_TIMEOUT_MS, maxBuffer: 64 << 20 });
}

async function hasGo(): Promise<boolean> {
  try {
    await run('go', ['version']);
    return true;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
