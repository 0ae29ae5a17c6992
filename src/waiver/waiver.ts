import type { ConfigLayer, LayerWaiver } from '../config/layer.ts';
import { compileGlobs, compileMatch, type Matcher, type MatchSubject } from '../config/match.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import type { Finding } from '../report/report.ts';
import { hasAnnotation, readAnnotation, type AnnotationReading } from './annotation.ts';
import { tellExpired, tellInvalid, tellNotAllowed, tellOwnExpired } from './notice.ts';

export interface Waivers {
  /**
   * The waiver that excuses this rule on this object today: the organisation's before the project's, and the object's own last.
   * @param object - `null` for what is no Kubernetes object
   */
  readonly findWaiver: (rule: string, subject: MatchSubject, object: KubernetesObject | null) => LayerWaiver | null;
  /** One warning for each waiver of a config that counts as absent because its time is over. */
  readonly expired: readonly Finding[];
  /** What an object's annotation says, whether or not it counts. */
  readonly ownWaivers: (object: KubernetesObject) => readonly LayerWaiver[];
  /** Warnings about an object's annotation: it is not allowed; or something in it is broken, or over. */
  readonly judgeAnnotation: (object: KubernetesObject) => readonly Finding[];
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
  const isAllowed = organisation.waiverAnnotations === true;
  const read = rememberAnnotations();
  const findOwn = (rule: string, object: KubernetesObject): LayerWaiver | null =>
    read(object)?.waivers.find((waiver) => waiver.until >= today && compileGlobs(waiver.rule)(rule)) ?? null;
  return {
    findWaiver: (rule, subject, object) => {
      if (isLocked(rule)) return find(ofLocked, rule, subject);
      const configured = find(ofOrganisation, rule, subject) ?? find(ofProject, rule, subject);
      return configured ?? (isAllowed && object !== null ? findOwn(rule, object) : null);
    },
    expired: [...organisation.waivers, ...project.waivers].filter(({ until }) => until < today).map(tellExpired),
    ownWaivers: (object) => read(object)?.waivers ?? [],
    judgeAnnotation: (object) => {
      const reading = read(object);
      if (reading === null) return [];
      const { place, waivers, problems } = reading;
      if (!isAllowed) return [tellNotAllowed(object, place)];
      return [
        ...problems.map((problem) => tellInvalid(object, place, problem)),
        ...waivers.filter(({ until }) => until < today).map((waiver) => tellOwnExpired(waiver, object)),
      ];
    },
  };
}

/** Few objects have the annotation, but every finding on one asks for it. */
function rememberAnnotations(): (object: KubernetesObject) => AnnotationReading | null {
  const known = new WeakMap<KubernetesObject, AnnotationReading | null>();
  return (object) => {
    if (!hasAnnotation(object)) return null;
    let reading = known.get(object);
    if (reading === undefined) known.set(object, (reading = readAnnotation(object)));
    return reading;
  };
}

function find(waivers: readonly CompiledWaiver[], rule: string, subject: MatchSubject): LayerWaiver | null {
  return waivers.find(({ coversRule, matches }) => coversRule(rule) && matches(subject))?.waiver ?? null;
}

/** A day in UTC, as waivers are dated: dates of this form compare as texts. */
export function printDay(time: Date): string {
  return time.toISOString().slice(0, 10);
}
