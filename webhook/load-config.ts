import { readFileSync } from 'node:fs';
import { Errors } from 'typebox/schema';
import { decodeFile } from '../src/manifest/decode.ts';
import { locate } from '../src/manifest/locate.ts';
import { webhookConfigSchema, type WebhookConfigFile } from './settings.ts';

/** The file that `--config` names cannot be used; the message has every problem with its place. */
export class WebhookConfigError extends Error {
  override readonly name = 'WebhookConfigError';
}

/** @throws WebhookConfigError */
export function loadWebhookConfig(path: string): WebhookConfigFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new WebhookConfigError(`${path} cannot be read`, { cause: error });
  }
  return readWebhookConfig(path, text);
}

/** @throws WebhookConfigError */
export function readWebhookConfig(name: string, text: string): WebhookConfigFile {
  const { documents, diagnostics } = decodeFile({ name, text });
  const [document] = documents;
  if (diagnostics.length > 0 || document === undefined) {
    const problems = diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    throw new WebhookConfigError(problems.join('\n') || `${name}: the file is empty`);
  }
  const [valid, errors] = Errors(webhookConfigSchema, document.value);
  if (valid) return document.value as unknown as WebhookConfigFile;
  const problems = errors.map(({ instancePath, message }) => {
    const { line, column } = locate(document, instancePath, 'value');
    return `${name}:${line}:${column}: ${instancePath || '/'} ${message}`;
  });
  throw new WebhookConfigError([...new Set(problems)].join('\n'));
}
