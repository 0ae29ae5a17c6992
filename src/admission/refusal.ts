import type { KubernetesObject } from '../manifest/document.ts';
import type { Blocker, RefusalReason } from '../quota/judge.ts';
import { printGroupResource, type GroupResource } from '../quota/resource-name.ts';
import { groupOf } from '../workload/workload.ts';
import { aggregateErrors, type FieldError } from './field-error.ts';

export interface Refusal {
  readonly kind: 'refused';
  /** What the server meets first when several reasons apply. */
  readonly reason: RefusalReason;
  /** The server's whole message: `pods "web" is forbidden: exceeded quota: ...`. */
  readonly message: string;
  /** Every quota and resource that refuses at that stage, not only the one that the message names. */
  readonly blockedBy: readonly Blocker[];
}

/** The object cannot even be decoded (HTTP 400). */
export function refuseUndecodable({ apiVersion, kind }: KubernetesObject, fault: string): Refusal {
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const message = `${kind} in version "${version}" cannot be handled as a ${kind}: ${fault}`;
  return { kind: 'refused', reason: 'invalid', message, blockedBy: [] };
}

/** The server has no such kind: kubectl finds out before it asks. */
export function refuseUnserved({ apiVersion, kind }: KubernetesObject): Refusal {
  const message = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
  return { kind: 'refused', reason: 'invalid', message, blockedBy: [] };
}

/** Validation failed (HTTP 422); it hides what limit ranges and quotas would say. */
export function refuseInvalid({ apiVersion, kind, name }: KubernetesObject, errors: readonly FieldError[]): Refusal {
  const group = groupOf(apiVersion);
  const qualified = group === '' ? kind : `${kind}.${group}`;
  const message = `${qualified} ${JSON.stringify(name)} is invalid: ${aggregateErrors(errors)}`;
  return { kind: 'refused', reason: 'invalid', message, blockedBy: [] };
}

/** An admission plugin said no (HTTP 403). */
export function refuseForbidden(
  of: GroupResource,
  name: string,
  reason: RefusalReason,
  detail: string,
  blockedBy: readonly Blocker[] = [],
): Refusal {
  const message = `${printGroupResource(of)} ${JSON.stringify(name)} is forbidden: ${detail}`;
  return { kind: 'refused', reason, message, blockedBy };
}
