import { describe, expect, it } from 'vitest';
import { readWebhookConfig } from '../../../webhook/load-config.ts';

const whole = `apiVersion: quotafit.dev/v1
kind: WebhookConfig
tls:
  mode: files
  certFile: tls.crt
  keyFile: tls.key
`;

describe('readWebhookConfig', () => {
  it('reads a whole config', () => {
    expect(readWebhookConfig('webhook.yaml', whole).tls).toEqual({
      mode: 'files',
      certFile: 'tls.crt',
      keyFile: 'tls.key',
    });
  });

  it.each([
    [
      'an unknown key, with the one that was meant',
      `${whole}moode: deny\n`,
      'webhook.yaml:7:1: unknown key "moode"; did you mean "mode"?',
    ],
    [
      'a wrong word, with those that are right',
      whole.replace('mode: files', 'mode: filez'),
      'webhook.yaml:4:3: mode: must be files or self-managed',
    ],
    ['what is missing', whole.replace('  keyFile: tls.key\n', ''), 'webhook.yaml:3:1: the key "keyFile" is missing'],
    ['a broken file', 'tls: [', 'webhook.yaml:1:'],
    ['an empty file', '', 'webhook.yaml:1:1: the file is empty'],
  ])('names the place of %s', (_, text, problem) => {
    expect(() => readWebhookConfig('webhook.yaml', text)).toThrow(problem);
  });
});
