import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recording } from '../conformance/scenario.ts';
import { projectRoot } from './package-copy.ts';
import { sharedFile } from './shared-folder.ts';

/** What a real control plane did: the recordings of the tree, and the others where they are there. */
export function readRecordings(): readonly Recording[] {
  const folder = join(projectRoot, 'test/oracle/vectors');
  const own = readdirSync(folder).map((name) => join(folder, name));
  const others = sharedFile('oracle', 'scenarios.jsonl');
  return [...own, ...(others === null ? [] : [others])].flatMap(readLines);
}

function readLines(file: string): readonly Recording[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recording);
}
