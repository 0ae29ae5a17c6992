import { integerAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { selectsLabels, type Labels } from './label-selector.ts';
import type { PodTemplate } from '../workload/workload.ts';
import type { SpreadFacts } from './object-schema.ts';
import type { PodFacts } from './schema.ts';

const zoneLabels = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];

/** How many pods a template stands for, how long they run, and where they may be. */
export function describePlacement(
  { pointer, spec, replicas }: PodTemplate,
  labels: Labels,
  namespace: string,
): Pick<PodFacts, 'priorityClass' | 'replicas' | 'runs' | 'spread' | 'zone'> {
  const path = `${pointer}/spec`;
  const priorityClass = stringAt(spec, 'priorityClassName');
  const zone = zoneLabels.map((label) => stringAt(spec, 'nodeSelector', label)).find((name) => name !== '');
  const spread = describeSpread(spec, path, labels, namespace);
  return {
    runs: ['Never', 'OnFailure'].includes(stringAt(spec, 'restartPolicy')) ? 'to-the-end' : 'for-good',
    ...(replicas.kind === 'count' && { replicas: replicas.count }),
    ...(priorityClass !== '' && { priorityClass: { path: `${path}/priorityClassName`, name: priorityClass } }),
    ...(zone !== undefined && { zone }),
    ...(spread.length > 0 && { spread }),
  };
}

/** What keeps the pods of one template apart: topology spread constraints and pod anti-affinity. */
function describeSpread(spec: JsonObject, path: string, labels: Labels, namespace: string): SpreadFacts[] {
  const spread: SpreadFacts[] = [];
  for (const [index, constraint] of listAt(spec, 'topologySpreadConstraints').entries()) {
    if (!isJsonObject(constraint)) continue;
    spread.push({
      path: `${path}/topologySpreadConstraints/${index}`,
      form: 'constraint',
      topologyKey: stringAt(constraint, 'topologyKey'),
      selects: selectsLabels(constraint['labelSelector'], labels),
      hard: stringAt(constraint, 'whenUnsatisfiable') !== 'ScheduleAnyway',
      maxSkew: integerAt(constraint, 'maxSkew') ?? 1,
    });
  }
  const affinity = objectAt(spec, 'affinity', 'podAntiAffinity');
  const at = `${path}/affinity/podAntiAffinity`;
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  for (const [index, term] of listAt(affinity, required).entries()) {
    spread.push(describeTerm(term, `${at}/${required}/${index}`, true, labels, namespace));
  }
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  for (const [index, weighted] of listAt(affinity, preferred).entries()) {
    const term = objectAt(weighted, 'podAffinityTerm');
    spread.push(describeTerm(term, `${at}/${preferred}/${index}/podAffinityTerm`, false, labels, namespace));
  }
  return spread;
}

/** A term speaks of its own namespace unless it names others; what a namespace selector selects is not known here. */
function describeTerm(term: JsonValue, path: string, hard: boolean, labels: Labels, namespace: string): SpreadFacts {
  const namespaces = listAt(term, 'namespaces');
  const isOwn = namespaces.length === 0 || namespace === '' || namespaces.includes(namespace);
  return {
    path,
    form: 'anti-affinity',
    topologyKey: stringAt(term, 'topologyKey'),
    selects: isOwn && selectsLabels(objectAt(term)['labelSelector'], labels),
    hard,
  };
}
