import { describe, expect, it } from 'vitest';
import { describeRuntimes, type ConfigMapReader } from '../../../src/facts/runtime.ts';
import type { RuntimeFacts } from '../../../src/facts/object-schema.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';
import { parseQuantity } from '../../../src/quantity/parse.ts';

function quantity(text: string) {
  const read = parseQuantity(text);
  if (read.kind === 'quantity-error') throw new Error(text);
  return read;
}

function describeContainer(
  value: JsonObject,
  { memory, cpu }: { readonly memory?: string; readonly cpu?: string } = { memory: '1Gi' },
  configMaps: ConfigMapReader = () => null,
): readonly RuntimeFacts[] {
  const limits = new Map(
    Object.entries({ memory, cpu }).flatMap(([name, text]) => (text === undefined ? [] : [[name, quantity(text)]])),
  );
  return describeRuntimes({ value, path: '/c', name: 'web', limits }, configMaps);
}

const variable = (name: string, value: string): JsonObject => ({ env: [{ name, value }] });

it.each([
  ['-Xmx', variable('JAVA_OPTS', '-Xms64m -Xmx512m'), '-Xmx512m', '512Mi', 50],
  ['the last -Xmx', variable('JAVA_OPTS', '-Xmx2g -Xmx256m'), '-Xmx256m', '256Mi', 25],
  ['-Xmx in bytes', { args: ['java', '-Xmx1073741824', '-jar', 'a.jar'] }, '-Xmx1073741824', '1Gi', 100],
  ['-Xmx within a shell line', { command: ['sh', '-c', 'exec java -Xmx1g -jar a.jar'] }, '-Xmx1g', '1Gi', 100],
  ['MaxHeapSize', variable('JAVA_TOOL_OPTIONS', '-XX:MaxHeapSize=2G'), '-XX:MaxHeapSize=2G', '2Gi', 200],
  [
    'MaxRAMPercentage',
    variable('JDK_JAVA_OPTIONS', '-XX:MaxRAMPercentage=75.0'),
    '-XX:MaxRAMPercentage=75.0',
    '768Mi',
    75,
  ],
  ['MaxRAMFraction', variable('JAVA_OPTS', '-XX:MaxRAMFraction=1'), '-XX:MaxRAMFraction=1', '1Gi', 100],
  ['a variable of Cassandra', variable('MAX_HEAP_SIZE', '512M'), 'MAX_HEAP_SIZE=512M', '512Mi', 50],
  ['a variable in megabytes', variable('ZOO_HEAP_SIZE', '1024'), 'ZOO_HEAP_SIZE=1024', '1Gi', 100],
  ['a size before a share', variable('A', '-XX:MaxRAMPercentage=90 -Xmx512m'), '-Xmx512m', '512Mi', 50],
  [
    '--max-old-space-size',
    variable('NODE_OPTIONS', '--max-old-space-size=1024'),
    '--max-old-space-size=1024',
    '1Gi',
    100,
  ],
  ['--max_old_space_size', { args: ['--max_old_space_size=512'] }, '--max_old_space_size=512', '512Mi', 50],
  ['GOMEMLIMIT', variable('GOMEMLIMIT', '900MiB'), 'GOMEMLIMIT=900MiB', '900Mi', 87.9],
])('%s', (_, value, option, amount, percent) => {
  expect(describeContainer(value)).toMatchObject([{ container: 'web', resource: 'memory', option, amount, percent }]);
});

it('takes the limit itself for a variable, as the kubelet does', () => {
  const env = [
    { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    { name: 'JAVA_OPTS', value: '-Xmx$(LIMIT)m' },
  ];
  expect(describeContainer({ env })).toMatchObject([{ option: '-Xmx1024m', percent: 100, path: '/c/env/1/value' }]);
});

const readConfigMap: ConfigMapReader = (name) => (name === 'options' ? { JAVA_OPTS: '-Xmx1g' } : null);

describe('ConfigMaps of the input', () => {
  it.each([
    ['a whole one', { envFrom: [{ configMapRef: { name: 'options' } }] }, '/c/envFrom/0'],
    [
      'one key',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'options', key: 'JAVA_OPTS' } } }] },
      '/c/env/0/value',
    ],
  ])('%s', (_, value, path) => {
    expect(describeContainer(value, { memory: '1Gi' }, readConfigMap)).toMatchObject([{ path, percent: 100 }]);
  });

  it('what is not in the input says nothing', () => {
    expect(
      describeContainer({ envFrom: [{ configMapRef: { name: 'other' } }] }, { memory: '1Gi' }, readConfigMap),
    ).toEqual([]);
  });
});

it.each([
  ['8', '2', 400],
  ['2', '1500m', 100],
  ['1', '100m', 100],
])('GOMAXPROCS %s against a cpu limit of %s', (value, cpu, percent) => {
  expect(describeContainer(variable('GOMAXPROCS', value), { cpu })).toMatchObject([{ resource: 'cpu', percent }]);
});

it.each([
  ['there is no limit', variable('JAVA_OPTS', '-Xmx1g'), {}],
  ['nothing is said', variable('JAVA_OPTS', '-server'), { memory: '1Gi' }],
  ['it is another word', variable('A', 'foo-Xmx1gb'), { memory: '1Gi' }],
  ['the number cannot be read', variable('GOMEMLIMIT', 'off'), { memory: '1Gi' }],
])('silent when %s', (_, value, limits) => {
  expect(describeContainer(value, limits)).toEqual([]);
});
