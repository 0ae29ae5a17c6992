import type { JsonObject, JsonValue } from '../src/manifest/document.ts';

/** Version and kind that the API server and quotafit speak with each other. */
const REVIEW_VERSION = 'admission.k8s.io/v1';

/** `request` of an AdmissionReview, reduced to what a verdict needs. */
export interface ReviewRequest {
  readonly uid: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Group of `resource`; the kind of its `scale` is of another. */
  readonly resourceGroup: string;
  readonly resource: string;
  readonly subResource: string;
  readonly name: string;
  readonly namespace: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly dryRun: boolean;
}

/** What the webhook answers: denied only with a message, warnings in either case. */
export interface Decision {
  readonly allowed: boolean;
  readonly message: string;
  readonly warnings: readonly string[];
}

export type ParsedReview =
  | { readonly kind: 'review'; readonly request: ReviewRequest }
  | { readonly kind: 'malformed'; readonly message: string };

/**
 * Whoever reaches the port may write what they like, and a namespace becomes part of paths that we ask the API server.
 * @see k8s.io/apimachinery/pkg/api/validation `ValidateNamespaceName`
 */
const namespaceName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/u;

const OPERATIONS: ReadonlySet<string> = new Set(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']);

/**
 * Reads the body of a webhook call.
 * @returns `malformed` with a sentence for the caller when it is no AdmissionReview v1 with a request
 * @see k8s.io/api/admission/v1 `AdmissionReview`
 */
export function parseReview(body: unknown): ParsedReview {
  if (!isObject(body)) return malformed('the body is no JSON object; send an AdmissionReview');
  if (body['kind'] !== 'AdmissionReview') return malformed('kind must be AdmissionReview');
  if (body['apiVersion'] !== REVIEW_VERSION) {
    return malformed(`apiVersion must be ${REVIEW_VERSION}; list v1 in the webhook's admissionReviewVersions`);
  }
  const request = body['request'];
  if (!isObject(request)) return malformed('request is missing');
  const uid = request['uid'];
  if (typeof uid !== 'string' || uid === '') return malformed('request.uid is missing');
  const operation = request['operation'];
  if (typeof operation !== 'string' || !OPERATIONS.has(operation)) {
    return malformed('request.operation must be CREATE, UPDATE, DELETE or CONNECT');
  }
  const kind = request['kind'];
  const resource = request['resource'];
  if (!isObject(kind) || !isObject(resource)) return malformed('request.kind and request.resource must be objects');
  const namespace = text(request['namespace']);
  if (namespace !== '' && !namespaceName.test(namespace))
    return malformed('request.namespace is no name of a namespace');
  const userInfo = isObject(request['userInfo']) ? request['userInfo'] : {};
  const groups = Array.isArray(userInfo['groups']) ? userInfo['groups'] : [];
  return {
    kind: 'review',
    request: {
      uid,
      group: text(kind['group']),
      version: text(kind['version']),
      kind: text(kind['kind']),
      resourceGroup: text(resource['group']),
      resource: text(resource['resource']),
      subResource: text(request['subResource']),
      name: text(request['name']),
      namespace,
      operation: operation as ReviewRequest['operation'],
      user: { name: text(userInfo['username']), groups: groups.filter((group) => typeof group === 'string') },
      object: isObject(request['object']) ? request['object'] : null,
      oldObject: isObject(request['oldObject']) ? request['oldObject'] : null,
      dryRun: request['dryRun'] === true,
    },
  };
}

/** The AdmissionReview that answers the review `uid`. */
export function buildReviewAnswer(uid: string, decision: Decision): JsonObject {
  return {
    apiVersion: REVIEW_VERSION,
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: decision.allowed,
      ...(decision.message === '' ? {} : { status: { code: decision.allowed ? 200 : 403, message: decision.message } }),
      ...(decision.warnings.length === 0 ? {} : { warnings: limitWarnings(decision.warnings) }),
    },
  };
}

/** Above this many characters in all, the API server cuts each warning to 256 and drops the rest. */
const WARNINGS_TOTAL = 4096;
const WARNING_LENGTH = 256;

/**
 * Keeps warnings within what the API server passes on, and says how many were left out. One with a control character
 * would be dropped without a word.
 * @see k8s.io/apimachinery/pkg/util/net `NewWarningHeader`
 * @see k8s.io/apiserver/pkg/endpoints/filters/warning.go `truncateAtTotalRunes`, `truncateItemRunes`
 */
export function limitWarnings(warnings: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let total = 0;
  for (const [index, warning] of warnings.entries()) {
    const runes = Array.from(warning.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim());
    const cut = runes.length > WARNING_LENGTH ? [...runes.slice(0, WARNING_LENGTH - 1), '…'] : runes;
    const rest = `quotafit: ${warnings.length - index} more warnings left out`;
    const isLast = index === warnings.length - 1;
    if (total + cut.length + (isLast ? 0 : rest.length) > WARNINGS_TOTAL) return [...kept, rest];
    kept.push(cut.join(''));
    total += cut.length;
  }
  return kept;
}

function malformed(message: string): ParsedReview {
  return { kind: 'malformed', message };
}

function isObject(value: unknown): value is { readonly [key: string]: JsonValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
