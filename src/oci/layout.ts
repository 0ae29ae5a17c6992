/**
 * Images in an OCI layout (github.com/opencontainers/image-spec v1.1, image-layout.md): `index.json` names manifests, a
 * manifest names its configuration and its layers, and all of them are blobs named by their digest. A layout may lack
 * blobs; what is there is used, and what is not is told.
 */
import { createHash } from 'node:crypto';
import type { Diagnostic, JsonObject, JsonValue } from '../manifest/document.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import { readName } from './docker-inspect.ts';
import type { ImageContent, NamedImage } from './image-content.ts';
import { readTexts } from './texts.ts';

/** The files of one layout, by their path in it. */
export interface LayoutFiles {
  /** As reports print it. */
  readonly name: string;
  /** The bytes of a small file, or why they cannot be had. */
  readonly read: (path: string) => Uint8Array | string;
  /** Bytes of a file; `null` when there is none. */
  readonly sizeOf: (path: string) => number | null;
}

export interface LayoutImages {
  readonly images: readonly NamedImage[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Layout {
  readonly files: LayoutFiles;
  readonly diagnostics: Diagnostic[];
  /** By digest: an index may name one manifest a thousand times. */
  readonly known: Map<string, Found | null>;
}

/** An image as one descriptor gives it; of an image for several platforms the largest. */
interface Found {
  readonly digests: readonly string[];
  readonly content: ImageContent;
}

/** Never throws: what cannot be read is a diagnostic, and the other images are known. */
export function readLayout(files: LayoutFiles): LayoutImages {
  const layout: Layout = { files, diagnostics: [], known: new Map() };
  const index = readJson('index.json', layout);
  const images = index === null ? [] : listAt(index, 'manifests').flatMap((entry) => readEntry(entry, layout));
  return { images, diagnostics: layout.diagnostics };
}

function readEntry(descriptor: JsonValue, layout: Layout): readonly NamedImage[] {
  const found = readImage(descriptor, layout, 0);
  return found === null ? [] : [{ names: readNames(objectAt(descriptor, 'annotations')), ...found }];
}

/** containerd and BuildKit write the whole reference beside a tag; others write a reference, or the tag alone, which names no image. */
function readNames(annotations: JsonObject): readonly string[] {
  const reference = stringAt(annotations, 'org.opencontainers.image.ref.name');
  const texts = [stringAt(annotations, 'io.containerd.image.name'), /[/:]/u.test(reference) ? reference : ''];
  return texts.filter((text) => text !== '').flatMap(readName);
}

/** Indexes stand in indexes, in practice once. */
const depthLimit = 8;

function readImage(descriptor: JsonValue, layout: Layout, depth: number): Found | null {
  const digest = stringAt(descriptor, 'digest');
  const known = layout.known.get(digest);
  if (known !== undefined) return known;
  const found = readManifest(digest, layout, depth);
  layout.known.set(digest, found);
  return found;
}

function readManifest(digest: string, layout: Layout, depth: number): Found | null {
  const path = blobPath(digest);
  if (path === null) return refuse(layout, 'index.json', `names the digest "${digest.slice(0, 100)}", which is none`);
  const manifest = readJson(path, layout, digest);
  if (manifest === null) return null;
  if (Array.isArray(manifest['manifests'])) {
    if (depth >= depthLimit) return refuse(layout, path, `is an index below ${depthLimit} others`);
    const parts = manifest['manifests'].filter(isPlatform).flatMap((part) => readImage(part, layout, depth + 1) ?? []);
    const [first] = parts.toSorted((a, b) => bytesOf(b) - bytesOf(a));
    if (first === undefined) return null;
    const annotations = { ...first.content.annotations, ...readTexts(objectAt(manifest, 'annotations')) };
    const digests = [...new Set([digest, ...parts.flatMap((part) => part.digests)])];
    return { digests, content: { ...first.content, annotations } };
  }
  return { digests: [digest], content: readContent(manifest, path, layout) };
}

function bytesOf({ content: { compressedBytes, unpackedBytes } }: Found): number {
  return compressedBytes ?? unpackedBytes ?? 0;
}

/** What is not an attestation that BuildKit puts beside the image. */
function isPlatform(descriptor: JsonValue): boolean {
  return stringAt(descriptor, 'annotations', 'vnd.docker.reference.type') === '';
}

function readContent(manifest: JsonObject, path: string, layout: Layout): ImageContent {
  const layers = listAt(manifest, 'layers');
  const missing = layers.filter((layer) => {
    const blob = blobPath(stringAt(layer, 'digest'));
    return blob === null || layout.files.sizeOf(blob) !== sizeOf(layer);
  });
  if (missing.length > 0) {
    const problem = `names ${layers.length} layers, of which ${missing.length} are missing or cut short; sizes are those that it names`;
    tell(layout, path, problem, 'warning');
  }
  const digest = stringAt(manifest, 'config', 'digest');
  const blob = blobPath(digest);
  const config = blob === null ? null : readJson(blob, layout, digest, 'warning');
  const bytes = layers.reduce<number>((sum, layer) => sum + sizeOf(layer), 0);
  const isUnpacked = layers.length > 0 && layers.every((layer) => stringAt(layer, 'mediaType').endsWith('.tar'));
  return {
    // `docker save` writes layers as they stand on the disk; what a node will pull of them nobody knows yet.
    compressedBytes: isUnpacked ? null : bytes,
    unpackedBytes: isUnpacked ? bytes : null,
    layers: layers.length,
    labels: config === null ? null : readTexts(objectAt(config, 'config', 'Labels')),
    annotations: readTexts(objectAt(manifest, 'annotations')),
  };
}

function sizeOf(descriptor: JsonValue): number {
  const size = isJsonObject(descriptor) ? descriptor['size'] : null;
  return typeof size === 'number' && Number.isSafeInteger(size) && size > 0 ? size : 0;
}

/** Only what is a digest becomes a path: `../` stays outside. */
function blobPath(digest: string): string | null {
  const [, algorithm, hex] = /^(sha256|sha512):([a-f0-9]{64}(?:[a-f0-9]{64})?)$/u.exec(digest) ?? [];
  return algorithm === undefined ? null : `blobs/${algorithm}/${hex}`;
}

/** @param digest - what the bytes have to come to */
function readJson(
  path: string,
  layout: Layout,
  digest: string | null = null,
  level: Diagnostic['level'] = 'error',
): JsonObject | null {
  const bytes = layout.files.read(path);
  if (typeof bytes === 'string') return refuse(layout, path, bytes, level);
  const [algorithm = '', hex] = digest?.split(':') ?? [];
  if (digest !== null && createHash(algorithm).update(bytes).digest('hex') !== hex) {
    return refuse(layout, path, 'is not what its digest says; copy the image again', level);
  }
  try {
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonValue;
    if (isJsonObject(value)) return value;
  } catch {
    // Told below: it is the layout's fault, and the parser's words add nothing.
  }
  return refuse(layout, path, 'is no JSON object', level);
}

function refuse(layout: Layout, path: string, problem: string, level: Diagnostic['level'] = 'error'): null {
  tell(layout, path, problem, level);
  return null;
}

function tell({ files, diagnostics }: Layout, path: string, problem: string, level: Diagnostic['level']): void {
  diagnostics.push({ level, file: `${files.name}/${path}`, line: 1, column: 1, message: `this file ${problem}` });
}
