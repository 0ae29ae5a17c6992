import { gunzipSync, gzipSync } from 'node:zlib';
import { createTar, parseTar } from 'nanotar';
import { createError, describeCause } from '../errors.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { isJsonObject } from '../manifest/fields.ts';
import type { Catalog } from '../policy/catalog.ts';

/** People's own rules, compiled: what `quotafit policy build` writes and `--policy` reads. */
export interface RuleBundle {
  /** What errors call it: the folder or file that it came from. */
  readonly source: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly catalog: Catalog;
  /** `data.json` and `data.yaml` files of the folder: what its rules read as `data`. */
  readonly data: JsonObject;
}

/** Rules of people have ids of this category, so that none can pass for one of the package. */
const ownCategory = 'custom';

/** Room for a wasm of some hundred rules and its data; more is no rule bundle. */
const unpackedLimit = 64 * 1024 * 1024;

const wasmFile = 'policy.wasm';
const catalogFile = 'catalog.json';
const dataFile = 'data.json';

/** The bundle as one `.tar.gz`; the same bundle gives the same bytes. */
export function packBundle({ wasm, catalog, data }: RuleBundle): Uint8Array {
  const files = [
    { name: catalogFile, data: JSON.stringify(catalog) },
    { name: dataFile, data: JSON.stringify(data) },
    { name: wasmFile, data: wasm },
  ];
  return gzipSync(createTar(files, { attrs: { mtime: 0 } }));
}

/**
 * Reads what `packBundle` wrote.
 * @throws QuotafitError `QF_POLICY` for anything else
 */
export function readBundle(source: string, bytes: Uint8Array): RuleBundle {
  const files = unpack(source, bytes);
  const wasm = files.get(wasmFile);
  const catalog = files.get(catalogFile);
  if (wasm === undefined || catalog === undefined) {
    const problem = `it holds no ${wasm === undefined ? wasmFile : catalogFile}; make it with "quotafit policy build"`;
    throw createError('QF_POLICY', { source, problem });
  }
  const data = readJson(source, dataFile, files.get(dataFile) ?? encoder.encode('{}'));
  const described = readJson(source, catalogFile, catalog);
  if (!isJsonObject(data) || !isJsonObject(described)) {
    throw createError('QF_POLICY', { source, problem: 'its data or catalog is no object' });
  }
  return checkIds({ source, wasm: new Uint8Array(wasm), catalog: described as unknown as Catalog, data });
}

/** @throws QuotafitError for a rule outside the category that is people's own */
export function checkIds(bundle: RuleBundle): RuleBundle {
  const foreign = bundle.catalog.rules.find((rule) => !rule.id.startsWith(`${ownCategory}/`));
  if (foreign === undefined && bundle.catalog.rules.length > 0) return bundle;
  const way = `write package rules.${ownCategory}["my-rule"]`;
  const problem = foreign === undefined ? `it holds no rule: ${way}` : `the id ${foreign.id} is reserved: ${way}`;
  throw createError('QF_POLICY', { source: bundle.source, problem });
}

const encoder = new TextEncoder();

function unpack(source: string, bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  try {
    const files = parseTar(gunzipSync(bytes, { maxOutputLength: unpackedLimit }));
    return new Map(
      files.flatMap(({ name, data }) => (data === undefined ? [] : [[name.replace(/^\.?\//u, ''), data] as const])),
    );
  } catch (error) {
    const problem = `it is no gzipped tar archive (${describeCause(error)})`;
    throw createError('QF_POLICY', { source, problem }, { cause: error });
  }
}

function readJson(source: string, name: string, bytes: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
  } catch (error) {
    const problem = `${name} is no JSON (${describeCause(error)})`;
    throw createError('QF_POLICY', { source, problem }, { cause: error });
  }
}
