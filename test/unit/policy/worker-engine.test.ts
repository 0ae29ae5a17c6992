import { afterAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src/policy/catalog.ts';
import { PolicyEvaluationError } from '../../../src/policy/evaluation.ts';
import { createAsyncWorkerEngine, createWorkerEngine } from '../../../src/policy/worker-engine.ts';
import { buildWorker } from './built-worker.ts';
import { podFacts, readOwnRules } from './own-rules.ts';

const { source, wasm, catalog } = readOwnRules();
const workerFile = buildWorker();
const all = defaultSettings(catalog);

describe("people's own rules in a thread", () => {
  const engine = createWorkerEngine({ ruleSet: source, wasm, catalog }, { workerFile, deadlineMs: 1000 });
  afterAll(() => engine.close());

  it('a rule that loops costs its own answer only, and is named', () => {
    const { findings, failures } = engine.evaluate(podFacts, all, { kind: 'Pod' });
    expect(findings.map(({ rule }) => rule)).toEqual(['custom/team-label']);
    expect(failures.map(({ message }) => message)).toEqual([
      'custom/loops could not judge Pod web: it ran longer than 1000 ms',
      'custom/throws could not judge Pod web: strings: get uint failed',
    ]);
  });

  it('a rule that looped once is not run again, and is still named', () => {
    const { findings, failures } = engine.evaluate(podFacts, { ...all, enabled: ['custom/loops'] });
    expect(findings).toEqual([]);
    expect(failures.map(({ rule }) => rule)).toEqual(['custom/loops']);
  });

  it('answers like the engine without a thread', () => {
    const settings = { ...all, enabled: ['custom/team-label'] };
    expect(engine.evaluate({ ...podFacts, labels: { team: 'web' } }, settings, { kind: 'Pod' })).toEqual({
      findings: [],
      failures: [],
    });
  });
});

it('rules that no thread can start with are an error that says so', async () => {
  const broken = createWorkerEngine(
    { ruleSet: 'broken', wasm: new Uint8Array([0, 1, 2]), catalog },
    { workerFile, deadlineMs: 1000 },
  );
  expect(() => broken.evaluate(podFacts, all)).toThrow(PolicyEvaluationError);
  await broken.close();
});

describe('the same without waiting', () => {
  const engine = createAsyncWorkerEngine({ ruleSet: source, wasm, catalog }, { workerFile, deadlineMs: 1000 });
  afterAll(() => engine.close());

  it('answers in the order of the questions, each with what is its own', async () => {
    const settings = { ...all, enabled: ['custom/team-label'] };
    const labels = [{}, { team: 'web' }, {}];
    const answers = await Promise.all(
      labels.map((own) => engine.evaluate({ ...podFacts, labels: own }, settings, { kind: 'Pod' })),
    );
    expect(answers.map(({ findings }) => findings.length)).toEqual([1, 0, 1]);
  });

  it('names the rule that loops, and lets the event loop run meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 10);
    const { findings, failures } = await engine.evaluate(podFacts, all, { kind: 'Pod' });
    clearInterval(timer);
    expect(findings.map(({ rule }) => rule)).toEqual(['custom/team-label']);
    expect(failures.map(({ rule }) => rule)).toEqual(['custom/loops', 'custom/throws']);
    expect(turns).toBeGreaterThan(1);
  });

  it('answers what was asked before it was closed, and who asks late', async () => {
    const settings = { ...all, enabled: ['custom/team-label'] };
    const closing = createAsyncWorkerEngine({ ruleSet: source, wasm, catalog }, { workerFile, deadlineMs: 1000 });
    const before = closing.evaluate(podFacts, settings, { kind: 'Pod' });
    await closing.close();
    expect((await before).findings).toHaveLength(1);
    expect((await closing.evaluate(podFacts, settings, { kind: 'Pod' })).findings).toHaveLength(1);
  });

  it('rejects for rules that cannot be run, and goes on', async () => {
    const broken = createAsyncWorkerEngine(
      { ruleSet: 'broken', wasm: new Uint8Array([0, 1, 2]), catalog },
      { workerFile, deadlineMs: 1000 },
    );
    await expect(broken.evaluate(podFacts, all)).rejects.toThrow(PolicyEvaluationError);
    await expect(broken.evaluate(podFacts, all)).rejects.toThrow(/rule set broken could not judge anything/u);
    await broken.close();
  });
});
