import type { CheckReport } from './report.ts';

/** Prints the outcome as one line for logs: `2 errors, 1 warning, 3 waived, 14 as before in 12 files, judged as Kubernetes 1.37`. */
export function printSummaryLine({ summary, comparison, kubernetesVersion }: CheckReport): string {
  const counts = [
    count(summary.errors, 'error'),
    count(summary.warnings, 'warning'),
    ...(summary.waived > 0 ? [`${summary.waived} waived`] : []),
    ...(comparison === undefined ? [] : [`${comparison.known} as before`, `${comparison.fixed.length} fixed`]),
  ];
  return `${counts.join(', ')} in ${count(summary.files, 'file')}, judged as Kubernetes ${kubernetesVersion}`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
