import { emptyLayer, type ConfigLayer } from '../config/layer.ts';
import { findConfig, loadConfig } from '../config/load.ts';
import { kindKey, shippedKinds } from '../workload/kinds.ts';
import type { KindDescription, KindTable } from '../workload/workload.ts';
import type { CommonFlags } from './flags.ts';
import type { Io } from './io.ts';

/** The newest minor version whose rules quotafit knows. */
const newestKubernetes = '1.37';

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
  return {
    organisation,
    project,
    kubernetesVersion: chosen ?? newestKubernetes,
    isVersionChosen: chosen !== undefined,
    namespace: flags.namespace ?? project.namespace ?? organisation.namespace ?? '',
    now: flags.now ?? io.now(),
  };
}

/**
 * Custom kinds: the project's, over them those that quotafit knows, and over all the organisation's. A project that could
 * redefine a kind could hide its pods from rules that are locked.
 */
export function listKinds({ project, organisation }: Pick<Settings, 'organisation' | 'project'>): KindTable {
  if (project.kinds.length + organisation.kinds.length === 0) return shippedKinds;
  return new Map([...describeKinds(project), ...shippedKinds, ...describeKinds(organisation)]);
}

function describeKinds({ kinds }: ConfigLayer): KindTable {
  const described = kinds.map(({ group, kind, plural = null, templates, children = [] }): KindDescription => ({
    group,
    kind,
    plural,
    templates: templates.map(({ template, replicas = null, defaultReplicas = null }) => ({
      template,
      replicas,
      defaultReplicas,
    })),
    children,
  }));
  return new Map(described.map((kind) => [kindKey(kind.group, kind.kind), kind]));
}
