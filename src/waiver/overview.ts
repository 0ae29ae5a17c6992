import type { ConfigPlace, LayerWaiver } from '../config/layer.ts';
import type { Match } from '../config/schema.ts';
import type { Finding } from '../report/report.ts';
import { printDay, type WaivedFinding, type WaiverSources } from './waiver.ts';

/**
 * `locked`: it names one locked rule, and only the organisation's waivers of that count; `not-allowed`: it stands in an
 * annotation, and the organisation allows none.
 */
export type WaiverState = 'expired' | 'expires-soon' | 'hides-nothing' | 'holds' | 'locked' | 'not-allowed';

/** One waiver as people want to see it: whose it is, how long it lasts, what it hides. */
export interface WaiverStatus {
  readonly state: WaiverState;
  /** `object`: in an annotation of the object that it is for. */
  readonly of: 'object' | 'organisation' | 'project';
  readonly rule: string;
  readonly match: Match;
  readonly reason: string;
  readonly owner: string;
  /** The last day, in UTC. */
  readonly until: string;
  /** Negative once it is over; 0 on its last day. */
  readonly daysLeft: number;
  readonly place: ConfigPlace;
  readonly hides: readonly Finding[];
}

/** From so many days before its end a waiver is said to expire soon. */
const soonDays = 30;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What every waiver is worth today, in the order in which they end.
 * @param own - those that objects bring in annotations
 */
export function listWaiverStatus(
  sources: WaiverSources,
  waived: readonly WaivedFinding[],
  own: readonly LayerWaiver[],
): readonly WaiverStatus[] {
  const { organisation, project, isLocked, now } = sources;
  const today = Date.parse(printDay(now));
  const annul = (of: WaiverStatus['of'], rule: string): WaiverState | null => {
    if (of === 'object' && organisation.waiverAnnotations !== true) return 'not-allowed';
    return of !== 'organisation' && isLocked(rule) ? 'locked' : null;
  };
  const describe =
    (of: WaiverStatus['of']) =>
    (waiver: LayerWaiver): WaiverStatus => {
      const { rule, match, reason, owner, until, place } = waiver;
      const hides = waived.filter((entry) => entry.waiver === waiver).map(({ finding }) => finding);
      const daysLeft = Math.round((Date.parse(until) - today) / dayMs);
      const state = annul(of, rule) ?? judgeState(daysLeft, hides.length);
      return { state, of, rule, match, reason, owner, until, daysLeft, place, hides };
    };
  return [
    ...organisation.waivers.map(describe('organisation')),
    ...project.waivers.map(describe('project')),
    ...own.map(describe('object')),
  ].sort((a, b) => a.daysLeft - b.daysLeft);
}

function judgeState(daysLeft: number, hidden: number): WaiverState {
  if (daysLeft < 0) return 'expired';
  if (hidden === 0) return 'hides-nothing';
  return daysLeft <= soonDays ? 'expires-soon' : 'holds';
}
