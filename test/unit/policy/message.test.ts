import { expect, it } from 'vitest';
import { renderMessage } from '../../../src/policy/message.ts';

const messages = {
  'a/one': 'container {container} has {resource}',
  'a/two': { x: 'x of {list}', y: 'y of {missing}' },
};

it.each([
  ['one text', { rule: 'a/one', data: { container: 'web', resource: 'cpu' } }, 'container web has cpu'],
  ['a text by its id', { rule: 'a/two', messageId: 'x', data: { list: ['p', 'q'] } }, 'x of p, q'],
  ['data that is not there', { rule: 'a/two', messageId: 'y', data: {} }, 'y of {missing}'],
  [
    'data that looks like a placeholder',
    { rule: 'a/one', data: { container: '{resource}', resource: '$&' } },
    'container {resource} has $&',
  ],
  ['an inherited name', { rule: 'constructor', data: {} }, 'constructor'],
  ['a rule that brings its own text', { rule: 'custom/team', data: { message: 'no team' } }, 'no team'],
  ['a rule without any text', { rule: 'custom/team', data: {} }, 'custom/team'],
])('renders %s', (_, finding, text) => {
  expect(renderMessage(messages, { path: '', ...finding })).toBe(text);
});
