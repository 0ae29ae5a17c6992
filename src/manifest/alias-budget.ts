/*
 * The guard of go.yaml.in/yaml/v2 (`decoder.unmarshal`, `allowedAliasRatio`) against documents that grow by aliases: of
 * all decoding steps, a share may come from aliases that shrinks from 99 % at 400,000 steps to 10 % at 4,000,000.
 */
import { YamlError } from './yaml-error.ts';

const RANGE_LOW = 400_000;
const RANGE_HIGH = 4_000_000;

export interface AliasBudget {
  /** Nodes decoded so far, each alias counted as often as it is used. */
  steps: number;
  /** How many of them came from aliases. */
  aliasSteps: number;
}

export function createAliasBudget(): AliasBudget {
  return { steps: 0, aliasSteps: 0 };
}

/**
 * Pays for one node, and for what an alias repeats.
 * @param repeated - steps of the node that an alias stands for
 * @throws YamlError when too much of the document comes from aliases
 */
export function chargeNode(budget: AliasBudget, offset: number, repeated = 0): void {
  budget.steps += 1 + repeated;
  if (repeated > 0) {
    budget.aliasSteps += repeated;
  }
  if (budget.aliasSteps > 100 && budget.steps > 1000 && budget.aliasSteps / budget.steps > allowedShare(budget.steps)) {
    throw new YamlError('document contains excessive aliasing', offset);
  }
}

function allowedShare(steps: number): number {
  if (steps <= RANGE_LOW) return 0.99;
  if (steps >= RANGE_HIGH) return 0.1;
  return 0.99 - 0.89 * ((steps - RANGE_LOW) / (RANGE_HIGH - RANGE_LOW));
}
