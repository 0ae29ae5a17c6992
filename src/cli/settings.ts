import { emptyLayer, type ConfigLayer } from '../config/layer.ts';
import { findConfig, loadConfig } from '../config/load.ts';
import type { CommonFlags } from './flags.ts';
import type { Io } from './io.ts';

/** Minor versions of Kubernetes 1 whose differences quotafit knows. */
const knownMinors = { oldest: 34, newest: 37 } as const;

/** What holds for a run: the organisation's config, the project's, and what the flags say over them. */
export interface Settings {
  readonly organisation: ConfigLayer;
  readonly project: ConfigLayer;
  readonly kubernetesVersion: string;
  /** Whether somebody chose that version; else a cluster's own wins over it. */
  readonly isVersionChosen: boolean;
  /** Empty when nobody named one. */
  readonly namespace: string;
  readonly now: Date;
}

/** Reads the configs that the flags name, or the one found upwards of the working directory. */
export async function loadSettings(flags: CommonFlags, io: Io): Promise<Settings> {
  const { cwd } = io;
  const path = flags.config ?? findConfig(cwd);
  const project = path === null ? emptyLayer : await loadConfig(path, cwd);
  const organisation = flags.orgConfig === undefined ? emptyLayer : await loadConfig(flags.orgConfig, cwd);
  const chosen = flags.kubernetesVersion ?? project.kubernetesVersion ?? organisation.kubernetesVersion;
  if (chosen !== undefined) warnOfUnknown(chosen, io);
  return {
    organisation,
    project,
    kubernetesVersion: chosen ?? `1.${knownMinors.newest}`,
    isVersionChosen: chosen !== undefined,
    namespace: flags.namespace ?? project.namespace ?? organisation.namespace ?? '',
    now: flags.now ?? io.now(),
  };
}

/** What changed before the oldest or after the newest is not foretold; everything else is the same. */
function warnOfUnknown(version: string, io: Io): void {
  const minor = Number(version.slice('1.'.length));
  const { oldest, newest } = knownMinors;
  if (minor >= oldest && minor <= newest) return;
  const nearest = minor < oldest ? oldest : newest;
  io.stderr.write(
    `quotafit: Kubernetes ${version} is judged like 1.${nearest}: what differs is known for 1.${oldest} to 1.${newest}\n`,
  );
}
