import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { expect, it } from 'vitest';
import { renderChart } from '../../../scripts/render-chart.ts';
import { isJsonObject, listAt, stringAt } from '../../../src/manifest/fields.ts';
import type { JsonValue } from '../../../src/manifest/document.ts';
import { hasHelm, helmNote } from '../../helpers/helm.ts';
import { projectRoot } from '../../helpers/package-copy.ts';

it.skipIf(!hasHelm)(`the page on rights has a line for every resource of the roles, with its verbs${helmNote}`, () => {
  const rendered = renderChart('config.reservations={"mode":"shared"}');
  if (rendered.kind === 'failed') throw new Error(rendered.stderr);
  const roles = (loadAll(rendered.text) as readonly JsonValue[])
    .filter(isJsonObject)
    .filter((object) => ['ClusterRole', 'Role'].includes(stringAt(object, 'kind')));
  const lines = readFileSync(join(projectRoot, 'docs/webhook/rights.md'), 'utf8').split('\n');
  const needed = roles.flatMap((role) =>
    listAt(role, 'rules').flatMap((rule) =>
      textsAt(rule, 'resources').map((resource) => [resource, ...textsAt(rule, 'verbs')].map((word) => `\`${word}\``)),
    ),
  );
  expect(needed.length).toBeGreaterThan(20);
  const untold = needed.filter((words) => !lines.some((line) => words.every((word) => line.includes(word))));
  expect(untold).toEqual([]);
});

function textsAt(rule: JsonValue, field: string): readonly string[] {
  return listAt(rule, field).filter((text) => typeof text === 'string');
}
