import { createBuiltInEngine } from '../../src/built-in-rules.ts';
import { checkRelease } from '../../src/check/check.ts';
import { createReleaseFitter } from '../../src/check/release-fit.ts';
import type { ConfigLayer } from '../../src/config/layer.ts';
import { isTrueAt, listAt } from '../../src/manifest/fields.ts';
import type { KubernetesObject } from '../../src/manifest/document.ts';
import { readWorkload } from '../../src/workload/workload.ts';
import { shippedKinds } from '../../src/workload/kinds.ts';
import { boundedState, fitAlone, fitOptions, moveIn, NAMESPACE } from './bounded-namespace.ts';
import { createJudge } from './check.ts';
import { foretellDenial, readDenial, type Denial } from './foretold-denial.ts';
import { loadDoorRules, openDoor } from './webhook-door.ts';

/** What is said of one object, each list in order. */
interface Said {
  /** Rule and sentence. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** What stands in the way of its pods; `undefined` where that is not asked of the webhook. */
  readonly denial: Denial | null | undefined;
}

export interface BothDoors {
  /** What the command line and the webhook say of a new object in the same namespace. */
  readonly ask: (object: KubernetesObject) => Promise<{ readonly command: Said; readonly webhook: Said }>;
}

/** What these tell of the API server refuses or drops before it asks any webhook. */
const beforeAnyWebhook: ReadonlySet<string> = new Set([
  'delivery/undecodable',
  'delivery/unknown-field',
  'delivery/unserved-kind',
]);

/** Opens both on the namespace of `boundedState`, by one config. */
export async function openBothDoors(config: ConfigLayer): Promise<BothDoors> {
  const now = new Date('2026-06-01T12:00:00Z');
  const rules = await loadDoorRules(config, now, boundedState);
  const door = openDoor(rules, boundedState);
  const fitter = createReleaseFitter(boundedState, fitOptions);
  if (fitter.kind === 'bad-state') throw new Error(JSON.stringify(fitter.problems));
  const judge = createJudge(config, { namespace: NAMESPACE, state: boundedState, fit: fitter.fit });
  const { rules: entries } = createBuiltInEngine().catalog;
  const ofObjects = new Set(entries.flatMap(({ id, subject }) => ([subject].flat().includes('object') ? [id] : [])));
  const isOfObjects = (rule: string): boolean => ofObjects.has(rule) && !beforeAnyWebhook.has(rule);
  return {
    async ask(given) {
      const object = moveIn(given);
      const { report, failures } = checkRelease({ ...nothing, objects: [object] }, judge);
      if (failures[0] !== undefined) throw failures[0];
      const found = report.findings
        .filter(({ rule }) => isOfObjects(rule) && (rule.startsWith('images/') || !isOwned(object)))
        .map(({ level, rule, message }) => ({ level, text: `${rule}: ${message}` }));
      const { denials, warnings } = await door.judge(object, null);
      const isJudged = readWorkload(object, shippedKinds) !== null && !isOwned(object);
      const fit = isJudged ? fitAlone(object) : null;
      const denial = fit === null ? undefined : foretellDenial({ written: fit, stored: null, alone: fit });
      return {
        command: {
          errors: textsOf(found, 'error'),
          warnings: textsOf(found, 'warning'),
          denial,
        },
        webhook: {
          errors: denials
            .filter(({ rule }) => isOfObjects(rule))
            .map(({ rule, text }) => `${rule}: ${text}`)
            .toSorted(),
          warnings: warnings.filter((text) => isOfObjects(text.slice(0, text.indexOf(':')))).toSorted(),
          denial: denial === undefined ? undefined : readDenial(denials),
        },
      };
    },
  };
}

interface Found {
  readonly level: 'error' | 'warning';
  readonly text: string;
}

function textsOf(found: readonly Found[], level: Found['level']): readonly string[] {
  return found.flatMap((one) => (one.level === level ? [one.text] : [])).toSorted();
}

const nothing = {
  context: [],
  dockerfiles: [],
  layouts: [],
  diagnostics: [],
  texts: new Map<string, string>(),
  files: 1,
  documents: 1,
  skipped: 0,
};

/** What a controller makes is judged by the rules about images alone: the rest was its owner's to write. */
function isOwned({ value }: KubernetesObject): boolean {
  return listAt(value, 'metadata', 'ownerReferences').some((owner) => isTrueAt(owner, 'controller'));
}
