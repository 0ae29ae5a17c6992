import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Headers } from 'tar-stream';
import { describeFileFault } from '../errors.ts';
import type { LayoutFiles } from '../oci/layout.ts';

/** Registries take manifests of 4 MiB; what is larger describes no image. */
const describingBytes = 4 * 1024 ** 2;
/** What the descriptions in an archive of thousands of images stay below. */
const keptBytes = 64 * 1024 ** 2;
const entryLimit = 100_000;
/** The most that stands between two entries: names, attributes, padding. A compressed archive could unpack to any length. */
const headerBytes = 4 * 1024 ** 2;

export type ArchiveForm = 'tar' | 'tar.gz';

/** How a file begins: as a tar archive, as a compressed one, or as something else. */
export async function archiveFormOf(path: string): Promise<ArchiveForm | null> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(512), 0, 512, 0);
    if (buffer.toString('latin1', 257, 262) === 'ustar') return 'tar';
    return buffer[0] === 0x1f && buffer[1] === 0x8b ? 'tar.gz' : null;
  } finally {
    await file.close();
  }
}

/**
 * Reads an archive of images from its beginning to its end, once, and writes nothing. Of each file the size is known; the
 * bytes only of those that are small and may describe an image.
 * @param name - as reports print it
 * @returns why it cannot be read, as a fragment that goes on after its name
 */
export async function readArchive(name: string, path: string, form: ArchiveForm): Promise<LayoutFiles | string> {
  const sizes = new Map<string, number>();
  const links = new Map<string, string>();
  const contents = new Map<string, Uint8Array>();
  let kept = 0;
  let between: number | null = 0;

  const archive = extract();
  archive.on('entry', (header, stream, next) => {
    between = null;
    const entry = posix.normalize(header.name);
    const target = targetOf(header, entry);
    if (target !== null) links.set(entry, target);
    if (header.type === 'file') sizes.set(entry, header.size ?? 0);
    const chunks: Uint8Array[] = [];
    let describes = header.type === 'file' && (header.size ?? 0) <= describingBytes;
    // The pipeline below has the same error.
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      describes &&= chunks.length > 0 || /^\s*[[{]/u.test(chunk.toString('latin1', 0, 16));
      if (describes) chunks.push(chunk);
    });
    stream.on('end', () => {
      between = 0;
      const bytes = Buffer.concat(chunks);
      if (bytes.byteLength > 0) contents.set(entry, bytes);
      kept += bytes.byteLength;
      const isTooMuch = kept > keptBytes || sizes.size + links.size > entryLimit;
      next(isTooMuch ? new Error('it holds more files than archives of images do') : undefined);
    });
  });
  const guard = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (between !== null) between += chunk.byteLength;
      done(between !== null && between > headerBytes ? new Error('it has no end of headers') : null, chunk);
    },
  });
  try {
    const unpack = form === 'tar.gz' ? [createGunzip()] : [];
    await pipeline([createReadStream(path, { highWaterMark: 1024 ** 2 }), ...unpack, guard, archive]);
  } catch (error) {
    return `is no archive that can be read to its end: ${describeFileFault(error)}`;
  }
  const follow = (entry: string): string => links.get(posix.normalize(entry)) ?? posix.normalize(entry);
  return {
    name,
    read: (entry) => contents.get(follow(entry)) ?? 'is not in the archive, or describes nothing',
    sizeOf: (entry) => sizes.get(follow(entry)) ?? null,
  };
}

/** What a link stands for, as a path in the archive; docker links layers that images share. */
function targetOf({ type, linkname }: Headers, entry: string): string | null {
  if (linkname === undefined || linkname === null) return null;
  if (type === 'link') return posix.normalize(linkname);
  return type === 'symlink' ? posix.join(posix.dirname(entry), linkname) : null;
}
