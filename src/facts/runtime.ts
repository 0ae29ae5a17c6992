/**
 * How much a language's runtime takes for itself, as its options say: `-Xmx`, or a variable that images make it of,
 * `-XX:MaxRAMPercentage`, `--max-old-space-size`, `GOMEMLIMIT`, `GOMAXPROCS`; from the command, its arguments, and
 * variables, also of ConfigMaps.
 */
import { fieldAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { makeQuantity, type Quantity } from '../quantity/quantity.ts';
import { readQuantity } from '../quantity/parse.ts';
import { canonicalQuantity } from '../quantity/print.ts';
import type { RuntimeFacts } from './object-schema.ts';
import type { Bounds } from './resources.ts';

/** The `data` of a ConfigMap in the object's namespace; `null` when it is not in the input. */
export type ConfigMapReader = (name: string) => JsonObject | null;

export interface RuntimeContainer {
  readonly value: JsonObject;
  readonly path: string;
  readonly name: string;
  /** What the server will hold the container to. */
  readonly limits: Bounds;
}

interface Text {
  readonly path: string;
  /** Of the variable; empty for an argument. */
  readonly name: string;
  readonly text: string;
}

/** What one container's runtimes take, against its limits. A container without the limit gives nothing. */
export function describeRuntimes(container: RuntimeContainer, readConfigMap: ConfigMapReader): RuntimeFacts[] {
  if (!container.limits.has('memory') && !container.limits.has('cpu')) return [];
  // Most texts speak of no runtime, and to look for that is cheaper than to read them three times.
  const texts = listTexts(container, readConfigMap).filter(mayMatter);
  if (texts.length === 0) return [];
  return [...describeJvm(texts, container), ...describeNode(texts, container), ...describeGo(texts, container)];
}

function mayMatter({ name, text }: Text): boolean {
  if (text.includes('-X') || text.includes('--max')) return true;
  return name === 'GOMEMLIMIT' || name === 'GOMAXPROCS' || heapVariables.has(name);
}

function listTexts({ value, path, limits }: RuntimeContainer, readConfigMap: ConfigMapReader): readonly Text[] {
  const variables: Text[] = [];
  for (const [index, source] of listAt(value, 'envFrom').entries()) {
    const data = readConfigMap(stringAt(source, 'configMapRef', 'name'));
    for (const [name, text] of Object.entries(data ?? {})) {
      const full = stringAt(source, 'prefix') + name;
      if (typeof text === 'string') variables.push({ path: `${path}/envFrom/${index}`, name: full, text });
    }
  }
  for (const [index, variable] of listAt(value, 'env').entries()) {
    const text = readVariable(variable, limits, readConfigMap);
    if (text !== null) variables.push({ path: `${path}/env/${index}/value`, name: stringAt(variable, 'name'), text });
  }
  const texts = [...variables];
  for (const field of ['command', 'args'] as const) {
    for (const [index, text] of listAt(value, field).entries()) {
      if (typeof text === 'string') texts.push({ path: `${path}/${field}/${index}`, name: '', text });
    }
  }
  return texts.some(({ text }) => text.includes('$(')) ? fillIn(texts, variables) : texts;
}

/** As the kubelet does it: `$(NAME)` of a variable is filled in. */
function fillIn(texts: readonly Text[], variables: readonly Text[]): readonly Text[] {
  const values = new Map(variables.map(({ name, text }) => [name, text]));
  return texts.map((entry) => ({
    ...entry,
    text: entry.text.replaceAll(/(?<!\$)\$\(([^()]+)\)/gu, (whole, name: string) => values.get(name) ?? whole),
  }));
}

function readVariable(variable: JsonValue, limits: Bounds, readConfigMap: ConfigMapReader): string | null {
  const written = fieldAt(variable, 'value');
  if (typeof written === 'string') return written;
  const reference = objectAt(variable, 'valueFrom', 'configMapKeyRef');
  if (isJsonObject(fieldAt(variable, 'valueFrom', 'configMapKeyRef'))) {
    const text = fieldAt(readConfigMap(stringAt(reference, 'name')) ?? {}, stringAt(reference, 'key'));
    return typeof text === 'string' ? text : null;
  }
  const field = objectAt(variable, 'valueFrom', 'resourceFieldRef');
  const [, resource = ''] = /^limits\.(cpu|memory)$/u.exec(stringAt(field, 'resource')) ?? [];
  const limit = limits.get(resource);
  return limit === undefined || limit === null ? null : divide(limit, field['divisor']);
}

/** @see k8s.io/component-helpers/resource `convertResourceCPUToString`: rounded up; zero and absent mean one */
function divide({ nano }: Quantity, divisor: JsonValue | undefined): string | null {
  const unit = divisor === undefined ? null : readQuantity(divisor);
  if (unit?.kind === 'quantity-error') return null;
  const by: bigint = unit === null || unit.nano <= 0n ? 1_000_000_000n : unit.nano;
  return String((nano + by - 1n) / by);
}

const jvmSizes = /(?:^|[\s"'=])(-Xmx|-XX:MaxHeapSize=)(\d{1,15})([kKmMgGtT]?)(?![\w.])/gu;
const jvmShares = /-XX:(?:MaxRAMPercentage=(\d{1,3}(?:\.\d+)?)|MaxRAMFraction=(\d{1,3}))/gu;
const byteUnits: Readonly<Record<string, bigint>> = { '': 1n, k: 2n ** 10n, m: 2n ** 20n, g: 2n ** 30n, t: 2n ** 40n };

/**
 * Variables that the start scripts of well-known images make `-Xmx` of, and the unit of a number without one: Cassandra,
 * Elasticsearch and Logstash, Hadoop and HBase, Solr, ZooKeeper.
 */
const heapVariables: ReadonlyMap<string, string> = new Map([
  ['ELASTICSEARCH_HEAP_SIZE', ''],
  ['ES_HEAP_SIZE', ''],
  ['HADOOP_HEAPSIZE', 'm'],
  ['HBASE_HEAPSIZE', 'm'],
  ['LS_HEAP_SIZE', ''],
  ['MAX_HEAP_SIZE', ''],
  ['SOLR_HEAP', ''],
  ['ZK_SERVER_HEAP', 'm'],
  ['ZOO_HEAP_SIZE', 'm'],
]);

/** The last of several sizes holds, and a size before a share, as HotSpot reads them. */
function describeJvm(texts: readonly Text[], container: RuntimeContainer): RuntimeFacts[] {
  const limit = container.limits.get('memory');
  if (limit === undefined || limit === null) return [];
  for (const { path, text } of texts.toReversed()) {
    const [, flag, digits = '0', unit = ''] = [...text.matchAll(jvmSizes)].at(-1) ?? [];
    if (flag === undefined) continue;
    const bytes = BigInt(digits) * (byteUnits[unit.toLowerCase()] ?? 1n);
    return [compare(container, limit, { path, runtime: 'jvm', option: `${flag}${digits}${unit}` }, bytes)];
  }
  for (const { path, name, text } of texts) {
    const bare = heapVariables.get(name);
    const [, digits, unit = ''] = bare === undefined ? [] : (/^(\d{1,15})([kKmMgG]?)$/u.exec(text) ?? []);
    if (digits === undefined) continue;
    const bytes = BigInt(digits) * (byteUnits[unit.toLowerCase() || (bare ?? '')] ?? 1n);
    return [compare(container, limit, { path, runtime: 'jvm', option: `${name}=${text}` }, bytes)];
  }
  for (const { path, text } of texts.toReversed()) {
    const [option, percentage, fraction] = [...text.matchAll(jvmShares)].at(-1) ?? [];
    if (option === undefined) continue;
    const share = percentage === undefined ? 100 / Number(fraction) : Number(percentage);
    const bytes = (limit.nano * BigInt(Math.round(share * 1000))) / 100_000n / 1_000_000_000n;
    return [compare(container, limit, { path, runtime: 'jvm', option }, bytes)];
  }
  return [];
}

function describeNode(texts: readonly Text[], container: RuntimeContainer): RuntimeFacts[] {
  const limit = container.limits.get('memory');
  if (limit === undefined || limit === null) return [];
  for (const { path, text } of texts.toReversed()) {
    const [option, digits = '0'] = [...text.matchAll(/--max[-_]old[-_]space[-_]size=(\d{1,12})(?!\d)/gu)].at(-1) ?? [];
    if (option === undefined) continue;
    return [compare(container, limit, { path, runtime: 'node', option }, BigInt(digits) * 2n ** 20n)];
  }
  return [];
}

const goUnits: Readonly<Record<string, bigint>> = {
  '': 1n,
  B: 1n,
  KiB: 2n ** 10n,
  MiB: 2n ** 20n,
  GiB: 2n ** 30n,
  TiB: 2n ** 40n,
};

function describeGo(texts: readonly Text[], container: RuntimeContainer): RuntimeFacts[] {
  const memory = container.limits.get('memory') ?? null;
  const cpu = container.limits.get('cpu') ?? null;
  const found: RuntimeFacts[] = [];
  for (const { path, name, text } of texts) {
    if (name === 'GOMEMLIMIT' && memory !== null) {
      const [, digits, unit = ''] = /^(\d{1,18})(B|[KMGT]iB)?$/u.exec(text) ?? [];
      if (digits === undefined) continue;
      const place = { path, runtime: 'go', option: `GOMEMLIMIT=${text}` } as const;
      found.push(compare(container, memory, place, BigInt(digits) * (goUnits[unit] ?? 1n)));
    } else if (name === 'GOMAXPROCS' && cpu !== null && /^[1-9]\d{0,4}$/u.test(text)) {
      found.push({
        path,
        container: container.name,
        runtime: 'go',
        resource: 'cpu',
        option: `GOMAXPROCS=${text}`,
        amount: text,
        limit: canonicalQuantity(cpu),
        // A part of a core still needs a thread of its own.
        percent: percentOf(BigInt(text), (cpu.nano + 999_999_999n) / 1_000_000_000n),
      });
    }
  }
  return found;
}

function compare(
  { name }: RuntimeContainer,
  limit: Quantity,
  place: Pick<RuntimeFacts, 'option' | 'path' | 'runtime'>,
  bytes: bigint,
): RuntimeFacts {
  return {
    ...place,
    container: name,
    resource: 'memory',
    amount: canonicalQuantity(makeQuantity(bytes * 1_000_000_000n, 'BinarySI')),
    limit: canonicalQuantity(limit),
    percent: percentOf(bytes * 1_000_000_000n, limit.nano),
  };
}

/** Rounded up to a tenth, and bounded, since beyond that nothing changes. */
function percentOf(part: bigint, whole: bigint): number {
  if (whole <= 0n) return 0;
  const tenths = (part * 1000n + whole - 1n) / whole;
  return Number(tenths > 1_000_000n ? 1_000_000n : tenths) / 10;
}
