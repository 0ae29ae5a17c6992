import type { ConfigPlace, LayerWaiver } from '../config/layer.ts';
import type { Match } from '../config/schema.ts';
import type { Finding } from '../report/report.ts';
import { printDay, type WaivedFinding, type WaiverSources } from './waiver.ts';

/** `locked`: it names one locked rule, and a project's waiver of that counts for nothing. */
export type WaiverState = 'expired' | 'expires-soon' | 'hides-nothing' | 'holds' | 'locked';

/** One waiver as people want to see it: whose it is, how long it lasts, what it hides. */
export interface WaiverStatus {
  readonly state: WaiverState;
  readonly of: 'organisation' | 'project';
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

/** What every waiver is worth today, in the order in which they end. */
export function listWaiverStatus(sources: WaiverSources, waived: readonly WaivedFinding[]): readonly WaiverStatus[] {
  const { organisation, project, isLocked, now } = sources;
  const today = Date.parse(printDay(now));
  const describe =
    (of: WaiverStatus['of']) =>
    (waiver: LayerWaiver): WaiverStatus => {
      const { rule, match, reason, owner, until, place } = waiver;
      const hides = waived.filter((entry) => entry.waiver === waiver).map(({ finding }) => finding);
      const daysLeft = Math.round((Date.parse(until) - today) / dayMs);
      const state = of === 'project' && isLocked(rule) ? 'locked' : judgeState(daysLeft, hides.length);
      return { state, of, rule, match, reason, owner, until, daysLeft, place, hides };
    };
  return [...organisation.waivers.map(describe('organisation')), ...project.waivers.map(describe('project'))].sort(
    (a, b) => a.daysLeft - b.daysLeft,
  );
}

function judgeState(daysLeft: number, hidden: number): WaiverState {
  if (daysLeft < 0) return 'expired';
  if (hidden === 0) return 'hides-nothing';
  return daysLeft <= soonDays ? 'expires-soon' : 'holds';
}
