import { expect, it } from 'vitest';
import { createTalks, type EvaluatedReply, type WorkerRequest } from '../../../src/policy/worker-protocol.ts';
import { podFacts, readOwnRules } from './own-rules.ts';

const { source, wasm, catalog } = readOwnRules();
const quiet: EvaluatedReply = { kind: 'evaluated', findings: [], failures: [] };
const settings = { enabled: ['custom/loops', 'custom/team-label'], params: {} };

it('a rule that looped is asked again after a while, and no sooner', () => {
  let now = 0;
  const talk = createTalks({ ruleSet: source, wasm, catalog }, { deadlineMs: 10, retryMs: 1000, now: () => now });
  let loops = true;
  /** Talks to its end; the thread answers whatever does not loop. */
  const evaluate = () => {
    const asked: (readonly string[])[] = [];
    const talking = talk({ facts: podFacts, settings, raw: null });
    const answer = ({ settings: { enabled } }: WorkerRequest): EvaluatedReply | null => {
      asked.push(enabled);
      return loops && enabled.includes('custom/loops') ? null : quiet;
    };
    let step = talking.next();
    while (step.done !== true) step = talking.next(answer(step.value));
    return { asked, failed: step.value.failures.map(({ rule }) => rule) };
  };
  const alone = [['custom/loops'], ['custom/team-label']];
  expect(evaluate()).toEqual({ asked: [settings.enabled, ...alone, ['custom/team-label']], failed: ['custom/loops'] });
  now = 999;
  expect(evaluate()).toEqual({ asked: [['custom/team-label']], failed: ['custom/loops'] });
  loops = false;
  now = 1000;
  expect(evaluate()).toEqual({ asked: [settings.enabled], failed: [] });
});
