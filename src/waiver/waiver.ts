import type { ConfigLayer, LayerWaiver } from '../config/layer.ts';
import { compileGlobs, compileMatch, type Matcher, type MatchSubject } from '../config/match.ts';
import type { Finding } from '../report/report.ts';

/** The id of the finding that tells of a waiver whose last day is over. */
const expiredRule = 'waiver/expired';

export interface Waivers {
  /** The waiver that excuses this rule on this object today; the organisation's before the project's. */
  readonly findWaiver: (rule: string, subject: MatchSubject) => LayerWaiver | null;
  /** One warning for each waiver that counts as absent because its time is over. */
  readonly expired: readonly Finding[];
}

export interface WaiverSources {
  readonly organisation: ConfigLayer;
  readonly project: ConfigLayer;
  /** Rules that only the organisation may waive. */
  readonly isLocked: (rule: string) => boolean;
  /** The day by which waivers are judged; `--now` sets it. */
  readonly now: Date;
  /** The day that it really is, by which waivers of locked rules are judged; `now` where it is not given. */
  readonly clock?: Date;
}

/** A finding that is not told, and why. */
export interface WaivedFinding {
  readonly finding: Finding;
  readonly waiver: LayerWaiver;
}

interface CompiledWaiver {
  readonly waiver: LayerWaiver;
  readonly coversRule: (rule: string) => boolean;
  readonly matches: Matcher;
}

/** Sorts waivers into those that hold on this day (UTC, the last day included) and those that are over. */
export function applyWaivers({ organisation, project, isLocked, now, clock = now }: WaiverSources): Waivers {
  const today = printDay(now);
  const compile = (waivers: readonly LayerWaiver[]): readonly CompiledWaiver[] =>
    waivers
      .filter(({ until }) => until >= today)
      .map((waiver) => ({
        waiver,
        coversRule: compileGlobs(waiver.rule),
        matches: compileMatch(waiver.match, waiver.folder),
      }));
  const ofOrganisation = compile(organisation.waivers);
  const ofProject = compile(project.waivers);
  const ofLocked = ofOrganisation.filter(({ waiver }) => waiver.until >= printDay(clock));
  return {
    findWaiver: (rule, subject) => {
      if (isLocked(rule)) return find(ofLocked, rule, subject);
      return find(ofOrganisation, rule, subject) ?? find(ofProject, rule, subject);
    },
    expired: [...organisation.waivers, ...project.waivers].filter(({ until }) => until < today).map(tellExpired),
  };
}

function find(waivers: readonly CompiledWaiver[], rule: string, subject: MatchSubject): LayerWaiver | null {
  return waivers.find(({ coversRule, matches }) => coversRule(rule) && matches(subject))?.waiver ?? null;
}

/** A day in UTC, as waivers are dated: dates of this form compare as texts. */
export function printDay(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function tellExpired({ rule, owner, until, reason, place }: LayerWaiver): Finding {
  const { file, pointer, line, column, endLine, endColumn } = place;
  return {
    rule: expiredRule,
    level: 'warning',
    message: `The waiver of ${rule} ended on ${until} and no longer counts; ${owner} must renew it or mend what it excused.`,
    file,
    line,
    column,
    endLine,
    endColumn,
    resource: { apiVersion: 'quotafit.dev/v1', kind: 'Config', namespace: '', name: '' },
    path: pointer,
    data: { rule, owner, until, reason },
    help: 'docs/config.md#waivers',
    fixable: false,
    fingerprint: `${expiredRule} ${rule} ${owner} ${until}`,
  };
}
