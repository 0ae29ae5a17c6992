import { parseImageReference } from '../image/reference.ts';
import type { ImageContent } from '../oci/image-content.ts';
import type { ImageContentFacts } from './object-schema.ts';

/** What rules see of an image that stands on this machine. */
export function describeContent(content: ImageContent): ImageContentFacts {
  const { compressedBytes, unpackedBytes, layers, labels, annotations } = content;
  const base = annotations[baseName] ?? labels?.[baseName];
  return {
    ...(compressedBytes !== null && { compressedMebibytes: toMebibytes(compressedBytes) }),
    ...(unpackedBytes !== null && { unpackedMebibytes: toMebibytes(unpackedBytes) }),
    layers,
    ...(labels !== null && { labels }),
    ...(base !== undefined && base !== '' && { base: describeBase(base) }),
  };
}

/** @see github.com/opencontainers/image-spec annotations.md */
const baseName = 'org.opencontainers.image.base.name';

function describeBase(written: string): NonNullable<ImageContentFacts['base']> {
  const reference = parseImageReference(written);
  return reference.kind === 'reference'
    ? { written, name: `${reference.registry}/${reference.repository}` }
    : { written };
}

/** Upwards to a tenth, so that no image that is larger than a bound looks equal to it. */
function toMebibytes(bytes: number): number {
  return Math.ceil((bytes * 10) / 1024 ** 2) / 10;
}
