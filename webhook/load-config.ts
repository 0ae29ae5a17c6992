import { readFileSync } from 'node:fs';
import { Check } from 'typebox/schema';
import { listProblems } from '../src/config/problem.ts';
import { createError, describeFileFault } from '../src/errors.ts';
import { decodeFile } from '../src/manifest/decode.ts';
import { locate } from '../src/manifest/locate.ts';
import { webhookConfigSchema, type WebhookConfigFile } from './settings.ts';

/** @throws QuotafitError that names every problem with file, line and column */
export function loadWebhookConfig(path: string): WebhookConfigFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw createError('QF_CONFIG_NOT_FOUND', { file: path, problem: describeFileFault(error) }, { cause: error });
  }
  return readWebhookConfig(path, text);
}

/** @throws QuotafitError */
export function readWebhookConfig(name: string, text: string): WebhookConfigFile {
  const { documents, diagnostics } = decodeFile({ name, text });
  const [document, second] = documents;
  if (diagnostics.length > 0 || document === undefined) {
    const problems = diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    throw createError('QF_CONFIG_INVALID', {
      problems: problems.join('\n') || `${name}:1:1: the file is empty; it needs apiVersion, kind and tls`,
    });
  }
  if (second !== undefined) {
    const { line, column } = locate(second, '');
    throw createError('QF_CONFIG_INVALID', {
      problems: `${name}:${line}:${column}: a config is one document; this begins another`,
    });
  }
  if (Check(webhookConfigSchema, document.value)) return document.value;
  const problems = listProblems(document.value, webhookConfigSchema).map(({ pointer, message }) => {
    const { line, column } = locate(document, pointer);
    return `${name}:${line}:${column}: ${message}`;
  });
  throw createError('QF_CONFIG_INVALID', { problems: problems.join('\n') });
}
