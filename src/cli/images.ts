import type { Judge } from '../check/judge.ts';
import type { Release } from '../check/release.ts';
import type { Io } from './io.ts';

export interface ImagesFlags {
  readonly images?: readonly string[];
}

/** Lets rules see images that stand on this machine: those that flags name before those found in the input. */
export async function addImages(
  release: Release,
  judge: Judge,
  { images = [] }: ImagesFlags,
  { cwd }: Io,
): Promise<{ readonly release: Release; readonly judge: Judge }> {
  const paths = [...images, ...release.layouts];
  if (paths.length === 0) return { release, judge };
  const { readImages } = await import('./read-images.ts');
  const { findImage, diagnostics } = await readImages(paths, cwd);
  return {
    release: { ...release, diagnostics: [...release.diagnostics, ...diagnostics] },
    judge: { ...judge, findImage },
  };
}
