import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseImageReference, type ImageReference } from '../../../src/image/reference.ts';
import type { JsonValue } from '../../../src/manifest/document.ts';
import { readDockerInspect } from '../../../src/oci/docker-inspect.ts';
import { createImageFinder, type ImageContent } from '../../../src/oci/image-content.ts';
import { readLayout, type LayoutImages } from '../../../src/oci/layout.ts';

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** A layout in memory, written blob by blob. */
function createLayout() {
  const files = new Map<string, Uint8Array>();
  const addBlob = (content: unknown): Descriptor => {
    const bytes = new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
    const hex = createHash('sha256').update(bytes).digest('hex');
    files.set(`blobs/sha256/${hex}`, bytes);
    return { digest: `sha256:${hex}`, size: bytes.byteLength };
  };
  const addImage = (labels: Record<string, string>, layers: readonly string[], annotations = {}): Descriptor =>
    addBlob({
      config: addBlob({ config: { Labels: labels } }),
      layers: layers.map((layer) => addBlob(layer)),
      annotations,
    });
  const addIndex = (...manifests: readonly (Descriptor & { readonly annotations?: object })[]): Descriptor =>
    addBlob({ manifests });
  const read = (manifests: JsonValue): LayoutImages => {
    files.set('index.json', new TextEncoder().encode(JSON.stringify({ manifests })));
    return readLayout({
      name: 'images',
      read: (path) => files.get(path) ?? 'cannot be read: there is no such file',
      sizeOf: (path) => files.get(path)?.byteLength ?? null,
    });
  };
  const remove = (blob: Descriptor): boolean => files.delete(pathOf(blob));
  const spoil = (blob: Descriptor, text: string): Map<string, Uint8Array> =>
    files.set(pathOf(blob), new TextEncoder().encode(text));
  return { addBlob, addImage, addIndex, read, remove, spoil };
}

const pathOf = ({ digest }: Descriptor): string => `blobs/${digest.replace(':', '/')}`;

const named = (descriptor: Descriptor, name: string) => ({
  ...descriptor,
  annotations: { 'org.opencontainers.image.ref.name': name },
});

function find({ images }: Pick<LayoutImages, 'images'>, text: string): ImageContent | null {
  return createImageFinder(images)(parseImageReference(text) as ImageReference);
}

describe('an OCI layout', () => {
  it('gives sizes, layers, labels and annotations of an image, by name and by digest', () => {
    const layout = createLayout();
    const image = layout.addImage({ team: 'shop' }, ['12345', '678'], { base: 'alpine' });
    const read = layout.read([named(image, 'example.com/web:1')]);
    const content = {
      compressedBytes: 8,
      unpackedBytes: null,
      layers: 2,
      labels: { team: 'shop' },
      annotations: { base: 'alpine' },
    };
    expect(read.diagnostics).toEqual([]);
    expect(find(read, 'example.com/web:1')).toEqual(content);
    expect(find(read, `example.com/mirror/web@${image.digest}`)).toEqual(content);
    expect(find(read, 'example.com/web:2')).toBeNull();
    expect(find(read, `example.com/web:1@sha256:${'0'.repeat(64)}`)).toBeNull();
  });

  it.each([
    ['nginx', { 'org.opencontainers.image.ref.name': 'docker.io/library/nginx:latest' }, true],
    ['nginx:1', { 'org.opencontainers.image.ref.name': '1', 'io.containerd.image.name': 'nginx:1' }, true],
    ['nginx:1', { 'org.opencontainers.image.ref.name': '1' }, false],
    ['nginx:1', {}, false],
  ])('knows %s from the annotations %o: %s', (name, annotations, isKnown) => {
    const layout = createLayout();
    const read = layout.read([{ ...layout.addImage({}, ['1']), annotations }]);
    expect(find(read, name) !== null).toBe(isKnown);
  });

  it('takes the largest platform of an image, and no attestation', () => {
    const layout = createLayout();
    const small = layout.addImage({ arch: 'arm64' }, ['1']);
    const large = layout.addImage({ arch: 'amd64' }, ['123']);
    const attestation = {
      ...layout.addImage({}, ['an attestation is larger']),
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    };
    const index = layout.addIndex(small, large, attestation);
    const read = layout.read([named(index, 'example.com/web:1')]);
    expect(find(read, 'example.com/web:1')).toMatchObject({ compressedBytes: 3, labels: { arch: 'amd64' } });
    for (const { digest } of [index, small, large]) expect(find(read, `web@${digest}`)).not.toBeNull();
    expect(find(read, `web@${attestation.digest}`)).toBeNull();
  });
});

describe('a layout with faults', () => {
  const layout = createLayout();
  const whole = layout.addImage({}, ['whole']);
  const gone = layout.addImage({}, ['gone']);
  const spoiled = layout.addImage({}, ['spoiled']);
  const layer = layout.addBlob('a layer that is gone');
  const config = layout.addBlob({ config: { Labels: { team: 'shop' } } });
  const partial = layout.addBlob({ config, layers: [layer, layout.addBlob('123')] });
  const text = layout.addBlob('\u0000 no JSON');
  layout.remove(gone);
  layout.remove(layer);
  layout.remove(config);
  layout.spoil(spoiled, '{}');
  const read = layout.read([
    named(gone, 'web:gone'),
    named(spoiled, 'web:spoiled'),
    named(partial, 'web:partial'),
    named(text, 'web:text'),
    { digest: '../../../etc/passwd' },
    { digest: `sha256:../${'0'.repeat(61)}` },
    3,
    null,
    named(whole, 'web:whole'),
  ]);
  const of = (path: string) =>
    read.diagnostics
      .filter(({ file }) => file === `images/${path}`)
      .map(({ level, message }) => `${level}: ${message}`);

  it('is told blob by blob', () => {
    expect(of(pathOf(gone))).toEqual(['error: this file cannot be read: there is no such file']);
    expect(of(pathOf(spoiled))).toEqual(['error: this file is not what its digest says; copy the image again']);
    expect(of(pathOf(text))).toEqual(['error: this file is no JSON object']);
    expect(of(pathOf(config))).toEqual(['warning: this file cannot be read: there is no such file']);
    expect(of(pathOf(partial))).toEqual([
      'warning: this file names 2 layers, of which 1 are missing or cut short; sizes are those that it names',
    ]);
    expect(of('index.json')).toHaveLength(3);
  });

  it('gives all images that are there, with what is known of them', () => {
    expect(find(read, 'web:whole')).toMatchObject({ compressedBytes: 5, labels: {} });
    expect(find(read, 'web:partial')).toMatchObject({ compressedBytes: 23, layers: 2, labels: null });
    for (const tag of ['gone', 'spoiled', 'text']) expect(find(read, `web:${tag}`)).toBeNull();
  });

  it('ends where indexes name each other a thousand times', () => {
    const { addImage, addIndex, read: readAll } = createLayout();
    let index = addImage({}, ['1']);
    for (let depth = 0; depth < 8; depth += 1) index = addIndex(...Array.from({ length: 1000 }, () => index));
    expect(find(readAll([named(index, 'web:1')]), 'web:1')).toMatchObject({ compressedBytes: 1 });
    expect(readAll([named(addIndex(index), 'web:1')]).diagnostics).toHaveLength(1);
  });

  it.each(['[]', 'no JSON', '{"manifests": 3}'])('has no images where index.json is %s', (index) => {
    const bytes = new TextEncoder().encode(index);
    const { images } = readLayout({ name: 'images', read: () => bytes, sizeOf: () => null });
    expect(images).toEqual([]);
  });
});

describe('docker image inspect', () => {
  const id = `sha256:${'1'.repeat(64)}`;
  const digest = `sha256:${'2'.repeat(64)}`;
  const entry = {
    Id: id,
    RepoTags: ['example.com/web:1', '<none>:<none>'],
    RepoDigests: [`example.com/web@${digest}`],
    Size: 1000,
    Config: { Labels: { team: 'shop' } },
    RootFS: { Layers: ['a', 'b'] },
  };

  it.each(['example.com/web:1', `example.com/web@${digest}`, `example.com/web@${id}`])('knows %s', (name) => {
    const images = readDockerInspect([entry]) ?? [];
    expect(find({ images }, name)).toEqual({
      compressedBytes: null,
      unpackedBytes: 1000,
      layers: 2,
      labels: { team: 'shop' },
      annotations: {},
    });
  });

  it('bears images without labels or tags', () => {
    const images = readDockerInspect([{ ...entry, RepoTags: null, Config: { Labels: null } }]) ?? [];
    expect(images).toMatchObject([{ names: [], content: { labels: {} } }]);
  });

  it.each([null, {}, [], [3], [{ kind: 'Pod' }], [entry, { kind: 'Pod' }], [{ ...entry, Size: '1' }]])(
    'is not %j',
    (value) => {
      expect(readDockerInspect(value)).toBeNull();
    },
  );

  it('completes what a layout knows of the same image', () => {
    const layout = createLayout();
    const { images } = layout.read([named(layout.addImage({ team: 'web' }, ['1']), 'example.com/web:1')]);
    const both = { images: [...images, ...(readDockerInspect([entry]) ?? [])] };
    expect(find(both, 'example.com/web:1')).toMatchObject({
      compressedBytes: 1,
      unpackedBytes: 1000,
      labels: { team: 'web' },
    });
  });
});
