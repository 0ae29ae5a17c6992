import { InvalidArgumentError, Option } from 'commander';
import { isCalendarDate } from '../config/calendar-date.ts';
import type { LayerRules } from '../config/layer.ts';
import { webhookNamespace } from '../denial/place.ts';
import type { FailOn } from '../config/schema.ts';
import type { OutputTarget } from './output.ts';
import type { Level } from '../report/report.ts';

/** The flags that more than one command has, read and checked. */
export interface CommonFlags {
  readonly config?: string;
  readonly orgConfig?: string;
  readonly namespace?: string;
  /** `1.37` */
  readonly kubernetesVersion?: string;
  readonly now?: Date;
}

export const configFlag = (): Option =>
  new Option('-c, --config <file>', 'use this config, not the quotafit.yaml found upwards');

export const orgConfigFlag = (): Option =>
  new Option('--org-config <file>', "the organisation's config; its locked rules hold against all others").env(
    'QUOTAFIT_ORG_CONFIG',
  );

export const namespaceFlag = (): Option =>
  new Option('-n, --namespace <name>', 'the namespace of objects that name none').argParser(readNamespace);

export const kubernetesVersionFlag = (): Option =>
  new Option('--kubernetes-version <version>', "the cluster's version: 1.37 (default: the newest known)").argParser(
    readKubernetesVersion,
  );

export const nowFlag = (): Option =>
  new Option('--now <time>', 'take this as the present: 2026-12-31 or 2026-12-31T12:00:00Z').argParser(readTime);

export const ruleFlag = (): Option =>
  new Option('--rule <id=level>', 'set the level of a rule: error, warning or off; repeatable')
    .argParser(readRuleLevel)
    .default({}, 'as configured');

export const failOnFlag = (): Option =>
  new Option('--fail-on <level>', 'end with status 1 from this level on (default: error)').choices([
    'error',
    'warning',
    'never',
  ] satisfies FailOn[]);

export const policyFlag = (): Option =>
  new Option('--policy <path>', 'a folder or bundle with your own rules; repeatable').argParser(collect);

/** `FORMAT`, or `FORMAT=FILE`. */
export const outputFlag = (formats: readonly string[]): Option =>
  new Option(
    '-o, --output <format[=file]>',
    `how to print the report (${formats.join(', ')}), and the file to write it to; repeatable (default: text)`,
  ).argParser((text: string, previous: readonly OutputTarget<string>[] | undefined) => [
    ...(previous ?? []),
    readTarget(text, formats),
  ]);

function readTarget(text: string, formats: readonly string[]): OutputTarget<string> {
  const [format = '', ...rest] = text.split('=');
  if (!formats.includes(format)) throw new InvalidArgumentError(`Allowed formats are ${formats.join(', ')}.`);
  const file = rest.length === 0 ? null : rest.join('=');
  if (file === '') throw new InvalidArgumentError('Name the file after the equals sign.');
  return { format, file };
}

/** Not `--context`: that is the cluster's, as people know it from kubectl. */
export const besideFlag = (): Option =>
  new Option(
    '--beside <path>',
    'know the quotas, limit ranges and neighbours there too, without judging them; repeatable',
  ).argParser(collect);

export const imagesFlag = (): Option =>
  new Option(
    '--images <path>',
    'know the images of an OCI layout, of an archive, or of what docker image inspect printed; repeatable',
  ).argParser(collect);

export const sinceFlag = (): Option =>
  new Option(
    '--since <revision>',
    'tell only what is new or worse since this revision of the git repository',
  ).conflicts('baseline');

export const baselineFlag = (): Option =>
  new Option('--baseline <file>', 'tell only what is new or worse than this file knows; what is fixed leaves it');

export const frozenBaselineFlag = (): Option =>
  new Option('--frozen-baseline', 'leave the baseline file as it is (default where CI is set)');

export const webhookNamespaceFlag = (): Option =>
  new Option('--webhook-namespace <name>', "the webhook's own namespace").default(webhookNamespace);

export const quietFlag = (): Option =>
  new Option('-q, --quiet', 'print one line a finding, and nothing when there is none');

/** For flags that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

function readNamespace(text: string): string {
  if (text.length > 63 || !/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/u.test(text)) {
    throw new InvalidArgumentError('A namespace has at most 63 lower case letters, digits and dashes.');
  }
  return text;
}

function readKubernetesVersion(text: string): string {
  const [, minor] = /^v?1\.(\d{1,3})(?:\.\d+.*)?$/u.exec(text) ?? [];
  if (minor === undefined) throw new InvalidArgumentError('Give a version like 1.37.');
  return `1.${Number(minor)}`;
}

function readTime(text: string): Date {
  const isIso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/u.test(text);
  const time = new Date(text);
  // JavaScript takes 2026-02-30 for the second of March.
  if (!isIso || Number.isNaN(time.getTime()) || !isCalendarDate(text.slice(0, 'YYYY-MM-DD'.length)))
    throw new InvalidArgumentError('Give a UTC date or an RFC 3339 time.');
  return time;
}

function readRuleLevel(text: string, previous: LayerRules): LayerRules {
  const [, id, level] = /^([^=\s]+)=(error|warning|off)$/u.exec(text) ?? [];
  if (id === undefined || level === undefined) {
    throw new InvalidArgumentError('Give ID=LEVEL, with the level error, warning or off.');
  }
  return { ...previous, [id]: { level: level as Level } };
}
