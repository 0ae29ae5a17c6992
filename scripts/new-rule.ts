/** `npm run new:rule category/my-rule`: writes all files of a rule, ready to be filled in; its tests and conventions fail until then. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const id = process.argv[2] ?? '';
const [, category = '', leaf = ''] = /^([a-z]+)\/([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/u.exec(id) ?? [];
const folder = join(root, 'policies/rules', category, leaf);
if (leaf === '') throw new Error('usage: npm run new:rule category/my-rule');
if (existsSync(folder)) throw new Error(`there is a rule ${id} already`);

const rego = `# METADATA
# title: What holds where the rule is kept
# description: |
#   What it finds, in one or two sentences.
# schemas:
#   - input: schema.facts
# related_resources:
#   - ref: https://kubernetes.io/docs/
#     description: Where to read more
# custom:
#   level: warning
#   subject: object
#   lesson: ""
#   messages: []
#   params: {}
package rules.${category}["${leaf}"]

# METADATA
# description: One finding for each place that breaks the rule.
# scope: document
finding contains {"path": container.path, "data": {"container": container.name}} if {
	some container in input.containers
}
`;

const test = `package rules.${category}["${leaf}_test"]

import data.rules.${category}["${leaf}"] as rule

test_finding_when[note] if {
	some note, [facts, findings] in {}
	rule.finding == findings with input as facts
}

test_silent_when[note] if {
	some note, facts in {}
	rule.finding == set() with input as facts
}
`;

const readme = `# ${id}

## What it finds

## Why

The lesson:

## Denied

- [broken](examples/denied-broken.yaml)

## Allowed

- [kept](examples/allowed-kept.yaml)

## Options

None but its level.

## When to switch it off

## Sources
`;

const manifest = readFileSync(
  join(root, 'policies/rules/resources/requests-required/examples/allowed-both-requests.yaml'),
  'utf8',
);
const snake = leaf.replaceAll('-', '_');
mkdirSync(join(folder, 'examples'), { recursive: true });
writeFileSync(join(folder, `${snake}.rego`), rego);
writeFileSync(join(folder, `${snake}_test.rego`), test);
writeFileSync(join(folder, 'README.md'), readme);
writeFileSync(join(folder, 'examples/denied-broken.yaml'), manifest);
writeFileSync(join(folder, 'examples/allowed-kept.yaml'), manifest);
process.stdout.write(
  `${folder}\nNext: its text in messages/en.json, then npm run build:policy, npm run lint:policy, npx vitest run test/rules\n`,
);
