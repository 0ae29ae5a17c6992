import type { Match } from '../config/schema.ts';
import type { WaiverState, WaiverStatus } from '../waiver/overview.ts';
import { makePrintable } from './excerpt.ts';
import { describeResource } from './resource-name.ts';

/** Prints what waivers are worth, for people: one paragraph each, those that end first on top. */
export function printWaivers(waivers: readonly WaiverStatus[]): string {
  if (waivers.length === 0) return 'There are no waivers.\n';
  return `${waivers.map(printWaiver).join('\n\n')}\n`;
}

/** Prints the same for programs. */
export function printWaiversJson(waivers: readonly WaiverStatus[]): string {
  const list = {
    apiVersion: 'quotafit.dev/v1',
    kind: 'WaiverList',
    waivers: waivers.map(({ place: { file, line, column }, ...waiver }) => ({ file, line, column, ...waiver })),
  };
  return `${JSON.stringify(list, null, 2)}\n`;
}

const stateTexts: Readonly<Record<WaiverState, string>> = {
  expired: 'is over and counts no more',
  'expires-soon': 'ends soon',
  'hides-nothing': 'hides nothing: take it out',
  holds: 'holds',
  locked: 'counts for nothing: the organisation locks this rule',
  'not-allowed': 'counts for nothing: the organisation allows no annotations (waiverAnnotations)',
};

function printWaiver({ rule, match, place, until, daysLeft, owner, reason, state, hides }: WaiverStatus): string {
  const head = `${place.file}:${place.line}  ${rule}  ${printMatch(match)}`;
  const days = Math.abs(daysLeft) === 1 ? '1 day' : `${Math.abs(daysLeft)} days`;
  const left = daysLeft < 0 ? `${days} ago` : `${days} left`;
  const lines = [
    head,
    `  ${stateTexts[state]}; until ${until} (${left}), ${owner}: ${reason}`,
    ...hides.map(
      ({ file, line, column, resource, message, ...finding }) =>
        `  hides ${file}:${line}:${column} ${describeResource(resource)}: ${message} [${finding.rule}]`,
    ),
  ];
  return lines.map(makePrintable).join('\n');
}

function printMatch(match: Match): string {
  const { labels, ...fields } = match;
  return [...Object.entries(fields), ...Object.entries(labels ?? {})]
    .map(([name, globs]) => `${name}=${[globs].flat().join(',')}`)
    .join(' ');
}
