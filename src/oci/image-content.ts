import type { ImageReference } from '../image/reference.ts';

/** What is inside an image, as far as what stands on this machine tells. */
export interface ImageContent {
  /** Bytes that a node pulls; `null` where only the unpacked image is known. */
  readonly compressedBytes: number | null;
  /** Bytes on the node's disk; `null` where only what is pulled is known. */
  readonly unpackedBytes: number | null;
  readonly layers: number;
  /** `null` when its configuration is missing: then nobody knows of what it has none. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** What the build itself wrote into the manifest; unlike labels, no image inherits them from its base. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** One image, and by what references find it. */
export interface NamedImage {
  /** In full: `docker.io/library/nginx:1.29`. */
  readonly names: readonly string[];
  /** Of its index, its manifests, or its configuration. */
  readonly digests: readonly string[];
  readonly content: ImageContent;
}

/** Looks an image up as a container runtime would: a digest decides, else the tag. */
export type ImageFinder = (reference: ImageReference) => ImageContent | null;

/** The first image of a name holds; what it does not know may come from another source that knows the same image. */
export function createImageFinder(images: readonly NamedImage[]): ImageFinder {
  const known = new Map<string, ImageContent>();
  for (const { names, digests, content } of images) {
    for (const key of [...names, ...digests]) known.set(key, completeContent(known.get(key), content));
  }
  return (reference) => known.get(reference.digest ?? printTagged(reference)) ?? null;
}

/** `docker.io/library/nginx:latest` for `nginx`. */
export function printTagged({ registry, repository, tag }: ImageReference): string {
  return `${registry}/${repository}:${tag ?? 'latest'}`;
}

function completeContent(first: ImageContent | undefined, next: ImageContent): ImageContent {
  if (first === undefined) return next;
  return {
    ...first,
    compressedBytes: first.compressedBytes ?? next.compressedBytes,
    unpackedBytes: first.unpackedBytes ?? next.unpackedBytes,
    labels: first.labels ?? next.labels,
    annotations: { ...next.annotations, ...first.annotations },
  };
}
