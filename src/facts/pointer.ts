/** A JSON pointer (RFC 6901) to a member: `/` and `~` in its name are escaped. */
export function joinPointer(pointer: string, member: string): string {
  const isPlain = !member.includes('/') && !member.includes('~');
  return `${pointer}/${isPlain ? member : member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
