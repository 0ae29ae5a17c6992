import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "rules"?` when one of the candidates is near, else what there is to choose from. */
export function suggest(word: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return '';
  // A rule by its name alone: `limits-required`.
  const named = candidates.find((candidate) => candidate.endsWith(`/${word}`));
  const nearest = named ?? closest(word, [...candidates]);
  if (
    named !== undefined ||
    distance(word.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3))
  ) {
    return `; did you mean "${nearest}"?`;
  }
  return candidates.length <= 16 ? `; known are ${candidates.join(', ')}` : '';
}
