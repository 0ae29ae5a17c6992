import type { JsonValue } from '../manifest/document.ts';
import type { EarlierFinding, Finding } from './report.ts';

/** How a finding that got worse stood before: ` (worse: was warning, request 1Gi)`; empty for one that is new. */
export function describeEarlier({ was, level, data }: Finding): string {
  return was === undefined ? '' : ` (worse: was ${printChanged(was, level, data)})`;
}

/** Only what is not as it was. */
function printChanged(was: EarlierFinding, level: Finding['level'], data: Finding['data']): string {
  const amounts = Object.entries(was.amounts).filter(([name, amount]) => !isPrintedAs(data[name], amount));
  const parts = amounts.map(([name, amount]) => `${name} ${amount}`);
  return [...(was.level === level ? [] : [was.level]), ...parts].join(', ');
}

function isPrintedAs(value: JsonValue | undefined, text: string): boolean {
  return value === text || (typeof value === 'number' && String(value) === text);
}
