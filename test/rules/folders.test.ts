import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/manifest/document.ts';
import { readDockerInspect } from '../../src/oci/docker-inspect.ts';
import { createImageFinder } from '../../src/oci/image-content.ts';
import type { RawFinding } from '../../src/policy/evaluation.ts';
import { renderMessage } from '../../src/policy/message.ts';
import {
  catalog,
  judge,
  judgeDockerfile,
  judgeRelease,
  messages,
  readDocuments,
  root,
  settingsFor,
} from './shipped-policy.ts';

const rulesFolder = join(root, 'policies/rules');
const ids = readdirSync(rulesFolder).flatMap((category) =>
  readdirSync(join(rulesFolder, category)).map((leaf) => `${category}/${leaf}`),
);
const headings = ['What it finds', 'Why', 'Denied', 'Allowed', 'Options', 'When to switch it off', 'Sources'];

it('every folder is in the shipped catalog, and nothing else', () => {
  expect(catalog.rules.map((rule) => rule.id)).toEqual(ids.toSorted());
});

describe.each(catalog.rules)('$id', (rule) => {
  const folder = join(rulesFolder, rule.id);
  const snake = rule.id.split('/')[1]?.replaceAll('-', '_') ?? '';
  const examples = readdirSync(join(folder, 'examples')).filter((name) => /\.(?:yaml|Dockerfile)$/u.test(name));
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const paramsFile = join(folder, 'examples/params.json');
  const imagesFile = join(folder, 'examples/images.json');
  const images = existsSync(imagesFile)
    ? readDockerInspect(JSON.parse(readFileSync(imagesFile, 'utf8')) as JsonValue)
    : [];
  const findImage = createImageFinder(images ?? []);
  const params = existsSync(paramsFile) ? (JSON.parse(readFileSync(paramsFile, 'utf8')) as JsonObject) : {};

  it('has its rule, its tests, and examples of both sorts, and nothing else', () => {
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual([`README.md`, 'examples', `${snake}.rego`, `${snake}_test.rego`].toSorted());
    expect(examples.some((name) => name.startsWith('denied-'))).toBe(true);
    expect(examples.some((name) => name.startsWith('allowed-'))).toBe(true);
    expect(examples.filter((name) => !/^(?:denied|allowed)-/u.test(name))).toEqual([]);
  });

  it('has a page with all its headings in order, its examples and its options', () => {
    expect(readme.match(/^## .+$/gmu)?.map((line) => line.slice(3))).toEqual(headings);
    for (const example of examples) expect(readme).toContain(`(examples/${example})`);
    for (const [name, param] of Object.entries(rule.params)) {
      expect(readme).toContain(`| \`${name}\` | \`${JSON.stringify(param.default)}\` |`);
    }
  });

  it('has a text for each message that it can give', () => {
    const texts = messages[rule.id];
    const ids = typeof texts === 'string' ? [] : Object.keys(texts ?? { missing: '' });
    expect(ids.toSorted()).toEqual(rule.messages.toSorted());
  });

  const judgeExample = (name: string): readonly RawFinding[] => {
    const file = join(folder, 'examples', name);
    const settings = settingsFor(rule.id, params);
    if (name.endsWith('Dockerfile')) return judgeDockerfile(readFileSync(file, 'utf8'), settings);
    const documents = readDocuments(file);
    return [
      ...judgeRelease(documents, settings),
      ...documents.flatMap((document) => judge(document, settings, { findImage })),
    ];
  };

  it.each(examples.filter((name) => name.startsWith('denied-')))('%s breaks this rule and no other', (name) => {
    const findings = judgeExample(name);
    expect(new Set(findings.map((finding) => finding.rule))).toEqual(new Set([rule.id]));
    for (const finding of findings) expect(renderMessage(messages, finding)).not.toMatch(/\{[A-Za-z]+\}/u);
  });

  it.each(examples.filter((name) => name.startsWith('allowed-')))('%s breaks no rule', (name) => {
    expect(judgeExample(name)).toEqual([]);
  });
});
