import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { emptyLayer, loadConfig, type ConfigLayer } from '../src/index.ts';
import { describeCause } from '../src/errors.ts';
import { loadWebhookConfig } from './load-config.ts';
import type { WebhookConfigFile } from './settings.ts';
import { watchFolders, type WatchSettings } from './watch-folders.ts';

/** One reading of the webhook's own file, and of the organisation's with all that it extends. */
export interface Configuration {
  readonly file: WebhookConfigFile;
  readonly organisation: ConfigLayer;
  /** Digests of people's own rules, by path: they are compiled again only when they changed. */
  readonly policies: ReadonlyMap<string, string>;
}

/** @throws QuotafitError that names every problem with file, line and column */
export async function readConfiguration(path: string): Promise<Configuration> {
  const file = loadWebhookConfig(path);
  const organisation = file.policy === undefined ? emptyLayer : await loadConfig(file.policy, process.cwd());
  const policies = new Map(organisation.policies.map((policy) => [policy, digestOf(policy)]));
  return { file, organisation, policies };
}

/** Of a bundle, or of all files of a folder; what cannot be read is told by whoever has to use it. */
function digestOf(path: string): string {
  const hash = createHash('sha256');
  const add = (name: string): void => {
    const stats = statSync(name, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) for (const entry of readdirSync(name).toSorted()) add(join(name, entry));
    else if (stats !== undefined) hash.update(`${name}\0`).update(readFileSync(name));
  };
  add(path);
  return hash.digest('hex');
}

/** What came of looking at files that changed. */
export type ReloadOutcome =
  | {
      readonly kind: 'applied';
      /** Keys whose new value waits for the next start. */
      readonly waiting: readonly string[];
    }
  /** The configuration of before holds on. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** After a refusal, the files say again what holds. */
  | { readonly kind: 'restored' };

/** Keys of the webhook's file that hold as soon as they are read; the chart restarts the pods for all others. */
const liveKeys: ReadonlySet<string> = new Set(['controllers', 'dryRun', 'failure', 'log', 'mode', 'modes', 'policy']);

export interface ReloadListener {
  /** Makes a configuration hold; throws when it cannot, and then the one of before holds on. */
  readonly apply: (next: Configuration) => Promise<void>;
  readonly onOutcome: (outcome: ReloadOutcome) => void;
  /** A folder cannot be watched; it is still looked at now and then. */
  readonly onError: (error: unknown) => void;
}

/**
 * Reads the configuration again whenever its files change, and hands over each that says something new.
 * @param current - what holds now
 * @returns a function that stops following
 */
export function followConfiguration(
  path: string,
  current: Configuration,
  settings: WatchSettings,
  { apply, onOutcome, onError }: ReloadListener,
): () => void {
  let held = current;
  let refused = '';
  let isLooking = false;
  let looksAgain = false;
  const look = async (): Promise<void> => {
    try {
      const next = await readConfiguration(path);
      if (isDeepStrictEqual(next, held)) {
        if (refused !== '') onOutcome({ kind: 'restored' });
      } else {
        await apply(next);
        onOutcome({ kind: 'applied', waiting: listWaiting(current, next) });
        held = next;
      }
      refused = '';
    } catch (error) {
      const problem = describeCause(error);
      if (problem === refused) return;
      refused = problem;
      onOutcome({ kind: 'refused', problem });
    }
  };
  const lookOnce = async (): Promise<void> => {
    looksAgain = isLooking;
    if (isLooking) return;
    isLooking = true;
    await look();
    isLooking = false;
    if (looksAgain) await lookOnce();
  };
  const { policy } = current.file;
  const folders = [path, ...(policy === undefined ? [] : [policy]), ...current.organisation.policies].map((name) =>
    dirname(resolve(name)),
  );
  return watchFolders(folders, settings, () => void lookOnce(), onError);
}

/** What differs from the start: it takes effect with the next one. */
function listWaiting(started: Configuration, next: Configuration): readonly string[] {
  const before: Readonly<Record<string, unknown>> = started.file;
  const after: Readonly<Record<string, unknown>> = next.file;
  const keys = Object.keys({ ...before, ...after }).filter((key) => !liveKeys.has(key));
  const changed = keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  return isDeepStrictEqual(started.organisation.kinds, next.organisation.kinds)
    ? changed
    : [...changed, 'policy: kinds'];
}
