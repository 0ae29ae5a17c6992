import type { JsonObject } from '../../src/manifest/document.ts';
import { fieldAt, integerAt, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import { parseQuantity } from '../../src/quantity/parse.ts';
import { compareAmounts } from './amounts.ts';
import type { BlockedBy, ObjectOutcome, Recording, Truth } from './scenario.ts';
import { maskChance } from './wording.ts';

/** One thing in which `quotafit fit` foretold something else than what came. */
export interface Disagreement {
  /** What it is about: `pods of Deployment/web`, `after of quota-0 requests.cpu`. */
  readonly about: string;
  readonly foretold: string;
  readonly real: string;
}

const POD_MAKERS = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'Pod',
]);

const ROLLING = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Compares a FitReport (design: `fit --output json`) with what the control plane did. Empty when they agree in all. */
export function compare(report: JsonObject, recording: Recording): readonly Disagreement[] {
  const outcomes = recording.truth.objects ?? [readOutcome(recording)];
  const foretold = listAt(report, 'workloads').map((workload) => objectAt(workload));
  const ofObjects = outcomes.flatMap((outcome) => {
    const found = foretold.find(
      (workload) => stringAt(workload, 'kind') === outcome.kind && stringAt(workload, 'name') === outcome.name,
    );
    const about = `${outcome.kind}/${outcome.name}`;
    if (found === undefined) return [{ about, foretold: 'nothing', real: 'an object' }];
    const settled = isAnyClaim(outcome, recording.apply) ? { ...outcome, blockedBy: [], sameWords: false } : outcome;
    return compareObject(found, settled, about, Object.keys(recording.truth.usedAfter).length);
  });
  return [...ofObjects, ...compareQuotas(report, recording.truth)];
}

/** Of several claim templates the controller tries them in the order of a Go map: any may be the one that is refused. */
function isAnyClaim({ kind, name, message }: ObjectOutcome, applied: readonly JsonObject[]): boolean {
  if (kind !== 'StatefulSet' || message?.includes('persistentvolumeclaims ') !== true) return false;
  const object = applied.find((one) => stringAt(one, 'kind') === kind && stringAt(one, 'metadata', 'name') === name);
  return listAt(object, 'spec', 'volumeClaimTemplates').length > 1;
}

/** As far as other recordings tell. */
function hasRolled({ kind, desired, missing, updated }: ObjectOutcome): boolean {
  return !missing && (desired === null || !ROLLING.has(kind) || (updated ?? 0) >= desired);
}

/** The outcome of another recorder's scenario, which has one object and does not say what is missing. */
function readOutcome({ before, apply, truth }: Recording): ObjectOutcome {
  const object = objectAt(apply[0]);
  const { admitted, message, reason, blockedBy, desired, pods, updated, ready } = truth;
  const kind = stringAt(object, 'kind');
  const rolls = ROLLING.has(kind);
  const short = desired !== null && ((pods ?? 0) < desired || (rolls && (updated ?? 0) < desired));
  // What a Job wants is not recorded: a message is taken to speak of its end.
  const missing = admitted && reason !== null && (short || desired === null);
  const name = stringAt(object, 'metadata', 'name');
  const sameWords = before.length === 0;
  return { kind, name, admitted, message, reason, blockedBy, desired, pods, updated, ready, missing, sameWords };
}

function compareObject(
  foretold: JsonObject,
  real: ObjectOutcome,
  about: string,
  quotas: number,
): readonly Disagreement[] {
  const found: Disagreement[] = [];
  const expect = (what: string, saw: unknown, came: unknown): void => {
    if (saw !== came) found.push({ about: `${what} of ${about}`, foretold: String(saw), real: String(came) });
  };
  expect('admitted', fieldAt(foretold, 'admitted'), real.admitted);
  if (found.length > 0) return found;

  const verdict = real.admitted ? objectAt(foretold, 'pods') : foretold;
  if (real.admitted && POD_MAKERS.has(real.kind)) {
    expect('pods', integerAt(verdict, 'created'), real.pods);
    if (real.desired !== null) expect('desired', integerAt(verdict, 'desired'), real.desired);
    const completes = fieldAt(foretold, 'rollout', 'completes');
    const rolled = real.rolled === undefined ? hasRolled(real) : real.rolled;
    if (typeof completes === 'boolean' && rolled !== null) expect('rollout.completes', completes, rolled);
  }
  const speaks = !real.admitted || real.missing;
  const reason = stringAt(verdict, 'reason') || null;
  if (!speaks) {
    // All is there in the end; on the way something may have been refused for a while.
    if (reason !== null) expect('reason', reason, real.reason);
    return found;
  }
  expect('reason', reason, real.reason);
  if (real.blockedBy.length > 0) {
    const names = readBlocked(verdict);
    if (!real.blockedBy.some((one) => names.get(one.quota) === one.resources.join())) {
      const printed = [...names].map(([quota, resources]) => `${quota}: ${resources}`).join('; ');
      expect('blockedBy', printed, printBlocked(real.blockedBy));
    }
  }
  // Several quotas, and the items of a limit range, are judged in an arbitrary order: then no message is the only right one.
  const told = real.message !== null && real.sameWords === true;
  if (told && (real.reason === 'invalid' || (quotas === 1 && real.reason !== 'limit-range'))) {
    const [saw, came] = [stringAt(verdict, 'message'), real.message ?? ''].map((words) =>
      canonicalUsed(maskChance(words, real.name)),
    );
    // Recorded are the server's words alone or, by others, the controller's with them.
    if (saw?.endsWith(came ?? '') !== true) expect('message', saw, came);
  }
  return found;
}

/**
 * What is used was added up from objects in an arbitrary order, and the first decides the notation of the sum: it is compared as
 * a number.
 */
function canonicalUsed(message: string): string {
  return message.replace(/(?<=, used: )\S+(?=, limited: )/, (used) =>
    used.replaceAll(/(?<==)[^,]+/g, (amount) => {
      const quantity = parseQuantity(amount);
      return quantity.kind === 'quantity' ? `${quantity.nano}n` : amount;
    }),
  );
}

function readBlocked(verdict: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string[]>();
  for (const one of listAt(verdict, 'blockedBy')) {
    const quota = stringAt(one, 'quota');
    names.set(quota, [...(names.get(quota) ?? []), stringAt(one, 'resource')]);
  }
  return new Map([...names].map(([quota, resources]) => [quota, resources.sort().join()]));
}

function printBlocked(blockedBy: readonly BlockedBy[]): string {
  return blockedBy.map(({ quota, resources }) => `${quota}: ${resources.join()}`).join('; ');
}

function compareQuotas(report: JsonObject, truth: Truth): readonly Disagreement[] {
  const foretold = new Map(
    listAt(report, 'quotas').map((quota) => [stringAt(quota, 'name'), objectAt(quota, 'resources')]),
  );
  return Object.entries(truth.usedAfter).flatMap(([quota, used]) =>
    Object.entries(used).flatMap(([resource, real]): readonly Disagreement[] => {
      const about = `${quota} ${resource}`;
      const after = stringAt(foretold.get(quota), resource, 'after');
      if (after === '') return [{ about: `after of ${about}`, foretold: 'nothing', real }];
      const found: Disagreement[] = [];
      if (compareAmounts(after, real) !== 0) found.push({ about: `after of ${about}`, foretold: after, real });
      const peak = stringAt(foretold.get(quota), resource, 'peak');
      const seen = truth.usedPeak[quota]?.[resource] ?? real;
      if (peak !== '' && compareAmounts(peak, seen) < 0) {
        found.push({ about: `peak of ${about}`, foretold: peak, real: `at least ${seen}` });
      }
      return found;
    }),
  );
}
