import type { MatchSubject } from '../config/match.ts';
import type { ResolvedRules } from '../config/rules.ts';
import type { JsonObject, KubernetesObject, Place } from '../manifest/document.ts';
import { locate } from '../manifest/locate.ts';
import type { RawFinding } from '../policy/evaluation.ts';
import { renderMessage, type Messages } from '../policy/message.ts';
import { printFingerprint } from '../report/fingerprint.ts';
import { compareText } from '../report/order.ts';
import type { Finding } from '../report/report.ts';
import type { JudgedDockerfile } from './dockerfile.ts';

/** A raw finding, and what it is about. */
export type Attribution = {
  readonly subject: MatchSubject;
  readonly raw: RawFinding;
  readonly settings: ResolvedRules;
} & ({ readonly object: KubernetesObject } | { readonly dockerfile: JudgedDockerfile });

/** A finding of an object that came from no file stands nowhere: file and places are empty. */
export function placeFinding(attribution: Attribution, level: Finding['level'], messages: Messages): Finding {
  const { raw } = attribution;
  const { file, place, resource, fingerprint } =
    'object' in attribution ? placeInObject(raw, attribution.object) : placeInDockerfile(raw, attribution.dockerfile);
  return {
    rule: raw.rule,
    level,
    message: renderMessage(messages, raw),
    file,
    line: place.line,
    column: place.column,
    endLine: place.endLine,
    endColumn: place.endColumn,
    resource,
    path: raw.path,
    data: sortKeys(raw.data),
    help: `quotafit explain ${raw.rule}`,
    fixable: false,
    fingerprint,
  };
}

type Placed = Pick<Finding, 'file' | 'fingerprint' | 'resource'> & { readonly place: Place };

function placeInObject(raw: RawFinding, object: KubernetesObject): Placed {
  const { apiVersion, kind, namespace, name, source, value } = object;
  const resource = { apiVersion, kind, namespace, name };
  return {
    file: source?.document.file.name ?? '',
    place: source === null ? nowhere : locate(source.document, source.pointer + raw.path),
    resource,
    fingerprint: printFingerprint(raw.rule, resource, raw.path, value),
  };
}

function placeInDockerfile(raw: RawFinding, { file, resource, placeOf, nameOf }: JudgedDockerfile): Placed {
  return {
    file: file.name,
    place: placeOf(raw.path),
    resource,
    fingerprint: `${raw.rule} Dockerfile ${file.name} ${nameOf(raw.path)}`,
  };
}

/** Rego gives members in an order of its own, which another version of a rule may change. */
function sortKeys(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => compareText(a, b)));
}

const nowhere = { line: 1, column: 1, endLine: 1, endColumn: 1 };
