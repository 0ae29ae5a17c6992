import type { KubernetesObject } from '../manifest/document.ts';
import { locate } from '../manifest/locate.ts';
import type { Stage } from './apply.ts';
import type { FitDiagnostic, QuotaFit } from './fit-report.ts';

function warn(object: KubernetesObject | null, message: string): FitDiagnostic {
  const source = object?.source ?? null;
  if (source === null) return { level: 'warning', file: '', line: 1, column: 1, message };
  const { line, column } = locate(source.document, `${source.pointer}/metadata/name`);
  return { level: 'warning', file: source.document.file.name, line, column, message };
}

const nameOf = ({ kind, namespace, name }: KubernetesObject): string =>
  `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;

/** @param duplicates - earlier definitions of objects that come again */
export function tellDuplicates(duplicates: readonly KubernetesObject[]): readonly FitDiagnostic[] {
  return duplicates.map((object) =>
    warn(
      object,
      `${nameOf(object)} is defined again later on; only the last definition counts. Give quotafit one of them.`,
    ),
  );
}

/** @param children - objects that controllers of the release make by themselves */
export function tellChildren(children: readonly KubernetesObject[]): readonly FitDiagnostic[] {
  const [first, ...others] = children;
  if (first === undefined) return [];
  const rest = others.length === 0 ? '' : ` and ${others.length} more`;
  return [warn(first, `${nameOf(first)}${rest}: made by controllers of the same input, and counted with them.`)];
}

/** Who comes first gets the room: with too little of it, another order leaves others without. */
export function tellCompetition(stages: readonly Stage[], quotas: readonly QuotaFit[]): readonly FitDiagnostic[] {
  return stages.flatMap(({ world, applied }) => {
    const name = world.namespace.name;
    const short = quotas.some(
      (quota) => quota.namespace === name && Object.values(quota.resources).some(({ fits }) => !fits),
    );
    const competing = applied.filter(({ casting, played }) => casting?.kind === 'play' && played !== null);
    const blocked = applied.some(({ outcome, played }) => outcome === 'refused' || played?.settlement.refused != null);
    if (!short || !blocked || competing.length < 2) return [];
    return [
      warn(
        null,
        `The release as a whole does not fit namespace ${name}. It was played in the order given, each workload settled before the next; in another order others stay without pods.`,
      ),
    ];
  });
}

/** Pods that nothing refuses, but that others wait for. */
export function tellWaiting(stages: readonly Stage[]): readonly FitDiagnostic[] {
  return stages.flatMap(({ applied }) =>
    applied.flatMap(({ object, played }) => {
      if (played === null || played.settlement.refused !== null) return [];
      const { created, desired } = played.settlement;
      if (created >= desired) return [];
      return [
        warn(
          object,
          `${nameOf(object)} stays at ${created} of ${desired} pods though no quota refuses more: they wait for pods that do not become ready, or for volumes that nobody provides.`,
        ),
      ];
    }),
  );
}
