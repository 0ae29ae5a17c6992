import { fieldAt, isJsonObject } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import type { ResourceId } from './report.ts';

/**
 * What tells one finding from others while lines move and containers change their order:
 * `images/tag-required apps/Deployment shop/web /spec/template/spec/containers[web]/image`. The API version is left out, for
 * moving to the next one mends nothing.
 */
export function printFingerprint(rule: string, resource: ResourceId, path: string, value: JsonObject): string {
  const { apiVersion, kind, namespace, name } = resource;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/') + 1) : '';
  return `${rule} ${group}${kind} ${namespace}/${name} ${nameItems(path, value)}`;
}

/** A JSON pointer with `[name]` in place of `/0` wherever the item has a name, or is an object that has one. */
export function nameItems(path: string, value: JsonObject): string {
  let current: JsonValue | undefined = value;
  let named = '';
  for (const token of path.split('/').slice(1)) {
    if (Array.isArray(current)) {
      current = (current as readonly JsonValue[])[Number(token)];
      const name = fieldAt(current, 'name') ?? fieldAt(current, 'metadata', 'name');
      named += typeof name === 'string' ? `[${name}]` : `/${token}`;
    } else {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      current = isJsonObject(current) && Object.hasOwn(current, key) ? current[key] : undefined;
      named += `/${token}`;
    }
  }
  return named;
}
