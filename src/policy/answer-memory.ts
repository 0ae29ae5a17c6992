import type { Evaluation } from './evaluation.ts';

/** What was said to the latest inputs under the same settings: a dry run, the write after it, a retry, a second replica. */
export interface AnswerMemory {
  find(input: string): Evaluation | undefined;
  add(input: string, answer: Evaluation): void;
  clear(): void;
}

/** Longer inputs, of which few come twice, are not remembered. */
const longestInput = 16 * 1024;

/** @param size - answers to so many inputs stay; those that nobody asked for again go first */
export function createAnswerMemory(size: number): AnswerMemory {
  const answers = new Map<string, Evaluation>();
  return {
    find(input) {
      // To look up a text of kilobytes is not for nothing.
      const answer = answers.size === 0 ? undefined : answers.get(input);
      if (answer === undefined) return undefined;
      answers.delete(input);
      answers.set(input, answer);
      return answer;
    },
    add(input, answer) {
      if (size === 0 || input.length > longestInput) return;
      for (const [oldest] of answers) {
        if (answers.size < size) break;
        answers.delete(oldest);
      }
      answers.set(input, answer);
    },
    clear: () => answers.clear(),
  };
}
