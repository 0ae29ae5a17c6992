import { describe, expect, it } from 'vitest';
import { checkTexts } from '../../helpers/check.ts';

const owned = (kind: string, name: string) =>
  `ownerReferences: [{apiVersion: apps/v1, kind: ${kind}, name: ${name}, uid: u, controller: true}]`;
const template = (containers: string) =>
  `template: {metadata: {labels: {app: web}}, spec: {containers: [${containers}]}}`;
const web = '{name: web, image: web}';
const selector = 'selector: {matchLabels: {app: web}}';

const deployment = (replicas: number, containers = web) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: ${replicas}, ${selector}, ${template(containers)}}\n`;
const replicaSet = (name: string, replicas: number, containers = web) =>
  `apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: ${name}, namespace: shop, ${owned('Deployment', 'web')}}\nspec: {replicas: ${replicas}, ${selector}, ${template(containers)}}\n`;
const pod = (name: string, owner: string, containers = web) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: web}, ${owned('ReplicaSet', owner)}}\nspec: {containers: [${containers}]}\n`;

/** Rules and objects of what is found, as `kubectl get all` names objects: pods first. */
async function judge(objects: readonly string[], rules: readonly string[], more = {}) {
  const levels = Object.fromEntries(rules.map((rule) => [rule, { level: 'error' as const }]));
  const { report, waived } = await checkTexts(
    { '-': objects.join('---\n') },
    { rules: { '*': { level: 'off' }, ...levels }, ...more },
  );
  const print = ({ rule, resource }: (typeof report.findings)[number]) => `${rule} ${resource.kind} ${resource.name}`;
  return { told: report.findings.map(print), waived: waived.map(({ finding }) => print(finding)) };
}

describe('of what a Deployment made', () => {
  const objects = [pod('web-a-1', 'web-a'), pod('web-a-2', 'web-a'), deployment(2), replicaSet('web-a', 2)];

  it.each(['images/tag-required', 'resources/limits-required', 'delivery/environment-label'])(
    '%s is told at the Deployment',
    async (rule) => {
      expect((await judge(objects, [rule])).told).toEqual([`${rule} Deployment web`]);
      const without = await judge([objects[0]!, objects[3]!], [rule]);
      expect(without.told).toEqual([`${rule} ReplicaSet web-a`]);
      expect((await judge([objects[0]!], [rule])).told).toEqual([`${rule} Pod web-a-1`]);
    },
  );

  it('all is told that the Deployment is not told', async () => {
    const injected = pod('web-a-1', 'web-a', `{name: proxy, image: "proxy:1"}, ${web}`);
    const { told } = await judge([injected, ...objects.slice(1)], ['resources/limits-required', 'images/tag-required']);
    expect(told).toEqual([
      'resources/limits-required Pod web-a-1',
      'resources/limits-required Deployment web',
      'images/tag-required Deployment web',
    ]);
  });

  it('a ReplicaSet that is kept for a rollback is left alone', async () => {
    const old = replicaSet('web-b', 0, '{name: old, image: old}');
    expect((await judge([old, deployment(2, '{name: web, image: "web:1"}')], ['images/tag-required'])).told).toEqual(
      [],
    );
    expect((await judge([old], ['images/tag-required'])).told).toHaveLength(1);
  });

  it('no pod is counted twice', async () => {
    const rules = ['availability/replicas', 'availability/disruption-budget', 'resources/burst-ratio'];
    const budget =
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {minAvailable: 2, selector: {matchLabels: {app: web}}}\n';
    expect((await judge([...objects, budget], rules)).told).toEqual([
      'availability/disruption-budget PodDisruptionBudget web',
    ]);
    const rolling = [deployment(3), replicaSet('web-a', 2), replicaSet('web-b', 1)];
    expect((await judge(rolling, ['availability/replicas'])).told).toEqual([]);
  });

  it('what is waived at the Deployment is no news at its pods', async () => {
    const waiver = {
      rule: 'images/tag-required',
      reason: 'x',
      owner: 'x',
      until: '2027-01-01',
      match: { kind: 'Deployment' },
    };
    const { told, waived } = await judge(objects, ['images/tag-required'], { waivers: [waiver] });
    expect({ told, waived }).toEqual({ told: [], waived: ['images/tag-required Deployment web'] });
  });

  it('nothing is left out where the Deployment stands in another namespace, or the name is of another kind', async () => {
    const elsewhere = deployment(2).replace('namespace: shop', 'namespace: other');
    expect((await judge([objects[3]!, elsewhere], ['images/tag-required'])).told).toHaveLength(2);
    const other = deployment(2).replace('kind: Deployment', 'kind: StatefulSet');
    expect((await judge([objects[3]!, other], ['images/tag-required'])).told).toHaveLength(2);
  });
});

it('objects that say they made each other are all told of', async () => {
  const a = replicaSet('a', 1).replace(owned('Deployment', 'web'), owned('ReplicaSet', 'b'));
  const b = replicaSet('b', 1).replace(owned('Deployment', 'web'), owned('ReplicaSet', 'a'));
  const itself = replicaSet('c', 1).replace(owned('Deployment', 'web'), owned('ReplicaSet', 'c'));
  const { told } = await judge([a, b, itself], ['images/tag-required']);
  expect(told).toEqual(['a', 'b', 'c'].map((name) => `images/tag-required ReplicaSet ${name}`));
});
