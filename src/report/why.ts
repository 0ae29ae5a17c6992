import { readableStanding, type ShortageNow, type Told, type WhyNow, type WhyReport } from '../denial/why.ts';
import { lacksPods } from '../fit/fit-report.ts';
import { printTime } from './denials.ts';
import { makePrintable } from './excerpt.ts';
import { phraseMissing } from './fit-findings.ts';
import { describeResource } from './resource-name.ts';

export function printWhyJson(report: WhyReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** For people: what was said, how it stands now, what would help. */
export function printWhy({ object, stored, told, now, ways, unread }: WhyReport): string {
  const sections = [
    [`${describeResource(object)}${describeStored(stored)}`],
    told.length === 0
      ? ['The webhook said nothing of it in the last week.']
      : ['What was said', ...told.flatMap(printTold)],
    ['Now', ...printNow(now, stored)],
    ...(ways.length === 0 ? [] : [['What would help', ...ways.map((way) => `  ${way}`)]]),
    ...(unread.length === 0 ? [] : [['Not looked at', ...unread.map((what) => `  ${what}`)]]),
  ];
  return `${sections.map((lines) => lines.map(makePrintable).join('\n')).join('\n\n')}\n`;
}

function describeStored(stored: WhyReport['stored']): string {
  if (stored === null) return ', which you may not read';
  return stored ? '' : ', which the cluster does not have';
}

const verbs: Readonly<Record<Told['outcome'], string>> = {
  denied: 'refused',
  'does-not-fit': 'let through for a controller, though it did not fit',
  found: 'found by the audit',
  'would-deny': 'let through, and refused in mode deny',
};

function printTold({ outcome, user, last, count, findings }: Told): readonly string[] {
  const times = count === 1 || outcome === 'found' ? [] : [`${count} times`];
  const when = last === null ? [] : [printTime(last)];
  const head = [...when, verbs[outcome], ...(user === null ? [] : [user]), ...times].join(', ');
  return [`  ${head}`, ...findings.map(({ rule, message }) => `    ${message} [${rule}]`)];
}

function printNow({ shortages, fit, findings }: WhyNow, stored: WhyReport['stored']): readonly string[] {
  const lines = [
    ...shortages.map(printShortage),
    ...(fit === null ? [] : [`as it is stored it gets ${printPods(fit)}`]),
    ...findings.map(({ rule, level, message }) => `${level}: ${message} [${rule}]`),
  ];
  const nothing =
    stored === true
      ? 'nothing stands against it as it is stored'
      : 'there is nothing to judge: quotafit check FILE --live judges a manifest';
  return (lines.length === 0 ? [nothing] : lines).map((line) => `  ${line}`);
}

function printPods({ pods, unknown }: NonNullable<WhyNow['fit']>): string {
  if (pods === null || pods.created === null)
    return `a number of pods that is not known without: ${unknown.join(', ')}`;
  const why = lacksPods(pods) ? `: ${phraseMissing(pods)}` : '';
  return `${pods.created} of ${pods.desired} pods${why}`;
}

function printShortage(shortage: ShortageNow): string {
  const { quota, resource, wanted, hard, others, now, fits, lacking } = readableStanding(shortage);
  const asked = `${wanted} of ${resource} from quota ${quota}`;
  if (now === null) {
    return fits === true ? `${asked}: that quota bounds it no more` : `${asked}: what is left now may not be read`;
  }
  const changes = [
    now.hard === hard ? `it allows ${hard} as then` : `it allowed ${hard} and allows ${now.hard}`,
    now.others === others ? `others have ${others} as then` : `others had ${others} and have ${now.others}`,
  ].join(', ');
  return lacking === null ? `${asked} fits now: ${changes}` : `${asked} is short by ${lacking}: ${changes}`;
}
