import { kindKey, shippedKinds } from '../workload/kinds.ts';
import type { KindDescription, KindTable } from '../workload/workload.ts';
import type { ConfigLayer } from './layer.ts';

/**
 * Custom kinds: the project's, over them those that quotafit knows, and over all the organisation's. A project that could
 * redefine a kind could hide its pods from rules that are locked.
 */
export function listKinds({
  project,
  organisation,
}: Readonly<Record<'organisation' | 'project', ConfigLayer>>): KindTable {
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
