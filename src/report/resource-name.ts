import type { QuotaChange, ResourceId } from './report.ts';

/** A resource as people call it: `Deployment team-a/web`; what it does not name is left out. */
export function describeResource({ kind, namespace, name }: ResourceId): string {
  const path = [namespace, name].filter((part) => part !== '').join('/');
  return path === '' ? kind : `${kind} ${path}`;
}

/** `team-a/team`; where nobody knows the namespace `team in a.yaml`. */
export function describeQuota({ namespace, file, quota }: QuotaChange): string {
  const name = namespace === '' ? quota : `${namespace}/${quota}`;
  return file === undefined ? name : `${name} in ${file}`;
}
