import { describe, expect, it } from 'vitest';
import { maskChance, readBlockedBy, readReason } from './wording.ts';

const EXCEEDED =
  'Error creating: pods "web-b6497c55d-5q7cd" is forbidden: exceeded quota: quota-0, requested: limits.memory=1600Mi,pods=1, used: limits.memory=3200Mi,pods=2, limited: limits.memory=4Gi,pods=2';
const MUST_SPECIFY = 'pods "web" is forbidden: failed quota: quota-1: must specify cpu for: c2; limits.cpu for: c0,c2';

describe('the words of the server', () => {
  it.each([
    ['exceeded-quota', EXCEEDED],
    ['must-specify', MUST_SPECIFY],
    ['limit-range', 'pods "web" is forbidden: minimum cpu usage per Container is 60m, but request is 50m'],
    [
      'limit-range',
      'pods "web" is forbidden: [cpu max limit to request ratio per Container is 10, but provided ratio is 25.000000, x]',
    ],
    ['invalid', 'Pod "web" is invalid: spec.resources.requests[memory]: Invalid value: "1Gi": must be more'],
    ['other', 'pods "web" is forbidden: no PriorityClass with name silver was found'],
  ])('are read as %s', (reason, message) => {
    expect(readReason(message)).toBe(reason);
  });

  it.each([
    [EXCEEDED, [{ quota: 'quota-0', resources: ['limits.memory', 'pods'] }]],
    [MUST_SPECIFY, [{ quota: 'quota-1', resources: ['cpu', 'limits.cpu'] }]],
    ['Pod "web" is invalid: spec', []],
  ])('name the quota and its resources: %s', (message, blockedBy) => {
    expect(readBlockedBy(message)).toEqual(blockedBy);
  });

  it.each([
    ['pods "web-576b88b4ff-8dg5z" is forbidden', 'pods "web-*" is forbidden'],
    ['(combined from similar events): pods "web-8dg5z" is forbidden', 'pods "web-*" is forbidden'],
    ['persistentvolumeclaims "web-8dg5z-scratch" is forbidden', 'persistentvolumeclaims "web-*" is forbidden'],
    ['persistentvolumeclaims "data0-web-3" is forbidden', 'persistentvolumeclaims "data*-web-*" is forbidden'],
    ['failed to create PVC data1-web-0: no', 'failed to create PVC data*-web-0: no'],
    [
      'Pod "web-*" is invalid: [spec.b: x, y, spec.a[0].c: z]',
      'Pod "web-*" is invalid: [spec.a[0].c: z, spec.b: x, y]',
    ],
    ['pods "web" is forbidden', 'pods "web" is forbidden'],
    ['pods "other-8dg5z" is forbidden', 'pods "other-8dg5z" is forbidden'],
  ])('lose what chance decides: %s', (message, masked) => {
    expect(maskChance(message, 'web')).toBe(masked);
  });
});
