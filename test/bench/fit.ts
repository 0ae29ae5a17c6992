import { fitRelease } from '../../src/fit/fit-release.ts';
import type { JsonObject, KubernetesObject } from '../../src/manifest/document.ts';
import { createFitOptions } from '../helpers/fit-options.ts';

const options = createFitOptions({ namespace: 'a', kinds: new Map(), state: { source: 'none', takenAt: null } });

const objectOf = (apiVersion: string, kind: string, name: string, spec: JsonObject): KubernetesObject => {
  const value = { apiVersion, kind, metadata: { name, namespace: 'a' }, spec };
  return { apiVersion, kind, namespace: 'a', name, value, source: null };
};

const hard = {
  'requests.cpu': '9000',
  'requests.memory': '9Ti',
  'limits.cpu': '9000',
  'limits.memory': '9Ti',
  pods: '9000',
  'count/deployments.apps': '9000',
  'count/replicasets.apps': '9000',
};

function deployment(name: string): KubernetesObject {
  const labels = { app: name };
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1', resources }] } };
  return objectOf('apps/v1', 'Deployment', name, { replicas: 3, selector: { matchLabels: labels }, template });
}

const quotas = Array.from({ length: 50 }, (_, index) => objectOf('v1', 'ResourceQuota', `quota-${index}`, { hard }));

/** Prints what playing a release costs, in this process: it should grow with the number of workloads, and no faster. */
export function printFitTable(): void {
  console.log(
    '\n### Playing a release against 50 quotas\n\n| workloads | median ms | ms each |\n| ---: | ---: | ---: |',
  );
  for (const count of [250, 500, 1000, 2000]) {
    const release = Array.from({ length: count }, (_, index) => deployment(`web-${index}`));
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      fitRelease(release, quotas, options);
      return performance.now() - start;
    });
    const median = times.toSorted((a, b) => a - b)[2] ?? Number.NaN;
    console.log(`| ${count} | ${median.toFixed(0)} | ${(median / count).toFixed(2)} |`);
  }
  console.log('\nBudget: 1,000 workloads in at most 1,000 ms.');
}
