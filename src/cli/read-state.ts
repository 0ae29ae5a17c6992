import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createError, describeFileFault } from '../errors.ts';
import { decodeBytes } from '../manifest/decode.ts';
import type { Document, JsonObject, KubernetesObject } from '../manifest/document.ts';
import { isJsonObject, listAt } from '../manifest/fields.ts';
import { locate } from '../manifest/locate.ts';
import { listObjects } from '../manifest/objects.ts';
import { readSnapshot, type Snapshot } from '../state/snapshot.ts';
import type { StateProblem } from '../state/read-amounts.ts';

/**
 * Reads state files whole or not at all: with half a state every answer would be wrong.
 * @throws QuotafitError naming file and place
 */
export function readStateFiles(files: readonly string[], cwd: string): readonly KubernetesObject[] {
  return files.flatMap((file) => {
    const objects = readDocuments(file, cwd).flatMap((document) => listObjects(document).objects);
    if (objects.length === 0)
      throw createError('QF_STATE', { problem: `${file}: there are no Kubernetes objects in it` });
    return objects;
  });
}

/** @throws QuotafitError when the file cannot be read, or holds no snapshot of this version */
export function readSnapshotFile(file: string, cwd: string): Snapshot {
  const [document, ...rest] = readDocuments(file, cwd);
  const snapshot =
    document === undefined || rest.length > 0 ? 'it holds no one document' : readSnapshot(document.value);
  if (typeof snapshot === 'string') throw createError('QF_STATE', { problem: `${file}: ${snapshot}` });
  return snapshot;
}

/** Containers, from a YAML list of them or from whatever has `containers` in its pod spec. */
export function readInjected(files: readonly string[], cwd: string): readonly JsonObject[] {
  return files.flatMap((file) =>
    readDocuments(file, cwd).flatMap(({ value }) => {
      const list = Array.isArray(value)
        ? value
        : [...listAt(value, 'containers'), ...listAt(value, 'spec', 'containers')];
      const containers = list.filter(isJsonObject);
      if (containers.length > 0 && containers.length === list.length) return containers;
      throw createError('QF_USAGE', { problem: `${file}: there is no list of containers in it` });
    }),
  );
}

function readDocuments(file: string, cwd: string): readonly Document[] {
  const { documents, diagnostics } = decodeBytes(file, readBytes(file, cwd));
  const fault = diagnostics.find(({ level }) => level === 'error');
  if (fault === undefined) return documents;
  throw createError('QF_STATE', { problem: `${file}:${fault.line}:${fault.column}: ${fault.message}` });
}

function readBytes(file: string, cwd: string): Uint8Array {
  try {
    return readFileSync(resolve(cwd, file));
  } catch (error) {
    throw createError('QF_STATE', { problem: `${file}: ${describeFileFault(error)}` }, { cause: error });
  }
}

/** Tells what no cluster would hold, by file and place, all of it. */
export function refuseState(problems: readonly StateProblem[]): never {
  const lines = problems.map(({ object, pointer, message }) => {
    const { source, kind, name } = object;
    const place = source === null ? null : locate(source.document, source.pointer + pointer);
    const where =
      source === null || place === null ? '' : `${source.document.file.name}:${place.line}:${place.column}: `;
    return `${where}${kind} ${name}: ${pointer} ${message}`;
  });
  throw createError('QF_STATE', { problem: lines.join('\n') });
}
