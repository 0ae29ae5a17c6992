import { describe, expect, it } from 'vitest';
import { readableStanding } from '../../../src/denial/why.ts';

describe('readableStanding', () => {
  it('tells bytes that somebody wrote out in the unit of the quota, and all else as it is', () => {
    const told = { quota: 'team', resource: 'requests.memory', hard: '512Mi', others: '0', wanted: '805306368' };
    const now = { hard: '536870912', others: '64Mi' };
    expect(readableStanding({ ...told, now, fits: false, lacking: '335544320' })).toEqual({
      ...told,
      wanted: '768Mi',
      now: { hard: '512Mi', others: '64Mi' },
      fits: false,
      lacking: '320Mi',
    });
    const gone = { ...told, wanted: '1Gi', now: null, fits: true, lacking: null };
    expect(readableStanding(gone)).toEqual(gone);
  });
});
