import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compare } from '../conformance/compare.ts';
import { askEngine } from '../conformance/fit-engine.ts';
import type { Recording } from '../conformance/scenario.ts';
import { sharedFile } from '../helpers/shared-folder.ts';

/**
 * In these the new ReplicaSet itself is refused (count/replicasets.apps), which is what we tell; the recording has the
 * last event about pods, which is one of the earlier ReplicaSet from before.
 */
const toldByAnEarlierEvent: ReadonlySet<string> = new Set(['q0347', 'q0368']);

function readScenarios(): readonly Recording[] {
  const file = sharedFile('oracle', 'scenarios.jsonl');
  if (file === null) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recording);
}

const settled = readScenarios().filter(({ id, truth }) => truth.settled && !toldByAnEarlierEvent.has(id));

const tail = (message: string): string => message.replace(/^Create Pod \S+ /u, '');

describe.runIf(settled.length > 0)('what a real control plane did is foretold', () => {
  it('in every settled scenario', () => {
    const wrong = settled.flatMap((scenario) =>
      compare(askEngine(scenario, '1.37'), scenario).map((one) => ({ id: scenario.id, ...one })),
    );
    // Of pods that are tried at the same time any may be the last that an event tells of.
    const meant = wrong.filter(
      ({ about, foretold, real }) => !about.startsWith('message') || tail(foretold) !== tail(real),
    );
    expect(meant).toEqual([]);
    expect(settled.length).toBeGreaterThan(300);
  });
});
