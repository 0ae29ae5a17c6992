import { countDays, type Denial, type DenialRecord } from '../denial/denial.ts';
import { makePrintable } from './excerpt.ts';
import { groupBy } from './group-by.ts';

/** What the webhook denied in the last week, and what it would have denied; `--output json` prints it as it stands. */
export interface DenialReport {
  readonly apiVersion: 'quotafit.dev/v1';
  readonly kind: 'DenialReport';
  /** From when on it was kept, RFC 3339. */
  readonly since: string;
  readonly until: string;
  /** Users, objects and rules that there was no room for. */
  readonly leftOut: number;
  readonly denials: readonly CountedDenial[];
}

type CountedDenial = Omit<Denial, 'days'> & { readonly count: number };

/** @param namespaces - all, if there are none */
export function reportDenials(record: DenialRecord, namespaces: readonly string[], now: Date): DenialReport {
  const denials = record.denials.filter(({ namespace }) => namespaces.length === 0 || namespaces.includes(namespace));
  return {
    apiVersion: 'quotafit.dev/v1',
    kind: 'DenialReport',
    since: record.since,
    until: now.toISOString(),
    leftOut: countDays(record.leftOut),
    denials: denials.map(({ days, ...rest }) => ({ ...rest, count: countDays(days) })),
  };
}

export function printDenialsJson(report: DenialReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** For people who decide which rule may deny where: first rules, then each object with what was said and to whom. */
export function printDenials({ since, until, leftOut, denials }: DenialReport): string {
  const head = `From ${printTime(since)} to ${printTime(until)}: ${countRequests(denials)}.`;
  const missing = leftOut === 0 ? [] : [`There was no room for ${leftOut} more users and objects.`];
  if (denials.length === 0) return `${[head, ...missing].join('\n')}\n`;
  const sections = [...groupBy(denials, ({ namespace }) => namespace)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, own]) => [namespace, ...printObjects(own)].join('\n'));
  return `${[[head, ...missing].join('\n'), printRules(denials), ...sections].join('\n\n')}\n`;
}

function countRequests(denials: readonly CountedDenial[]): string {
  const [would, denied] = [countOf(denials, 'would-deny'), countOf(denials, 'denied')];
  const requests = would === 1 ? '1 request' : `${would} requests`;
  return `${requests} would have been denied in mode deny, ${denied} ${denied === 1 ? 'was' : 'were'} denied`;
}

function countOf(denials: readonly CountedDenial[], wanted: Denial['outcome']): number {
  return denials.reduce((sum, { outcome, count }) => sum + (outcome === wanted ? count : 0), 0);
}

function printRules(denials: readonly CountedDenial[]): string {
  const rows = [...groupBy(denials, ({ rule }) => rule)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, own]) => {
      const objects = new Set(own.map(({ namespace, kind, name }) => `${namespace} ${kind} ${name}`));
      const users = new Set(own.map(({ user }) => user));
      return [rule, countOf(own, 'would-deny'), countOf(own, 'denied'), objects.size, users.size].map(String);
    });
  const head = ['RULE', 'WOULD DENY', 'DENIED', 'OBJECTS', 'USERS'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
    )
    .map((row) => row.join('  '))
    .join('\n');
}

function printObjects(denials: readonly CountedDenial[]): readonly string[] {
  const keyOf = ({ outcome, kind, name, rule }: CountedDenial): string => [kind, name, rule, outcome].join('\0');
  return [...groupBy(denials, keyOf).values()].flatMap((own) => {
    const [latest] = own;
    if (latest === undefined) return [];
    const total = own.reduce((sum, { count }) => sum + count, 0);
    const users = own.map(({ user, count }) => (own.length === 1 ? user : `${user} (${count})`)).join(', ');
    const verb = latest.outcome === 'denied' ? 'denied' : 'would be denied';
    const times = total === 1 ? 'once' : `${total} times`;
    return [
      `  ${latest.kind} ${latest.name}: ${verb} ${times} by ${latest.rule}, last ${printTime(latest.last)}, ${users}`,
      `    ${latest.message}`,
    ].map(makePrintable);
  });
}

/** To the second. */
export function printTime(time: string): string {
  return time.replace(/\.\d+Z$/u, 'Z');
}
