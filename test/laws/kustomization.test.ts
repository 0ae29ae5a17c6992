import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { gatherKustomizations } from '../../src/check/kustomize-release.ts';
import { decodeFile } from '../../src/manifest/decode.ts';
import { listObjects } from '../../src/manifest/objects.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';

const paths = fc.constantFrom(
  'web.yaml',
  'patch.yaml',
  '.',
  '..',
  '../a',
  '../b',
  'a',
  '',
  '/',
  'https://example.com/x',
);
const broken = fc.constantFrom<unknown>(null, 1, '', [], {}, [null], '__proto__');
const listOf = (item: fc.Arbitrary<unknown>) => fc.oneof(broken, fc.array(fc.oneof(broken, item), { maxLength: 3 }));
const labels = fc.oneof(broken, fc.dictionary(fc.constantFrom('env', '__proto__', 'team'), fc.constantFrom('a', 'b')));
const kustomization = fc.record(
  {
    resources: listOf(paths),
    components: listOf(paths),
    patches: listOf(fc.record({ path: paths, target: broken }, { requiredKeys: [] })),
    patchesStrategicMerge: listOf(paths),
    images: listOf(fc.record({ name: fc.constantFrom('web', ''), newTag: fc.constantFrom<unknown>('1', '2', 3) })),
    replicas: listOf(fc.record({ name: fc.constantFrom('web', 'b'), count: fc.constantFrom<unknown>(1, 2, 'x') })),
    labels: listOf(fc.record({ pairs: labels, includeTemplates: fc.boolean() })),
    commonLabels: labels,
    namespace: fc.oneof(broken, fc.constantFrom('shop', 'prod')),
  },
  { requiredKeys: [] },
);
const workload = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web' }] } },
  },
};

const context = { pathOf: (file: string): string => join('/in', file), kinds: shippedKinds };

const read = (name: string, value: unknown) =>
  decodeFile({ name, text: JSON.stringify(value) }).documents.flatMap((document) => listObjects(document).objects);

it('whatever kustomizations say, objects stay objects, and the same input gives the same in whatever order it comes', () => {
  fc.assert(
    fc.property(fc.array(kustomization, { minLength: 1, maxLength: 3 }), (values) => {
      const header = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
      const folders = ['a', 'b', 'a/a'];
      const objects = [
        ...values.flatMap((value, index) =>
          read(join(folders[index] ?? '', 'kustomization.yaml'), { ...header, ...value }),
        ),
        ...read('a/web.yaml', workload),
        ...read('a/patch.yaml', { ...workload, spec: { replicas: 2 } }),
      ];
      const forth = gatherKustomizations(objects, context);
      const back = gatherKustomizations(objects.toReversed(), context);
      for (const object of objects) {
        const made = forth?.(object);
        expect(made?.object).toMatchObject({ kind: object.kind, name: object.name, source: object.source });
        expect(JSON.parse(JSON.stringify(made?.object.value))).toEqual(made?.object.value);
        expect(back?.(object)).toEqual(made);
      }
    }),
    { numRuns: 500 },
  );
});
