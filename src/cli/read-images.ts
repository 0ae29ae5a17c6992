import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createError, describeFileFault } from '../errors.ts';
import type { Diagnostic, JsonValue } from '../manifest/document.ts';
import { readDockerInspect } from '../oci/docker-inspect.ts';
import { archiveManifest, readDockerArchive } from '../oci/docker-archive.ts';
import { createImageFinder, type ImageFinder } from '../oci/image-content.ts';
import { readLayout, type LayoutFiles, type LayoutImages } from '../oci/layout.ts';
import { archiveFormOf, readArchive } from './read-archive.ts';

export interface KnownImages {
  readonly findImage: ImageFinder;
  /** What is missing in a layout; the images that are whole are known. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads images that stand on this machine; of two that have one name the first holds.
 * @param paths - folders and archives in OCI layout or as `docker save` writes them, and files with what
 *   `docker image inspect` prints
 * @throws QuotafitError when a path holds none of them, since a gate must not pass a typing error
 */
export async function readImages(paths: readonly string[], cwd: string): Promise<KnownImages> {
  const read: LayoutImages[] = [];
  for (const path of new Set(paths)) read.push(await readPath(path, resolve(cwd, path)));
  return {
    findImage: createImageFinder(read.flatMap(({ images }) => images)),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

async function readPath(name: string, path: string): Promise<LayoutImages> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw createError('QF_NO_INPUT', { problem: `there is no file or folder ${name}` });
  if (stat.isDirectory()) return readFiles(openLayout(name, path));
  const form = stat.isFile() ? await archiveFormOf(path) : null;
  if (form === null) return readInspect(name, path);
  const files = await readArchive(name, path, form);
  if (typeof files === 'string') throw createError('QF_NO_INPUT', { problem: `${name} ${files}` });
  return readFiles(files);
}

/** Docker and BuildKit write both forms side by side; the layout says more. */
function readFiles(files: LayoutFiles): LayoutImages {
  if (files.sizeOf('index.json') !== null) return readLayout(files);
  if (files.sizeOf(archiveManifest) !== null) return readDockerArchive(files);
  throw createError('QF_NO_INPUT', {
    problem: `${files.name} is no OCI layout: it has no index.json; "skopeo copy" with an oci: target writes one`,
  });
}

function readInspect(name: string, path: string): LayoutImages {
  const bytes = readSmall(path);
  const images = typeof bytes === 'string' ? null : readDockerInspect(parseJson(bytes));
  if (images !== null) return { images, diagnostics: [] };
  const problem = typeof bytes === 'string' ? bytes : 'is neither an OCI layout nor what docker image inspect prints';
  throw createError('QF_NO_INPUT', { problem: `${name} ${problem}` });
}

function parseJson(bytes: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
  } catch {
    return null;
  }
}

function openLayout(name: string, folder: string): LayoutFiles {
  return {
    name,
    read: (path) => readSmall(join(folder, path)),
    sizeOf: (path) => {
      const stat = statSync(join(folder, path), { throwIfNoEntry: false });
      return stat?.isFile() === true ? stat.size : null;
    },
  };
}

/** Registries take manifests of 4 MiB; what is larger is no JSON about an image. */
const smallBytes = 16 * 1024 ** 2;

function readSmall(path: string): Uint8Array | string {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return 'is no regular file';
    return stat.size > smallBytes ? 'is larger than 16 MiB, which no description of an image is' : readFileSync(path);
  } catch (error) {
    return `cannot be read: ${describeFileFault(error)}`;
  }
}
