/** Writes `docs/precision.md` from the labels in `test/precision` and the cases in `test/recall`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { format, resolveConfig } from 'prettier';
import type { Catalog } from '../src/policy/catalog.ts';
import { mutations } from '../test/rules/mutations.ts';

/** What one rule found on a set of files, and what a reader said of it. */
export interface RuleLabels {
  readonly rule: string;
  /** Without it the corpus of manifests. */
  readonly set?: 'dockerfiles' | 'repositories';
  /** What a rule needs to be told before it finds anything. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly count: number;
  readonly labels: readonly {
    readonly file: string;
    readonly object: string;
    readonly pointer: string;
    readonly label: boolean;
    readonly why: string;
  }[];
}

interface RuleCases {
  readonly rule: string;
  readonly cases: readonly { readonly label: 'bad' | 'good' }[];
}

const root = join(import.meta.dirname, '..');

function readFolder(folder: string): readonly unknown[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)))
    .sort()
    .map((file) => load(readFileSync(file, 'utf8')));
}

export function readLabels(folder: string): readonly RuleLabels[] {
  return readFolder(folder) as readonly RuleLabels[];
}

/** The whole page, formatted. */
export async function printPrecision(): Promise<string> {
  const { rules } = JSON.parse(readFileSync(join(root, 'policies/dist/catalog.json'), 'utf8')) as Catalog;
  const precision = new Map(readLabels(join(root, 'test/precision')).map((entry) => [entry.rule, entry]));
  const recall = new Map(
    (readFolder(join(root, 'test/recall')) as readonly RuleCases[]).map((entry) => [entry.rule, entry.cases]),
  );
  const mutated = new Set(mutations.map(({ rule }) => rule));
  const rows = rules.map(({ id, level }) => {
    const cases = recall.get(id) ?? [];
    const bad = cases.filter(({ label }) => label === 'bad').length;
    const untold = mutated.has(id) ? 'mutations' : '';
    const counted = cases.length === 0 ? untold : `${bad} bad, ${cases.length - bad} good`;
    const entry = precision.get(id);
    if (entry === undefined) return `| ${id} | ${level} | ${counted} | | | |`;
    const { count, labels, set = 'manifests', params = {} } = entry;
    const told = Object.entries(params).map(([name, value]) => ` (${name}: ${[value].flat().join(', ')})`);
    const right = labels.filter(({ label }) => label).length;
    const share = labels.length === 0 ? '' : `${right} of ${labels.length}`;
    return `| ${id} | ${level} | ${counted} | ${set} | ${count}${told.join('')} | ${share} |`;
  });
  const wrong = [...precision.values()].flatMap(({ rule, labels }) =>
    labels
      .filter(({ label }) => !label)
      .map(({ file, object, why }) => `| ${rule} | ${object} in \`${file}\` | ${why} |`),
  );
  const scarce = [...recall]
    .map(([rule, cases]) => ({ rule, bad: cases.filter(({ label }) => label === 'bad').length }))
    .filter(({ bad }) => bad < 20)
    .map(({ rule, bad }) => `- ${rule}: ${bad}`);
  const text = [
    '# How often the rules are right',
    '',
    'Made by `npm run build:precision` from the labels in `test/precision` and the cases in `test/recall`.',
    '',
    '**Cases** come from public repositories, reduced to what matters. Tests hold that a rule finds nine of ten bad ones and',
    'hits no good one. Rules that one field decides have **mutations** instead: twenty manifests of the corpus keep the rule, each',
    'is broken in one place, and every time the finding has to stand there (`test/rules/mutations.ts`).',
    '',
    '**Findings** are those on a corpus of 6,562 manifests of 36 public repositories with default parameters, each file a release',
    'of its own beside the kustomizations of them all; those of rules on Dockerfiles are on 6,866 Dockerfiles of 211 public repositories, official images among them, as',
    'they stood in November 2026. Those of rules that found little there are on 39,275 manifests without templates of 282 other',
    'public repositories, some of which gave cases too. Twenty of them, or all, were read and labelled, from as many repositories',
    'as there are. A rule that is an error by default has to be right in nineteen of twenty. A rule that has to be told what is',
    'allowed was told what stands beside its count.',
    '',
    'A finding is right when what it says holds of the file as it stands. So a name or an amount that a later step replaces is a',
    'mistake, since somebody can forget that step; what a patch leaves to the object that it changes is none.',
    '',
    '| rule | default level | cases | set | findings | right of those read |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    '## Fewer than twenty bad cases',
    '',
    'So many were found for these rules, which says less of what they miss. Those on quota have more than twenty together, and are',
    'held against a real control plane too (docs/conformance.md).',
    '',
    ...scarce,
    '',
    '## No findings',
    '',
    'Most rules on quota say nothing before a quota is known, and hardly any file has one beside its workloads: what was counted are',
    'cases, and random ones on which a real control plane has the last word ([conformance](conformance.md)).',
    '`resources/pod-level-mismatch` is about `spec.resources` of a pod, which hardly any file has yet.',
    '`images/size-budget` and `images/approved-base` say nothing without images at hand or a list of bases: they have cases, and no',
    'findings to count. `dockerfile/glibc-on-alpine` found none among those Dockerfiles, which are in use: its cases come from issues.',
    '',
    '## Where they are wrong',
    '',
    '| rule | finding | why it is wrong |',
    '| --- | --- | --- |',
    ...wrong,
  ].join('\n');
  const file = join(root, 'docs/precision.md');
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(root, 'docs/precision.md'), await printPrecision());
