import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { createError, describeFileFault } from '../errors.ts';
import { decodeFile } from '../manifest/decode.ts';
import type { Document } from '../manifest/document.ts';
import { locate } from '../manifest/locate.ts';
import { packageFile } from '../package-files.ts';
import {
  emptyLayer,
  mergeRules,
  readSetting,
  type ConfigLayer,
  type ConfigPlace,
  type LayerRules,
  type RuleMention,
} from './layer.ts';
import { isCalendarDate } from './calendar-date.ts';
import { resolveFrom, toPosix } from './match.ts';
import type { ConfigFile, RuleSetting } from './schema.ts';
import { isConfigFile } from './validate.generated.ts';

export const configNames = ['quotafit.yaml', 'quotafit.yml'] as const;

/** Sets of rules that ship with the package; `profile:startup` in `extends` names one. */
export const profileNames = ['startup', 'production', 'strict'] as const;
const PROFILE = 'profile:';

/** The nearest config of a folder or one above it; `null` when there is none. */
export function findConfig(folder: string): string | null {
  for (let current = folder; ; current = dirname(current)) {
    for (const name of configNames) {
      const path = join(current, name);
      if (existsSync(path)) return path;
    }
    if (dirname(current) === current) return null;
  }
}

/**
 * Reads a config with all that it extends, nearest last.
 * @param path - absolute, or relative to `cwd`
 * @throws QuotafitError that names every problem with file, line and column
 */
export async function loadConfig(path: string, cwd: string): Promise<ConfigLayer> {
  return loadLayer(resolve(cwd, path), cwd, []);
}

async function loadLayer(path: string, cwd: string, chain: readonly string[]): Promise<ConfigLayer> {
  const name = nameFile(path, cwd);
  if (chain.includes(path)) {
    const steps = [...chain.slice(chain.indexOf(path)), path].map((step) => nameFile(step, cwd));
    throw createError('QF_CONFIG_CYCLE', { file: name, chain: steps.join(' -> ') });
  }
  const document = readDocument(path, name);
  const file = await validateFile(document);
  const folder = dirname(path);
  let layer = emptyLayer;
  for (const [index, base] of [file.extends ?? []].flat().entries()) {
    const target = resolveBase(base, folder);
    if (target === null) {
      const pointer = Array.isArray(file.extends) ? `/extends/${index}` : '/extends';
      const problem = base.startsWith(PROFILE)
        ? `there is no ${base}; profiles are ${profileNames.join(', ')}`
        : `there is no config or package ${base}`;
      throw configInvalid([[placeAt(document, pointer), problem]]);
    }
    layer = mergeLayers(layer, await loadLayer(target, cwd, [...chain, path]));
  }
  return mergeLayers(layer, readLayer(file, document, folder));
}

/** Config files are printed relative to the working directory while they are below it. */
function nameFile(path: string, cwd: string): string {
  const name = relative(cwd, path);
  return toPosix(name.startsWith('..') || isAbsolute(name) ? path : name);
}

function readDocument(path: string, name: string): Document {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw createError('QF_CONFIG_NOT_FOUND', { file: name, problem: describeFileFault(error) }, { cause: error });
  }
  const { documents, diagnostics } = decodeFile({ name, text });
  if (diagnostics.length > 0) {
    const problems = diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    throw createError('QF_CONFIG_INVALID', { problems: problems.join('\n') });
  }
  const [document, second] = documents;
  if (document === undefined)
    throw createError('QF_CONFIG_INVALID', { problems: `${name}:1:1: the file is empty; quotafit init writes one` });
  if (second !== undefined) {
    throw configInvalid([[placeAt(second, ''), 'a config is one document; this begins another']]);
  }
  return document;
}

async function validateFile(document: Document): Promise<ConfigFile> {
  const value: unknown = document.value;
  if (!isConfigFile(value)) {
    // Only who made a mistake pays for the words.
    const { listProblems } = await import('./problem.ts');
    throw configInvalid(listProblems(value).map(({ pointer, message }) => [placeAt(document, pointer), message]));
  }
  const file = value as ConfigFile;
  const wrongDates = (file.waivers ?? []).flatMap(({ until }, index) =>
    isCalendarDate(until) ? [] : [[placeAt(document, `/waivers/${index}/until`), `${until} is no date`] as const],
  );
  if (wrongDates.length > 0) throw configInvalid(wrongDates);
  return file;
}

function configInvalid(problems: readonly (readonly [ConfigPlace, string])[]): Error {
  const lines = problems.map(([{ file, line, column }, message]) => ({ file, line, column, message }));
  lines.sort((a, b) => a.line - b.line || a.column - b.column);
  const texts = lines.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
  return createError('QF_CONFIG_INVALID', { problems: texts.join('\n') });
}

/** A path, a profile of ours, or the name of an installed package (its `quotafit.yaml`) or of a file in one. */
function resolveBase(base: string, folder: string): string | null {
  if (base.startsWith(PROFILE)) {
    const name = profileNames.find((profile) => profile === base.slice(PROFILE.length));
    return name === undefined ? null : packageFile(`profiles/${name}.yaml`);
  }
  if (base.startsWith('.') || isAbsolute(base)) {
    const path = resolveFrom(folder, base);
    return existsSync(path) ? path : null;
  }
  for (let current = folder; ; current = dirname(current)) {
    const path = join(current, 'node_modules', base);
    const candidates = /\.ya?ml$/u.test(base) ? [path] : configNames.map((name) => join(path, name));
    const found = candidates.find((candidate) => existsSync(candidate));
    if (found !== undefined) return found;
    if (dirname(current) === current) return null;
  }
}

function placeAt(document: Document, pointer: string): ConfigPlace {
  return { file: document.file.name, pointer, ...locate(document, pointer) };
}

/** One file as a layer of its own: only what it says. */
function readLayer(file: ConfigFile, document: Document, folder: string): Partial<ConfigLayer> {
  const mentions: RuleMention[] = [];
  const readRules = (rules: Readonly<Record<string, RuleSetting>>, pointer: string): LayerRules => {
    const read = Object.entries(rules).map(([id, setting]) => [id, readSetting(setting)] as const);
    for (const [id, { params }] of read) {
      const place = placeAt(document, `${pointer}/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`);
      mentions.push({ rule: id, params: params ?? {}, place });
    }
    return Object.fromEntries(read);
  };
  const overrides = file.overrides?.map(({ match, rules }, index) => ({
    match,
    folder,
    rules: readRules(rules, `/overrides/${index}/rules`),
  }));
  const waivers = file.waivers?.map((waiver, index) => ({
    ...waiver,
    folder,
    place: placeAt(document, `/waivers/${index}`),
  }));
  const policies = file.policies?.map((path) => resolveFrom(folder, path));
  const { kubernetesVersion, namespace, failOn, waiverAnnotations, kinds, assumptions } = file;
  return withoutUndefined({
    kubernetesVersion,
    namespace,
    failOn,
    rules: readRules(file.rules ?? {}, '/rules'),
    overrides,
    waivers,
    waiverAnnotations,
    policies,
    kinds,
    assumptions,
    mentions,
  });
}

/** Lists replace, maps merge. */
function mergeLayers(base: ConfigLayer, over: Partial<ConfigLayer>): ConfigLayer {
  return {
    ...base,
    ...over,
    rules: mergeRules(base.rules, over.rules ?? {}),
    assumptions: { ...base.assumptions, ...over.assumptions },
    mentions: [...base.mentions, ...(over.mentions ?? [])],
  };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** An absent list must not replace one that is there. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
