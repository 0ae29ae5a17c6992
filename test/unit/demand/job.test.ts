import { describe, expect, it } from 'vitest';
import { planCronJob } from '../../../src/demand/cron-job.ts';
import { planJob } from '../../../src/demand/job.ts';
import { isSameTemplate } from '../../../src/demand/same-template.ts';
import type { JsonObject } from '../../../src/manifest/document.ts';

describe('a Job runs at once', () => {
  it.each<readonly [string, JsonObject, number, number]>([
    ['one pod when nothing is said', {}, 0, 1],
    ['as many as it may', { spec: { parallelism: 5, completions: 9 } }, 0, 5],
    ['no more than are left to complete', { spec: { parallelism: 5, completions: 3 } }, 0, 3],
    ['a work queue', { spec: { parallelism: 5 } }, 0, 5],
    [
      'what is left of a work queue after the first success',
      { spec: { parallelism: 5 }, status: { succeeded: 1 } },
      2,
      2,
    ],
    ['what is left to complete', { spec: { parallelism: 5, completions: 6 }, status: { succeeded: 4 } }, 5, 2],
    ['one pod for completions alone', { spec: { completions: 4 } }, 0, 1],
    ['nothing while it is suspended', { spec: { parallelism: 5, suspend: true } }, 3, 0],
    ['nothing for no parallelism', { spec: { parallelism: 0 } }, 0, 0],
    [
      'nothing that another controller has not made',
      { spec: { parallelism: 5, managedBy: 'example.com/queue' } },
      0,
      0,
    ],
    [
      'nothing when it is done',
      { spec: { parallelism: 5 }, status: { conditions: [{ type: 'Complete', status: 'True' }] } },
      0,
      0,
    ],
  ])('%s', (_, job, running, active) => {
    expect(planJob(job, running).active).toBe(active);
  });
});

describe('a CronJob', () => {
  it.each<readonly [JsonObject, 'optimistic' | 'realistic', number, number]>([
    [{}, 'realistic', 1, 4],
    [{ concurrencyPolicy: 'Forbid', successfulJobsHistoryLimit: 0 }, 'realistic', 1, 1],
    [{ concurrencyPolicy: 'Replace' }, 'realistic', 2, 4],
    [{ concurrencyPolicy: 'Replace' }, 'optimistic', 1, 4],
    [{ suspend: true }, 'realistic', 0, 4],
  ])('of %j, %s, has %i runs at once and keeps %i jobs', (spec, termination, runs, keptJobs) => {
    expect(planCronJob({ spec }, termination)).toMatchObject({ runs, keptJobs });
  });
});

describe('a pod template', () => {
  const written = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'a', image: 'a:1', resources: { limits: { cpu: 1 } } }] },
  };
  const change = (container: JsonObject, spec: JsonObject = {}): JsonObject => ({
    ...written,
    spec: { ...spec, containers: [{ ...written.spec.containers[0], ...container }] },
  });

  it.each<readonly [string, JsonObject, boolean]>([
    [
      'is the same with the defaults of the server',
      change(
        { imagePullPolicy: 'IfNotPresent', terminationMessagePolicy: 'File' },
        { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, securityContext: {} },
      ),
      true,
    ],
    [
      'is the same with an amount in other words',
      change({ resources: { limits: { cpu: '1000m' }, requests: {} } }),
      true,
    ],
    [
      'is the same with the label that a Deployment adds',
      { ...written, metadata: { labels: { app: 'web', 'pod-template-hash': 'x' } } },
      true,
    ],
    ['is another with another image', change({ image: 'a:2' }), false],
    ['is another with an amount more', change({ resources: { limits: { cpu: 1 }, requests: { cpu: 0 } } }), false],
    ['is another with a grace period of none', change({}, { terminationGracePeriodSeconds: 0 }), false],
    ['is another with another restart policy', change({}, { restartPolicy: 'Never' }), false],
    [
      'is another with a container more',
      { ...written, spec: { containers: [...written.spec.containers, { name: 'b' }] } },
      false,
    ],
    ['is another with another label', { ...written, metadata: { labels: { app: 'web', v: '2' } } }, false],
  ])('%s', (_, stored, same) => {
    expect([isSameTemplate(written, stored), isSameTemplate(stored, written)]).toEqual([same, same]);
  });
});
