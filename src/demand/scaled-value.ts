import type { JsonValue } from '../manifest/document.ts';

/**
 * A number of pods that is written as such or as a percentage, of `total`.
 * @returns `null` when it is neither
 * @see k8s.io/apimachinery/pkg/util/intstr `GetScaledValueFromIntOrPercent`
 */
export function scaleValue(value: JsonValue | undefined, total: number, round: 'down' | 'up'): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : null;
  if (typeof value !== 'string' || !/^[+-]?\d+%$/u.test(value)) return null;
  const part = (Number.parseInt(value, 10) * total) / 100;
  return round === 'up' ? Math.ceil(part) : Math.floor(part);
}
