import { describe, expect, it } from 'vitest';
import { findUnserved } from '../../../src/admission/served-kind.ts';

describe('a kind that the server does not have', () => {
  it.each([
    ['extensions/v1beta1', 'Deployment', 16, 'apps/v1'],
    ['extensions/v1beta1', 'Ingress', 22, 'networking.k8s.io/v1'],
    ['apps/v1beta2', 'DaemonSet', 16, 'apps/v1'],
    ['policy/v1beta1', 'PodDisruptionBudget', 25, 'policy/v1'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 26, 'autoscaling/v2'],
    ['batch/v1beta1', 'CronJob', 25, 'batch/v1'],
    ['flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema', 32, 'flowcontrol.apiserver.k8s.io/v1'],
  ])('%s %s is gone since 1.%i', (apiVersion, kind, removedIn, successor) => {
    expect(findUnserved(apiVersion, kind, removedIn - 1)).toBeNull();
    expect(findUnserved(apiVersion, kind, removedIn)).toEqual({
      why: 'removed',
      removedIn,
      apiVersion: successor,
      kind,
    });
  });

  it.each([
    ['policy/v1beta1', 'PodSecurityPolicy', 25],
    ['extensions/v1beta1', 'PodSecurityPolicy', 16],
  ])('%s %s has no successor', (apiVersion, kind, removedIn) => {
    expect(findUnserved(apiVersion, kind, 37)).toEqual({ why: 'removed', removedIn });
  });

  it.each([
    ['apps/v1', 'deployment', 'apps/v1', 'Deployment'],
    ['v1', 'Deployment', 'apps/v1', 'Deployment'],
    ['apps/v1', 'Pod', 'v1', 'Pod'],
    ['v1', 'services', 'v1', 'Service'],
    ['apps/v2', 'Deployment', 'apps/v1', 'Deployment'],
    ['v2', 'ConfigMap', 'v1', 'ConfigMap'],
    ['batch/v1', 'Cronjob', 'batch/v1', 'CronJob'],
  ])('%s %s never was, and %s %s is meant', (apiVersion, kind, meantVersion, meant) => {
    expect(findUnserved(apiVersion, kind, 37)).toEqual({ why: 'unknown', apiVersion: meantVersion, kind: meant });
  });

  it.each([
    ['apps/v1', 'Deployment'],
    ['v1', 'Event'],
    ['events.k8s.io/v1', 'Event'],
    ['autoscaling/v1', 'HorizontalPodAutoscaler'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler'],
    ['resource.k8s.io/v1beta2', 'ResourceClaim'],
    ['resource.k8s.io/v1', 'DeviceTaintRule'],
    ['v1', 'List'],
    ['v1', 'DeploymentConfig'],
    ['argoproj.io/v1alpha1', 'Deployment'],
    ['gateway.networking.k8s.io/v1beta1', 'Ingress'],
  ])('%s %s is served, or may be', (apiVersion, kind) => {
    expect(findUnserved(apiVersion, kind, 37)).toBeNull();
  });
});
