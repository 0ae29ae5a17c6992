import { parseImageReference } from '../image/reference.ts';
import type { JsonValue } from '../manifest/document.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import { printTagged, type NamedImage } from './image-content.ts';
import { readTexts } from './texts.ts';

/**
 * Reads what `docker image inspect IMAGE...` prints; podman prints the same.
 * @returns `null` when the value is something else
 */
export function readDockerInspect(value: JsonValue): readonly NamedImage[] | null {
  const entries = (Array.isArray(value) ? value : []).filter(isJsonObject);
  const images = entries.flatMap((entry): readonly NamedImage[] => {
    const size = entry['Size'];
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return [];
    const digests = [
      stringAt(entry, 'Id'),
      ...readStrings(entry, 'RepoDigests').map((text) => text.split('@')[1] ?? ''),
    ];
    return [
      {
        names: readStrings(entry, 'RepoTags').flatMap(readName),
        digests: digests.filter((digest) => digest !== ''),
        content: {
          compressedBytes: null,
          unpackedBytes: size,
          layers: listAt(entry, 'RootFS', 'Layers').length,
          labels: readTexts(objectAt(entry, 'Config', 'Labels')),
          // Docker does not tell them here; podman does.
          annotations: readTexts(objectAt(entry, 'Annotations')),
        },
      },
    ];
  });
  return images.length === 0 || images.length < entries.length ? null : images;
}

function readStrings(entry: JsonValue, field: string): readonly string[] {
  return listAt(entry, field).filter((text) => typeof text === 'string');
}

/** Docker writes `<none>:<none>` for an image without a tag; one that is named by its digest is found by that. */
export function readName(text: string): readonly string[] {
  const reference = parseImageReference(text);
  return reference.kind === 'reference' && reference.digest === null ? [printTagged(reference)] : [];
}
