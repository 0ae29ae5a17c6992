import type { ResourceId } from './report.ts';

/** A resource as people call it: `Deployment team-a/web`; what it does not name is left out. */
export function describeResource({ kind, namespace, name }: ResourceId): string {
  const path = [namespace, name].filter((part) => part !== '').join('/');
  return path === '' ? kind : `${kind} ${path}`;
}
