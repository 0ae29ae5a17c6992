/**
 * Tells of a failure once, however often it comes again; after a success the next one is told anew.
 * @param tell - is given what was thrown
 */
export function tellOnce(tell: (error: unknown) => void) {
  let told = '';
  return {
    failed(error: unknown): void {
      if (String(error) !== told) tell(error);
      told = String(error);
    },
    succeeded(): void {
      told = '';
    },
  };
}
