import type { Instruction } from './parse.ts';
import { expandVariables, readAssignments, type Variables } from './variables.ts';

/** One build stage, with variables filled in as far as the file alone says. */
export interface Stage {
  /** Of its FROM. */
  readonly instruction: number;
  readonly name: string;
  /** The reference after FROM, variables filled in. */
  readonly base: string;
  /** The earlier stage that it builds on; `null` for an image. */
  readonly parent: number | null;
  /** Instructions of the stage, FROM left out, each with its text filled in. */
  readonly steps: readonly Step[];
}

export interface Step {
  readonly index: number;
  readonly instruction: Instruction;
  readonly text: string;
}

/** The stages of a Dockerfile, first to last; the last one is what is built unless someone names another. */
export function listStages(instructions: readonly Instruction[]): readonly Stage[] {
  const global = new Map<string, string | null>();
  const stages: { stage: Stage & { steps: Step[] }; variables: Map<string, string | null> }[] = [];
  for (const [index, instruction] of instructions.entries()) {
    if (instruction.keyword === 'FROM') {
      const begun = beginStage(
        instruction,
        index,
        global,
        stages.map(({ stage }) => stage),
      );
      const inherited = begun.parent === null ? undefined : stages[begun.parent]?.variables;
      stages.push({ stage: begun, variables: new Map(inherited) });
      continue;
    }
    const current = stages.at(-1);
    const variables = current?.variables ?? global;
    const text = expandVariables(instruction.text, variables);
    current?.stage.steps.push({ index, instruction, text });
    if (instruction.keyword === 'ARG' || instruction.keyword === 'ENV') {
      assign(instruction, text, variables, current === undefined ? null : global);
    }
  }
  return stages.map(({ stage }) => stage);
}

/** In a stage, `ARG NAME` brings the value that it has before the first FROM. */
function assign(
  { keyword }: Instruction,
  text: string,
  variables: Map<string, string | null>,
  global: Variables | null,
): void {
  for (const [name, value] of readAssignments(keyword, text)) {
    variables.set(name, value ?? global?.get(name) ?? null);
  }
}

function beginStage(
  { text }: Instruction,
  instruction: number,
  global: Variables,
  before: readonly Stage[],
): Stage & { steps: Step[] } {
  const [, written = '', name = ''] = /^(\S+)(?:\s+[Aa][Ss]\s+(\S+))?/u.exec(text) ?? [];
  const base = expandVariables(written.replaceAll(/["']/gu, ''), global);
  const parent = before.findLastIndex((stage) => stage.name !== '' && stage.name === base.toLowerCase());
  return { instruction, name: name.toLowerCase(), base, parent: parent < 0 ? null : parent, steps: [] };
}

/** A stage and those that it builds on, nearest first. */
export function lineage(stages: readonly Stage[], index: number): readonly Stage[] {
  const line: Stage[] = [];
  for (let at: number | null = index; at !== null;) {
    const stage: Stage | undefined = stages[at];
    if (stage === undefined) break;
    line.push(stage);
    at = stage.parent;
  }
  return line;
}
