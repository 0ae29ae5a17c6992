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
    ['an empty file', '', 'webhook.yaml:1:1: the file is empty; it needs apiVersion, kind and tls'],
    ['a second document', `${whole}---\n${whole}`, 'webhook.yaml:8:1: a config is one document; this begins another'],
  ])('names the place of %s', (_, text, problem) => {
    expect(() => readWebhookConfig('webhook.yaml', text)).toThrow(problem);
  });

  it.each([
    [
      'certFile without keyFile',
      '{ mode: files, certFile: tls.crt }',
      ['webhook.yaml:3:1: the key "keyFile" is missing'],
    ],
    [
      'a key of the other mode',
      '{ mode: self-managed, secret: s, service: s, webhookConfiguration: w, certFile: c }',
      ['webhook.yaml:3:76: unknown key "certFile"; known are mode, secret, service, names, webhookConfiguration'],
    ],
    [
      'a mode that there is not',
      '{ mode: file, certFile: tls.crt, keyFile: tls.key }',
      ['webhook.yaml:3:8: mode: must be files or self-managed'],
    ],
    ['no mode', '{}', ['webhook.yaml:3:1: the keys "mode", "certFile", "keyFile" are missing']],
  ])('tells of tls with %s what was meant, and nothing of the other mode', (_, tls, problems) => {
    const text = `apiVersion: quotafit.dev/v1\nkind: WebhookConfig\ntls: ${tls}\n`;
    const message = ['the config is not valid', ...problems].join('\n');
    expect(() => readWebhookConfig('webhook.yaml', text)).toThrow(expect.objectContaining({ message }) as Error);
  });
});
