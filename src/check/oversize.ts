import type { Diagnostic, KubernetesObject } from '../manifest/document.ts';
import { objectAt } from '../manifest/fields.ts';
import { positionOf } from '../manifest/line-index.ts';

/** Most bytes that a ConfigMap or Secret may hold. */
const mostBytes = 1024 ** 2;

type Encoding = 'base64' | 'utf8';

const fields: Readonly<Record<string, readonly (readonly [field: string, encoding: Encoding])[]>> = {
  ConfigMap: [
    ['data', 'utf8'],
    ['binaryData', 'base64'],
  ],
  Secret: [
    ['data', 'base64'],
    ['stringData', 'utf8'],
  ],
};

/**
 * Tells of an object that the server refuses for what it holds; such a file mostly got in by accident.
 * @see k8s.io/kubernetes/pkg/apis/core/validation `ValidateConfigMap`, `ValidateSecret`: `MaxSecretSize`, keys not counted
 */
export function findOversize({ apiVersion, kind, name, value, source }: KubernetesObject): Diagnostic | null {
  const held = apiVersion === 'v1' && Object.hasOwn(fields, kind) ? (fields[kind] ?? []) : [];
  const bytes = held
    .flatMap(([field, encoding]) => Object.values(objectAt(value, field)).map((text) => ({ text, encoding })))
    .reduce((sum, { text, encoding }) => sum + (typeof text === 'string' ? Buffer.byteLength(text, encoding) : 0), 0);
  if (bytes <= mostBytes || source === null) return null;
  // Growing a tree of places for so much text takes longer than all else; its name tells which object it is.
  const { line, column } = positionOf(source.document.file, source.document.start);
  const size = (Math.ceil((bytes * 10) / mostBytes) / 10).toString();
  const message = `${kind} ${name} holds ${size} MiB; Kubernetes takes at most 1 MiB: put it into a volume or an image`;
  return { level: 'error', file: source.document.file.name, line, column, message };
}
