import { isDeepStrictEqual } from 'node:util';
import { ApiError, type ClusterApi } from '../../src/cluster/api.ts';
import { getOrNull } from '../../src/cluster/get-or-null.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { stringAt } from '../../src/manifest/fields.ts';
import type { ModeResolver } from '../mode.ts';
import type { AuditFinding } from './finding.ts';

/** @see https://github.com/kubernetes-sigs/wg-policy-prototypes/tree/master/policy-report */
export const reportGroupVersion = 'wgpolicyk8s.io/v1alpha2';
const REPORT_NAME = 'quotafit';
const SOURCE = 'quotafit';
/** How many findings were left out of `results`; `summary` counts them all. */
const leftOutAnnotation = 'quotafit.dev/left-out';
const MESSAGE_LENGTH = 1000;

/** Whether the cluster takes PolicyReports. @throws ApiError, or the network's own error */
export async function hasPolicyReports(api: ClusterApi): Promise<boolean> {
  return (await getOrNull(api, `/apis/${reportGroupVersion}`)) !== null;
}

/**
 * The report on one namespace.
 * @param findings - in order; there is at least one
 * @param mostResults - more of them are counted, not listed
 */
export function buildPolicyReport(
  namespace: string,
  findings: readonly AuditFinding[],
  modeOf: ModeResolver,
  mostResults: number,
): JsonObject {
  const fail = findings.filter(({ level }) => level === 'error').length;
  const leftOut = Math.max(0, findings.length - mostResults);
  return {
    apiVersion: reportGroupVersion,
    kind: 'PolicyReport',
    metadata: {
      name: REPORT_NAME,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': SOURCE },
      ...(leftOut > 0 && { annotations: { [leftOutAnnotation]: String(leftOut) } }),
    },
    summary: { pass: 0, fail, warn: findings.length - fail, error: 0, skip: 0 },
    results: findings.slice(0, mostResults).map((finding) => describeResult(namespace, finding, modeOf)),
  };
}

function describeResult(namespace: string, { rule, level, message, object }: AuditFinding, modeOf: ModeResolver) {
  const category = rule.slice(0, Math.max(0, rule.indexOf('/')));
  const { apiVersion, kind, name, uid } = object;
  return {
    source: SOURCE,
    policy: category,
    rule,
    category,
    severity: level === 'error' ? 'high' : 'medium',
    result: level === 'error' ? 'fail' : 'warn',
    scored: true,
    resources: [{ apiVersion, kind, namespace, name, ...(uid !== '' && { uid }) }],
    message: message.length > MESSAGE_LENGTH ? `${message.slice(0, MESSAGE_LENGTH - 1)}…` : message,
    // What becomes of the next write that has this finding.
    properties: { mode: modeOf(namespace, rule, false) },
  };
}

/**
 * Makes the report of a namespace what it shall be, and writes only where it is not so already.
 * @param report - `null` when there is nothing to say: then there shall be none
 * @throws ApiError, or the network's own error
 */
export async function publishReport(api: ClusterApi, namespace: string, report: JsonObject | null): Promise<void> {
  const collection = `/apis/${reportGroupVersion}/namespaces/${namespace}/policyreports`;
  const path = `${collection}/${REPORT_NAME}`;
  const stored = await getOrNull(api, path);
  try {
    if (report === null) {
      if (stored !== null) await api.send('DELETE', path, {});
    } else if (stored === null) await api.send('POST', collection, report);
    else if (!isSame(stored, report)) {
      const metadata = { ...(report['metadata'] as JsonObject), resourceVersion: versionOf(stored) };
      await api.send('PUT', path, { ...report, metadata });
    }
  } catch (error) {
    // The namespace is gone or going, and its report with it; or somebody wrote in between, and the next round sees it.
    if (error instanceof ApiError && [403, 404, 409].includes(error.status) && isPassing(error)) return;
    throw error;
  }
}

/** Forbidden by what a namespace is, not by who asks. */
function isPassing({ status, message }: ApiError): boolean {
  return status !== 403 || message.includes('because it is being terminated');
}

const versionOf = (object: JsonObject): string => stringAt(object, 'metadata', 'resourceVersion');

function isSame(stored: JsonObject, report: JsonObject): boolean {
  return (
    ['results', 'summary'].every((field) => isDeepStrictEqual(stored[field], report[field])) &&
    stringAt(stored, 'metadata', 'annotations', leftOutAnnotation) ===
      stringAt(report, 'metadata', 'annotations', leftOutAnnotation)
  );
}
