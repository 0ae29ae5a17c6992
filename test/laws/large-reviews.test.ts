import { afterAll, expect, it } from 'vitest';
import { emptyLayer } from '../../src/config/layer.ts';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { fieldAt, isJsonObject, listAt, objectAt } from '../../src/manifest/fields.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { judgeLarge } from '../../webhook/large/judge-large.ts';
import { openLargeReviews } from '../../webhook/large/large-reviews.ts';
import { parseReview } from '../../webhook/review.ts';
import { builtInWorkloads } from '../../webhook/scope.ts';
import { objectOf } from '../helpers/kube-objects.ts';
import { readRecordings } from '../helpers/recordings.ts';
import { reviewOf } from '../helpers/reviews.ts';
import { createDoorJudge, loadDoorRules } from '../helpers/webhook-door.ts';
import { buildWorker } from '../unit/policy/built-worker.ts';

const SAMPLE = 40;
const CONTAINERS = 400;
const DEADLINE_MS = 30_000;

const rules = await loadDoorRules(emptyLayer, new Date());
const large = openLargeReviews(
  {
    organisation: emptyLayer,
    kubernetesVersion: '1.37',
    kinds: shippedKinds,
    scope: { controllers: [], workloadKinds: new Set(builtInWorkloads) },
    policies: [],
  },
  {
    now: () => performance.now(),
    nodeAgents: () => [],
    onRuleFailure: () => undefined,
    workerFile: buildWorker('webhook/large/thread.ts'),
    limits: { deadlineMs: DEADLINE_MS, idleMs: DEADLINE_MS, heapMebibytes: 256, heldBytes: 2 ** 26 },
  },
);
afterAll(() => large.close());

/** The same workload with so many containers that it is heavy, each as one of its own. */
function growWorkload(object: JsonObject): JsonObject {
  const spec = objectAt(object, 'spec');
  const template = objectAt(spec, 'template');
  const own = listAt(template, 'spec', 'containers').filter(isJsonObject);
  const containers = Array.from({ length: own.length === 0 ? 0 : CONTAINERS }, (_, index): JsonValue => {
    const like = own[index % own.length] ?? {};
    return index < own.length ? like : { ...like, name: `more-${index}` };
  });
  return {
    ...object,
    spec: { ...spec, template: { ...template, spec: { ...objectAt(template, 'spec'), containers } } },
  };
}

it('says the same of real workloads with hundreds of containers, where their namespaces stand', async () => {
  const recordings = readRecordings();
  const step = Math.ceil(recordings.length / SAMPLE);
  const verdicts = new Map<string, number>();
  for (const { apply, id, state } of recordings.filter((_, index) => index % step === 0)) {
    const stored = listAt(state, 'items').filter(isJsonObject).map(objectOf);
    for (const written of apply.filter((value) => fieldAt(value, 'spec', 'template') !== undefined)) {
      const { apiVersion, kind, name } = objectOf(written);
      const [group = '', version = ''] = apiVersion.split('/');
      const review = reviewOf(
        growWorkload({ ...written, metadata: { ...objectAt(written, 'metadata'), namespace: id } }),
        {
          kind: { group, version, kind },
          resource: { group, version, resource: `${kind.toLowerCase()}s` },
          namespace: id,
          name,
        },
      );
      const parsed = parseReview(review);
      if (parsed.kind === 'malformed') throw new Error(parsed.message);
      const here = await createDoorJudge(rules, stored).judge(parsed.request, Number.MAX_SAFE_INTEGER);
      const { judge } = createDoorJudge(rules, stored);
      const body = Buffer.from(JSON.stringify(review));
      const there = await judgeLarge(body, performance.now() + DEADLINE_MS, large, judge, 'closed');
      expect(there, `${id} ${kind} ${name}`).toMatchObject({ kind: 'judged', judgement: here });
      for (const met of [...here.deniedBy, kind]) {
        verdicts.set(met, (verdicts.get(met) ?? 0) + 1);
      }
    }
  }
  expect([...verdicts.keys()]).toEqual(expect.arrayContaining(['Deployment', 'quota/exceeded', 'quota/limit-range']));
});
