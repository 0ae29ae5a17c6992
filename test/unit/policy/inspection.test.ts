import { expect, it } from 'vitest';
import { readInspection } from '../../../src/policy/inspection.ts';

const steps = (...values: string[]) => values.map((value) => ({ type: 'string', value }));

it('makes an entry of each rule, sorted, with defaults for what the metadata leaves out', () => {
  const catalog = readInspection({
    namespaces: {
      'data.rules.custom["team-label"]': ['a.rego'],
      'data.rules.custom.plain': ['b.rego'],
      'data.rules.custom["team-label_test"]': ['a_test.rego'],
      'data.rules.custom.plain_test': ['b_test.rego'],
      'data.lib.names': ['lib.rego'],
    },
    annotations: [
      {
        annotations: {
          scope: 'package',
          title: 'Teams',
          description: 'Objects name\ntheir team.',
          related_resources: [{ ref: 'https://example.com' }],
          custom: {
            level: 'warning',
            needs: 'object',
            subject: ['object', 'dockerfile'],
            messages: ['missing'],
            params: { label: { description: 'Its name.', default: 'team', schema: { type: 'string' } }, bare: 3 },
          },
        },
        path: steps('data', 'rules', 'custom', 'team-label'),
      },
      {
        annotations: { scope: 'document', title: 'Not the package' },
        path: steps('data', 'rules', 'custom', 'plain', 'finding'),
      },
    ],
  });
  const nothing = { messages: [], params: {}, urls: [], lesson: '', description: '' };
  expect(catalog.rules).toEqual([
    { ...nothing, id: 'custom/plain', subject: 'object', level: 'error', title: 'custom/plain', needs: 'facts' },
    {
      ...nothing,
      id: 'custom/team-label',
      subject: ['dockerfile', 'object'],
      level: 'warning',
      title: 'Teams',
      description: 'Objects name their team.',
      messages: ['missing'],
      params: {
        bare: { description: '', default: 3, schema: {} },
        label: { description: 'Its name.', default: 'team', schema: { type: 'string' } },
      },
      urls: ['https://example.com'],
      needs: 'object',
    },
  ]);
});
