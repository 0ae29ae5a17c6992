import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ApiError, type ClusterApi } from '../src/cluster/api.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../src/manifest/document.ts';
import { fieldAt, integerAt, isJsonObject, listAt, stringAt } from '../src/manifest/fields.ts';

/** What one replica tells the others: an object that it admitted. */
export interface ReservationEntry {
  /** No two are the same: an object that is admitted again is another entry. */
  readonly id: string;
  /** Name of the replica. */
  readonly holder: string;
  /** How long it counts from when somebody first sees it, so that clocks need not agree. */
  readonly seconds: number;
  /** With no more of it than the state keeps. */
  readonly object: KubernetesObject;
}

/** All that is reserved in one namespace, in one ConfigMap of ours. */
export interface ReservationRecord {
  /** Its `resourceVersion`: who writes must have read this one. */
  readonly version: string;
  /** Oldest first. */
  readonly entries: readonly ReservationEntry[];
}

/** Each call throws ApiError or the network's own error. */
export interface RecordStore {
  /** `null` where nothing is reserved. */
  readonly read: (namespace: string) => Promise<ReservationRecord | null>;
  /**
   * @param version - of what it takes the place of; `null` where there is none
   * @returns its version, or `null` when somebody else wrote since
   */
  readonly write: (
    namespace: string,
    version: string | null,
    entries: readonly ReservationEntry[],
  ) => Promise<string | null>;
  /** Does nothing when somebody else wrote since. */
  readonly remove: (namespace: string, version: string) => Promise<void>;
  /** By namespace. */
  readonly list: () => Promise<ReadonlyMap<string, ReservationRecord>>;
}

const LABEL = 'quotafit.dev/reservations-of';

/** What is longer is compressed, to an eighth: the API server takes no ConfigMap of more than 1 MiB. */
const PLAIN_BYTES = 256 * 1024;
/** To read more at once would hold up reviews. */
const MOST_BYTES = 8 * 1024 * 1024;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const nameOf = (namespace: string): string => `quotafit-reservations.${namespace}`;

/** @param own - our own namespace, where the records are kept: tenants could write to theirs */
export function createRecordStore(api: ClusterApi, own: string): RecordStore {
  const collection = `/api/v1/namespaces/${own}/configmaps`;
  return {
    async read(namespace) {
      const found = await unless([404], api.get(`${collection}/${nameOf(namespace)}`));
      return found === null ? null : readRecord(found, namespace);
    },
    async write(namespace, version, entries) {
      const metadata = {
        name: nameOf(namespace),
        namespace: own,
        labels: { [LABEL]: namespace },
        ...(version === null ? {} : { resourceVersion: version }),
      };
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...(await packEntries(entries)) };
      const written =
        version === null
          ? await unless([409], api.send('POST', collection, body))
          : await unless([404, 409], api.send('PUT', `${collection}/${nameOf(namespace)}`, body));
      return written === null ? null : stringAt(written, 'metadata', 'resourceVersion');
    },
    async remove(namespace, version) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { resourceVersion: version } };
      await unless([404, 409], api.send('DELETE', `${collection}/${nameOf(namespace)}`, body));
    },
    async list() {
      const items = listAt(await api.get(collection, { labelSelector: LABEL }), 'items').filter(isJsonObject);
      const read = items.map(async (item) => {
        const namespace = stringAt(item, 'metadata', 'labels', LABEL);
        return [namespace, await readRecord(item, namespace)] as const;
      });
      return new Map(await Promise.all(read));
    },
  };
}

/** @returns `null` when the API server answers with one of these */
async function unless(statuses: readonly number[], answer: Promise<JsonObject>): Promise<JsonObject | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && statuses.includes(error.status)) return null;
    throw error;
  }
}

/** A record is written with each new entry, and those that it has already are the same. */
const printed = new WeakMap<ReservationEntry, string>();

function printEntry(entry: ReservationEntry): string {
  const known = printed.get(entry);
  if (known !== undefined) return known;
  const { id, holder, seconds, object } = entry;
  const { apiVersion, kind, name, value } = object;
  const text = JSON.stringify({ id, holder, seconds, apiVersion, kind, name, value });
  printed.set(entry, text);
  return text;
}

/** Few as text, for people to read; many compressed. */
async function packEntries(entries: readonly ReservationEntry[]): Promise<JsonObject> {
  const text = `[${entries.map(printEntry).join(',')}]`;
  const bytes = Buffer.byteLength(text);
  if (bytes <= PLAIN_BYTES) return { data: { entries: text } };
  if (bytes > MOST_BYTES) throw new Error(`${entries.length} reservations are too many for one record`);
  const packed = await compress(text, { level: 1 });
  return { binaryData: { entries: packed.toString('base64') } };
}

/** What somebody spoiled by hand counts for nothing, and the next write puts it right. */
async function unpackEntries(stored: JsonObject): Promise<string> {
  const packed = Buffer.from(stringAt(stored, 'binaryData', 'entries'), 'base64');
  if (packed.length === 0) return stringAt(stored, 'data', 'entries');
  const unpacked = await decompress(packed, { maxOutputLength: MOST_BYTES }).catch(() => '');
  return unpacked.toString('utf8');
}

async function readRecord(stored: JsonObject, namespace: string): Promise<ReservationRecord> {
  const entries = parseEntries(await unpackEntries(stored));
  return {
    version: stringAt(stored, 'metadata', 'resourceVersion'),
    entries: entries.flatMap((entry) => readEntry(entry, namespace)),
  };
}

function parseEntries(text: string): readonly JsonValue[] {
  try {
    return listAt({ entries: JSON.parse(text) as JsonValue }, 'entries');
  } catch {
    return [];
  }
}

function readEntry(entry: JsonValue, namespace: string): readonly ReservationEntry[] {
  const seconds = integerAt(entry, 'seconds') ?? 0;
  const value = fieldAt(entry, 'value');
  const [id = '', apiVersion = '', kind = '', name = ''] = ['id', 'apiVersion', 'kind', 'name'].map((field) =>
    stringAt(entry, field),
  );
  if ([id, apiVersion, kind, name].includes('') || seconds <= 0 || !isJsonObject(value)) return [];
  const object = { apiVersion, kind, namespace, name, value, source: null };
  return [{ id, holder: stringAt(entry, 'holder'), seconds, object }];
}
