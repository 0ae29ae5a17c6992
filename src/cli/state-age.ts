import type { StateSource } from '../fit/fit-report.ts';

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** For people: where a state is from, and its age; `null` for files, of which nobody knows it. */
export function describeState({ source, takenAt }: StateSource, now: Date): string | null {
  if (takenAt === null) return null;
  if (source === 'live') return `the live cluster at ${takenAt}`;
  return `a snapshot of ${takenAt}, ${describeAge(now.getTime() - Date.parse(takenAt))}`;
}

function describeAge(ms: number): string {
  if (ms < 0) return 'which is later than now';
  const [name, size] = units.find(([, unit]) => ms >= unit) ?? ['minute', 60_000];
  const count = Math.floor(ms / size);
  if (count === 0) return 'just now';
  return `${count} ${name}${count === 1 ? '' : 's'} old`;
}
