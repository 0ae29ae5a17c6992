import { fieldAt, integerAt, isJsonObject, listAt, objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import type { ProbeFacts, ProbesFacts } from './object-schema.ts';

const kinds = [
  ['liveness', 'livenessProbe'],
  ['readiness', 'readinessProbe'],
  ['startup', 'startupProbe'],
] as const;

/** The probes of one container, by kind, with the defaults of the API server filled in; `null` where there are none. */
export function describeProbes(container: JsonObject, path: string): ProbesFacts | null {
  const probes: { -readonly [K in keyof ProbesFacts]: ProbesFacts[K] } = {};
  let isEmpty = true;
  for (const [kind, field] of kinds) {
    const probe = container[field];
    if (!isJsonObject(probe)) continue;
    probes[kind] = describeProbe(probe, container, `${path}/${field}`);
    isEmpty = false;
  }
  return isEmpty ? null : probes;
}

/** @see k8s.io/kubernetes/pkg/apis/core/v1 `SetDefaults_Probe`: zero counts as absent. */
function describeProbe(probe: JsonObject, container: JsonObject, path: string): ProbeFacts {
  const failureThreshold = integerAt(probe, 'failureThreshold') || 3;
  const patienceSeconds = failureThreshold * (integerAt(probe, 'periodSeconds') || 10);
  const { action, field, port } = readAction(probe, container);
  const graceSeconds = (integerAt(probe, 'initialDelaySeconds') ?? 0) + patienceSeconds;
  const facts = { path, action, failureThreshold, patienceSeconds, graceSeconds };
  return port === undefined ? facts : { ...facts, port: describePort(port, field, container, path) };
}

interface Action {
  /** What is asked, in one text that is equal for equal questions. */
  readonly action: string;
  readonly field: string;
  readonly port: number | string | undefined;
}

function readAction(probe: JsonObject, container: JsonObject): Action {
  const http = objectAt(probe, 'httpGet');
  const socket = objectAt(probe, 'tcpSocket');
  if (isJsonObject(fieldAt(probe, 'httpGet'))) {
    const port = readPort(http['port']);
    const headers = listAt(http, 'httpHeaders').map((header) => [stringAt(header, 'name'), stringAt(header, 'value')]);
    return withPort('httpGet', port, [
      stringAt(http, 'scheme') || 'HTTP',
      stringAt(http, 'host'),
      portNumber(port, container),
      stringAt(http, 'path') || '/',
      headers,
    ]);
  }
  if (isJsonObject(fieldAt(probe, 'tcpSocket'))) {
    const port = readPort(socket['port']);
    return withPort('tcpSocket', port, [stringAt(socket, 'host'), portNumber(port, container)]);
  }
  if (isJsonObject(fieldAt(probe, 'grpc'))) {
    const port = readPort(fieldAt(probe, 'grpc', 'port'));
    return withPort('grpc', port, [portNumber(port, container), stringAt(probe, 'grpc', 'service')]);
  }
  return withPort('exec', undefined, [listAt(probe, 'exec', 'command')]);
}

function withPort(field: string, port: number | string | undefined, parts: readonly unknown[]): Action {
  return { action: JSON.stringify([field, ...parts]), field, port };
}

/** A text of digits is a number, as the kubelet reads it when no port has that name. */
function readPort(value: JsonValue | undefined): number | string | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  return /^[0-9]+$/u.test(value) ? Number(value) : value;
}

function portNumber(port: number | string | undefined, container: JsonObject): number | string {
  if (typeof port !== 'string') return port ?? '';
  const named = listAt(container, 'ports').find((declared) => stringAt(declared, 'name') === port);
  return integerAt(named, 'containerPort') ?? port;
}

function describePort(
  port: number | string,
  field: string,
  container: JsonObject,
  path: string,
): NonNullable<ProbeFacts['port']> {
  const ports = listAt(container, 'ports');
  const isDeclared = ports.some((declared) =>
    typeof port === 'number' ? integerAt(declared, 'containerPort') === port : stringAt(declared, 'name') === port,
  );
  const describe = (declared: NonNullable<ProbeFacts['port']>['declared']): NonNullable<ProbeFacts['port']> => ({
    path: `${path}/${field}/port`,
    written: String(port),
    declared,
  });
  if (isDeclared) return describe('yes');
  if (typeof port === 'string') return describe('no-such-name');
  return describe(ports.length === 0 ? 'no-ports' : 'no-such-number');
}
