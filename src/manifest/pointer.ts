/** Gives the steps of a JSON pointer (RFC 6901): `/a~1b/0` is `a/b`, `0`. */
export function stepsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer to a member: `/` and `~` in its name are escaped. */
export function joinPointer(pointer: string, member: string): string {
  const isPlain = !member.includes('/') && !member.includes('~');
  return `${pointer}/${isPlain ? member : member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A place as the server prints it: `spec.containers[0].resources`. */
export function printPath(pointer: string): string {
  const path = stepsOf(pointer).map((step) => (/^\d+$/u.test(step) ? `[${step}]` : `.${step}`));
  return path.join('').replace(/^\./u, '');
}
