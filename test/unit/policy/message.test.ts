import { expect, it } from 'vitest';
import { renderMessage } from '../../../src/policy/message.ts';

const messages = {
  'a/one': 'container {container} has {resource}',
  'quota/room': 'asks for {asked:amount}, has {free:amount}',
  'ratio/much': '{times:amount} times',
  'share/least': '{limit/max}',
  'pods/few': '{pods} {pods#pod}',
  'a/two': { x: 'x of {list}', y: 'y of {missing}' },
};

function quota(asked: string, free: string, resource = 'requests.memory') {
  return { rule: 'quota/room', data: { asked, free, resource } };
}

function share(limit: string, max: number, resource: string) {
  return { rule: 'share/least', data: { limit, max, resource } };
}

it.each([
  ['one text', { rule: 'a/one', data: { container: 'web', resource: 'cpu' } }, 'container web has cpu'],
  ['a text by its id', { rule: 'a/two', messageId: 'x', data: { list: ['p', 'q'] } }, 'x of p, q'],
  ['data that is not there', { rule: 'a/two', messageId: 'y', data: {} }, 'y of {missing}'],
  [
    'data that looks like a placeholder',
    { rule: 'a/one', data: { container: '{resource}', resource: '$&' } },
    'container {resource} has $&',
  ],
  ['amounts that can be read', quota('1536Mi', '500m'), 'asks for 1536Mi, has 500m'],
  ['amounts in a unit that loses nothing', quota('16106127360', '1Gi'), 'asks for 15Gi, has 1Gi'],
  ['amounts that are rounded', quota('9126805504200m', '9Gi'), 'asks for about 8.5Gi, has 9Gi'],
  ['thousandths of a byte', quota('1500m', '91268055042m'), 'asks for 1500m, has about 87Mi'],
  [
    'amounts that would read the same',
    quota('9126805504200m', '9126805504300m'),
    'asks for 9126805504200m, has 9126805504300m',
  ],
  ['other amounts', quota('1234567m', '123456789n', 'cpu'), 'asks for about 1.23k, has about 123m'],
  ['a number that is too long', { rule: 'ratio/much', data: { times: 16106127360 } }, 'about 16,100,000,000 times'],
  ['a number that is not', { rule: 'ratio/much', data: { times: 2.002 } }, '2.002 times'],
  ['a share of cores', share('2', 20, 'cpu'), '100m'],
  ['a share that is rounded up', share('1', 3, 'cpu'), '334m'],
  ['a share of bytes', share('1536Mi', 4, 'memory'), '384Mi'],
  ['a share of bytes that is rounded up', share('2050Mi', 4, 'requests.memory'), '513Mi'],
  ['a share of few bytes', share('1000', 3, 'memory'), '334'],
  ['a share of what is no amount', share('much', 3, 'memory'), '{limit/max}'],
  ['one of a noun', { rule: 'pods/few', data: { pods: 1 } }, '1 pod'],
  ['none of a noun', { rule: 'pods/few', data: { pods: 0 } }, '0 pods'],
  ['several of a noun', { rule: 'pods/few', data: { pods: 2 } }, '2 pods'],
  ['an inherited name', { rule: 'constructor', data: {} }, 'constructor'],
  ['a rule that brings its own text', { rule: 'custom/team', data: { message: 'no team' } }, 'no team'],
  ['a rule without any text', { rule: 'custom/team', data: {} }, 'custom/team'],
])('renders %s', (_, finding, text) => {
  expect(renderMessage(messages, { path: '', ...finding })).toBe(text);
});
