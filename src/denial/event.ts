import { Type } from 'typebox';
import { Check } from 'typebox/schema';
import type { JsonObject } from '../manifest/document.ts';
import { stringAt } from '../manifest/fields.ts';
import { shortageSchema, type DenialShortage } from './denial.ts';

/** Why the webhook left an Event. */
export const eventReasons = {
  /** On the namespace; `related` is what was refused. */
  denied: 'QuotafitDenied',
  /** On the workload that a controller wrote. */
  doesNotFit: 'QuotafitDoesNotFit',
  /** On the namespace. */
  breakGlass: 'QuotafitBreakGlass',
} as const;

/** Of an Event: what was found, as data. Messages are for people. */
const findingsAnnotation = 'quotafit.dev/findings';
const userAnnotation = 'quotafit.dev/user';
/** An Event is kept small, however much was found. */
const MOST_FINDINGS = 10;

export interface ToldFinding {
  readonly rule: string;
  readonly message: string;
  readonly shortages: readonly DenialShortage[];
}

const findingsSchema = Type.Array(
  Type.Object({ rule: Type.String(), message: Type.String(), shortages: Type.Array(shortageSchema) }),
);

export function annotateEvent(user: string, findings: readonly ToldFinding[]): Readonly<Record<string, string>> {
  return { [userAnnotation]: user, [findingsAnnotation]: JSON.stringify(findings.slice(0, MOST_FINDINGS)) };
}

/** Who wrote what was judged, and what was found; `null` for an Event that is not the webhook's. */
export function readEvent(
  event: JsonObject,
): { readonly user: string; readonly findings: readonly ToldFinding[] } | null {
  try {
    const findings: unknown = JSON.parse(stringAt(event, 'metadata', 'annotations', findingsAnnotation));
    if (!Check(findingsSchema, findings)) return null;
    return { user: stringAt(event, 'metadata', 'annotations', userAnnotation), findings };
  } catch {
    return null;
  }
}
