import { clusterResources, type ClusterResource } from '../cluster/resources.ts';
import type { ClusterApi } from '../cluster/api.ts';
import { listAt, stringAt } from '../manifest/fields.ts';
import { groupOf, type KindTable } from '../workload/workload.ts';

/** As kubectl has them. */
const shortNames: Readonly<Record<string, string>> = {
  cj: 'cronjobs',
  deploy: 'deployments',
  ds: 'daemonsets',
  hpa: 'horizontalpodautoscalers',
  limits: 'limitranges',
  po: 'pods',
  pvc: 'persistentvolumeclaims',
  quota: 'resourcequotas',
  rc: 'replicationcontrollers',
  rs: 'replicasets',
  sts: 'statefulsets',
  svc: 'services',
};

/**
 * The resource that people call so: `deployment`, `Deployments`, `deploy`, `deployments.apps`.
 * @param kinds - custom ones; the version is the one that the cluster prefers
 * @returns `null` where there is none in namespaces that quotafit judges
 * @throws ApiError, or the network's own error
 */
export async function findKind(api: ClusterApi, word: string, kinds: KindTable): Promise<ClusterResource | null> {
  const [name = '', ...group] = word.toLowerCase().split('.');
  const isMeant = (kind: string, plural: string, ownGroup: string): boolean =>
    [kind.toLowerCase(), plural].includes(shortNames[name] ?? name) &&
    (group.length === 0 || group.join('.') === ownGroup);
  const builtIn = clusterResources.find(
    ({ apiVersion, kind, resource, namespaced }) => namespaced && isMeant(kind, resource, groupOf(apiVersion)),
  );
  if (builtIn !== undefined) return builtIn;
  const custom = [...kinds.values()].find(({ kind, plural, group: ownGroup }) =>
    isMeant(kind, plural ?? `${kind.toLowerCase()}s`, ownGroup),
  );
  if (custom === undefined) return null;
  const groups = listAt(await api.get('/apis'), 'groups');
  const served = groups.find((one) => stringAt(one, 'name') === custom.group);
  const apiVersion = stringAt(served, 'preferredVersion', 'groupVersion');
  const resource = custom.plural ?? `${custom.kind.toLowerCase()}s`;
  return apiVersion === '' ? null : { apiVersion, kind: custom.kind, resource, namespaced: true };
}
