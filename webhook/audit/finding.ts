import type { KubernetesObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import type { Remark } from '../judge.ts';

/** What the audit has to say of one object that exists. */
export interface AuditFinding {
  readonly rule: string;
  readonly level: Remark['level'];
  readonly message: string;
  readonly object: AuditedObject;
}

interface AuditedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export function describeFinding(
  { rule, level, text }: Pick<Remark, 'level' | 'rule' | 'text'>,
  { apiVersion, kind, name, value }: KubernetesObject,
): AuditFinding {
  return { rule, level, message: text, object: { apiVersion, kind, name, uid: stringAt(value, 'metadata', 'uid') } };
}

/** Errors first, then by rule, kind, name and message: the same findings stand in the same order. */
export function sortFindings(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  const keyed = findings.map((finding) => {
    const { rule, level, message, object } = finding;
    return { finding, key: [level, rule, object.kind, object.name, object.apiVersion, message].join('\0') };
  });
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ finding }) => finding);
}
