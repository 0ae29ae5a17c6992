import { closeSync, openSync, readSync } from 'node:fs';
import type { JsonObject } from '../../src/manifest/document.ts';
import { integerAt, stringAt } from '../../src/manifest/fields.ts';

/** A creation that the API server refused to a controller. */
export interface Refusal {
  /** `pods`, `persistentvolumeclaims`, `replicasets`, `controllerrevisions`, `jobs` */
  readonly plural: string;
  readonly message: string;
  /** The object's name, generated or not, as the message has it. */
  readonly name: string;
}

/**
 * What the server writes down of the creations that controllers ask for. Their events tell the same, but late, and under load not
 * all: an event is one more write, and after some 25 about one object client-go drops the rest.
 * @see k8s.io/client-go/tools/record `EventSourceObjectSpamFilter`
 */
export const AUDIT_POLICY: JsonObject = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'Metadata',
      verbs: ['create'],
      userGroups: ['system:serviceaccounts:kube-system'],
      resources: [
        { group: '', resources: ['pods', 'persistentvolumeclaims'] },
        { group: 'apps', resources: ['replicasets', 'controllerrevisions'] },
        { group: 'batch', resources: ['jobs'] },
      ],
    },
    { level: 'None' },
  ],
};

/** The refusals in a namespace, oldest first, as far as they are written by now. */
export type ReadRefusals = (namespace: string) => readonly Refusal[];

/** Follows an audit log; each call reads only what has been added. */
export function followRefusals(path: string): { readonly read: ReadRefusals; readonly close: () => void } {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(1 << 20);
  const byNamespace = new Map<string, Refusal[]>();
  let rest = Buffer.alloc(0);
  const take = (line: string): void => {
    const entry = JSON.parse(line) as JsonObject;
    const message = stringAt(entry, 'responseStatus', 'message');
    if ((integerAt(entry, 'responseStatus', 'code') ?? 0) < 400 || message === '') return;
    const namespace = stringAt(entry, 'objectRef', 'namespace');
    const name = /"([^"]+)" is (?:forbidden|invalid)/.exec(message)?.[1] ?? stringAt(entry, 'objectRef', 'name');
    const refusal = { plural: stringAt(entry, 'objectRef', 'resource'), message, name };
    const known = byNamespace.get(namespace);
    if (known) known.push(refusal);
    else byNamespace.set(namespace, [refusal]);
  };
  const read = (namespace: string): readonly Refusal[] => {
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
      const bytes = Buffer.concat([rest, buffer.subarray(0, count)]);
      const end = bytes.lastIndexOf('\n') + 1;
      for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line !== '') take(line);
      rest = bytes.subarray(end);
    }
    return byNamespace.get(namespace) ?? [];
  };
  return { read, close: () => closeSync(file) };
}
