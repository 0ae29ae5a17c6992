import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Headers } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImages } from '../../../src/cli/read-images.ts';
import { parseImageReference, type ImageReference } from '../../../src/image/reference.ts';
import type { ImageContent } from '../../../src/oci/image-content.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-archive-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Entry = readonly [header: Headers | string, content?: string];

async function writeArchive(name: string, entries: readonly Entry[]): Promise<string> {
  const archive = pack();
  for (const [header, content = ''] of entries)
    archive.entry(typeof header === 'string' ? { name: header } : header, content);
  archive.finalize();
  const steps = name.endsWith('.gz') ? createGzip() : new PassThrough();
  await pipeline([archive, steps, createWriteStream(join(folder, name))]);
  return name;
}

const hexOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const blobOf = (text: string): Entry => [`blobs/sha256/${hexOf(text)}`, text];
const descriptorOf = (text: string) => ({ digest: `sha256:${hexOf(text)}`, size: text.length });

const config = JSON.stringify({ config: { Labels: { team: 'shop' } } });
const layer = 'x'.repeat(3000);

/** As `docker save` writes it since version 25, and `docker buildx build --output type=oci`. */
function layoutEntries(mediaType: string): readonly Entry[] {
  const manifest = JSON.stringify({ config: descriptorOf(config), layers: [{ mediaType, ...descriptorOf(layer) }] });
  const annotations = {
    'io.containerd.image.name': 'docker.io/library/web:1',
    'org.opencontainers.image.ref.name': '1',
  };
  return [
    [{ name: 'blobs/', type: 'directory' }],
    blobOf(config),
    blobOf(layer),
    blobOf(manifest),
    ['index.json', JSON.stringify({ manifests: [{ ...descriptorOf(manifest), annotations }] })],
    ['manifest.json', '[]'],
    ['oci-layout', '{"imageLayoutVersion": "1.0.0"}'],
  ];
}

async function find(path: string, reference: string): Promise<ImageContent | null> {
  const { findImage, diagnostics } = await readImages([path], folder);
  expect(diagnostics).toEqual([]);
  return findImage(parseImageReference(reference) as ImageReference);
}

describe('an archive in OCI layout', () => {
  it.each(['layout.tar', 'layout.tar.gz'])('is read as a folder would be: %s', async (name) => {
    const path = await writeArchive(name, layoutEntries('application/vnd.oci.image.layer.v1.tar+gzip'));
    expect(await find(path, 'web:1')).toEqual({
      compressedBytes: 3000,
      unpackedBytes: null,
      layers: 1,
      labels: { team: 'shop' },
      annotations: {},
    });
  });

  it('has sizes on the disk where its layers are not compressed, as docker save writes them', async () => {
    const path = await writeArchive('saved.tar', layoutEntries('application/vnd.oci.image.layer.v1.tar'));
    expect(await find(path, 'web:1')).toMatchObject({ compressedBytes: null, unpackedBytes: 3000 });
  });

  it('is read whatever ./ its names begin with', async () => {
    const entries = layoutEntries('').map(([header, text = '']): Entry => [
      typeof header === 'string' ? `./${header}` : header,
      text,
    ]);
    expect(await find(await writeArchive('dots.tar', entries), 'web:1')).not.toBeNull();
  });
});

/** As `docker save` wrote it before version 25; the second image shares the layer of the first by a link. */
const oldEntries: readonly Entry[] = [
  [`${hexOf(config)}.json`, config],
  ['aaa/layer.tar', layer],
  [{ name: 'bbb/layer.tar', type: 'symlink', linkname: '../aaa/layer.tar' }],
  [
    'manifest.json',
    JSON.stringify([
      { Config: `${hexOf(config)}.json`, RepoTags: ['registry.example.com/web:1'], Layers: ['aaa/layer.tar'] },
      { Config: `${hexOf(config)}.json`, RepoTags: ['registry.example.com/web:2'], Layers: ['bbb/layer.tar'] },
    ]),
  ],
];

describe('an archive of an older docker save', () => {
  it.each(['registry.example.com/web:1', 'registry.example.com/web:2', `any@sha256:${hexOf(config)}`])(
    'knows %s',
    async (reference) => {
      expect(await find(await writeArchive('old.tar', oldEntries), reference)).toEqual({
        compressedBytes: null,
        unpackedBytes: 3000,
        layers: 1,
        labels: { team: 'shop' },
        annotations: {},
      });
    },
  );

  it('has what is pulled where its layers are compressed, as other tools write them', async () => {
    const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: ['web:1'], Layers: ['a.tar.gz'] }]);
    const path = await writeArchive('bazel.tar', [
      ['c.json', config],
      ['a.tar.gz', layer],
      ['manifest.json', manifest],
    ]);
    expect(await find(path, 'web:1')).toMatchObject({ compressedBytes: 3000, unpackedBytes: null });
  });

  it('tells of layers and configurations that are not there', async () => {
    const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: ['web:1'], Layers: ['a/layer.tar'] }]);
    const { diagnostics } = await readImages([await writeArchive('gaps.tar', [['manifest.json', manifest]])], folder);
    expect(diagnostics.map(({ level, file, message }) => `${level} ${file}: ${message}`)).toEqual([
      'warning gaps.tar/manifest.json: this file names 1 layers, of which 1 are missing; the size is that of the others',
      'warning gaps.tar/c.json: this file is not in the archive, or describes nothing',
    ]);
  });
});

describe('an archive that is bad is refused', () => {
  it.each<[string, () => Promise<string>, string]>([
    ['holds no image', () => writeArchive('other.tar', [['a.txt', 'a']]), 'other.tar is no OCI layout'],
    [
      'ends too soon',
      async () => {
        const bytes = readFileSync(join(folder, await writeArchive('whole.tar', oldEntries)));
        writeFileSync(join(folder, 'short.tar'), bytes.subarray(0, 2000));
        return 'short.tar';
      },
      'short.tar is no archive that can be read to its end',
    ],
    [
      'is compressed nonsense',
      () => {
        writeFileSync(
          join(folder, 'nonsense.gz'),
          Uint8Array.from({ length: 1024 }, (_, at) => [0x1f, 0x8b, 8][at] ?? at % 251),
        );
        return Promise.resolve('nonsense.gz');
      },
      'nonsense.gz is no archive that can be read to its end',
    ],
    [
      'unpacks to headers without end',
      async () => {
        // A header of extended attributes that says it is 1 GiB long, and 8 MiB of it.
        const header = Buffer.from(
          readFileSync(join(folder, await writeArchive('one.tar', [['a', '']]))).subarray(0, 512),
        );
        header.write('x', 156, 'latin1');
        header.write('10000000000\0', 124, 'latin1');
        header.write('        ', 148, 'latin1');
        const sum = header.reduce((total, byte) => total + byte, 0);
        header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
        const gzip = createGzip();
        gzip.end(Buffer.concat([header, Buffer.alloc(8 * 1024 ** 2)]));
        await pipeline(gzip, createWriteStream(join(folder, 'endless.tar.gz')));
        return 'endless.tar.gz';
      },
      'it has no end of headers',
    ],
  ])('when it %s', async (_, write, problem) => {
    await expect(readImages([await write()], folder)).rejects.toThrow(problem);
  });

  it('and its names lead nowhere', async () => {
    const path = await writeArchive('outside.tar', [['../../etc/passwd', '{}'], ...oldEntries]);
    expect(await find(path, 'registry.example.com/web:1')).not.toBeNull();
  });
});
