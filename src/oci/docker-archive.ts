/**
 * Images as `docker save` wrote them before version 25 and podman still does by default: `manifest.json` lists them, each
 * with its configuration and the archives of its layers.
 * @see github.com/moby/moby/image/tarexport `manifestItem`
 */
import { createHash } from 'node:crypto';
import type { Diagnostic, JsonValue } from '../manifest/document.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import { readName } from './docker-inspect.ts';
import type { ImageContent, NamedImage } from './image-content.ts';
import type { LayoutFiles, LayoutImages } from './layout.ts';
import { readTexts } from './texts.ts';

export const archiveManifest = 'manifest.json';

/** Never throws: what cannot be read is a diagnostic, and the other images are known. */
export function readDockerArchive(files: LayoutFiles): LayoutImages {
  const diagnostics: Diagnostic[] = [];
  const tell = (level: Diagnostic['level'], path: string, problem: string): void => {
    diagnostics.push({ level, file: `${files.name}/${path}`, line: 1, column: 1, message: `this file ${problem}` });
  };
  const bytes = files.read(archiveManifest);
  const entries = typeof bytes === 'string' ? bytes : parseJson(bytes);
  if (!Array.isArray(entries)) {
    tell('error', archiveManifest, typeof entries === 'string' ? entries : 'is no list of images');
    return { images: [], diagnostics };
  }
  const images = entries.filter(isJsonObject).map((entry): NamedImage => {
    const layers = listAt(entry, 'Layers').filter((layer) => typeof layer === 'string');
    const missing = layers.filter((layer) => files.sizeOf(layer) === null).length;
    if (missing > 0) {
      tell(
        'warning',
        archiveManifest,
        `names ${layers.length} layers, of which ${missing} are missing; the size is that of the others`,
      );
    }
    const path = stringAt(entry, 'Config');
    const config = files.read(path);
    const value = typeof config === 'string' ? null : parseJson(config);
    if (!isJsonObject(value)) tell('warning', path, typeof config === 'string' ? config : 'is no JSON object');
    return {
      names: listAt(entry, 'RepoTags').flatMap((name) => (typeof name === 'string' ? readName(name) : [])),
      // Docker's image ID is the digest of the configuration.
      digests: typeof config === 'string' ? [] : [`sha256:${createHash('sha256').update(config).digest('hex')}`],
      content: {
        ...measure(layers, files),
        layers: layers.length,
        labels: isJsonObject(value) ? readTexts(objectAt(value, 'config', 'Labels')) : null,
        annotations: {},
      },
    };
  });
  return { images, diagnostics };
}

/** Docker keeps layers as they stand on the disk; other tools put compressed ones into the same form. */
function measure(
  layers: readonly string[],
  files: LayoutFiles,
): Pick<ImageContent, 'compressedBytes' | 'unpackedBytes'> {
  const bytes = layers.reduce((sum, layer) => sum + (files.sizeOf(layer) ?? 0), 0);
  return layers.some((layer) => /\.(?:gz|tgz|zst)$/u.test(layer))
    ? { compressedBytes: bytes, unpackedBytes: null }
    : { compressedBytes: null, unpackedBytes: bytes };
}

function parseJson(bytes: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as JsonValue;
  } catch {
    return null;
  }
}
