import { describe, expect, it } from 'vitest';
import { findUndecodableInteger } from '../../../src/admission/integer-fields.ts';

/** Words as runtime/serializer/json of apimachinery 0.37.2 has them for the same objects. */
describe('the server cannot decode', () => {
  it.each([
    ['a text', { replicas: '3' }, 'string into Go struct field DeploymentSpec.spec.replicas'],
    ['a fraction', { replicas: 3.5 }, 'number 3.5 into Go struct field DeploymentSpec.spec.replicas'],
    [
      'more than 32 bits',
      { replicas: 99_999_999_999 },
      'number 99999999999 into Go struct field DeploymentSpec.spec.replicas',
    ],
    ['a boolean', { replicas: true }, 'bool into Go struct field DeploymentSpec.spec.replicas'],
    ['a map', { replicas: {} }, 'object into Go struct field DeploymentSpec.spec.replicas'],
    [
      'two, and tells of the first by name',
      { replicas: [1], minReadySeconds: 'x' },
      'string into Go struct field DeploymentSpec.spec.minReadySeconds',
    ],
  ])('%s', (_, spec, words) => {
    expect(findUndecodableInteger({ spec }, 'Deployment')).toBe(`json: cannot unmarshal ${words} of type int32`);
  });

  it('what stands in the Job of a CronJob', () => {
    const spec = { jobTemplate: { spec: { activeDeadlineSeconds: '60', parallelism: 2 } } };
    expect(findUndecodableInteger({ spec }, 'CronJob')).toBe(
      'json: cannot unmarshal string into Go struct field JobSpec.spec.jobTemplate.spec.activeDeadlineSeconds of type int64',
    );
  });
});

it.each([[{}], [{ replicas: null }], [{ replicas: -3 }], [{ replicas: 2_147_483_647 }]])('decodes %j', (spec) => {
  expect(findUndecodableInteger({ spec }, 'Deployment')).toBeNull();
});
