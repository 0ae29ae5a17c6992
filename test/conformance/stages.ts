/**
 * What the fake kubelet does: nodes and pods become ready, terminated pods go away, and nothing ever completes, so that Jobs keep
 * their pods. Pods with the label {@link SLOW_LABEL} take {@link SLOW_READY_MS} to become ready and {@link SLOW_STOP_MS} to
 * terminate, as programs with a start-up and a shutdown do.
 * @see sigs.k8s.io/kwok `kustomize/stage/pod/fast`
 */
export const SLOW_LABEL = 'quotafit-slow';
const SLOW_READY_MS = 5_000;
const SLOW_STOP_MS = 20_000;

const RUNNING = `{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
{{ range $type := list "Initialized" "ContainersReady" "Ready" }}
- type: {{ $type }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  started: true
  restartCount: 0
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  ready: true
  restartCount: 0
  {{ if eq .restartPolicy "Always" }}
  started: true
  state:
    running:
      startedAt: {{ $now | Quote }}
  {{ else }}
  state:
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
  {{ end }}
{{ end }}
`;

const NODE_READY = `{{ $now := Now }}
phase: Running
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
allocatable:
{{ YAML .status.allocatable 1 }}
capacity:
{{ YAML .status.capacity 1 }}
`;

const READY_IS_NOT_TRUE = {
  key: '.status.conditions.[] | select( .type == "Ready" ) | .status',
  operator: 'NotIn',
  values: ['True'],
};
const IS_PENDING = { key: '.status.phase', operator: 'In', values: ['Pending'] };
const deleted = (operator: string) => ({ key: '.metadata.deletionTimestamp', operator });
const slow = (operator: string) => ({ key: `.metadata.labels["${SLOW_LABEL}"]`, operator });

function stage(
  name: string,
  kind: 'Node' | 'Pod',
  matchExpressions: readonly object[],
  next: object,
  delayMs = 0,
): object {
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: 'v1', kind },
      selector: { matchExpressions },
      ...(delayMs > 0 && { delay: { durationMilliseconds: delayMs } }),
      next,
    },
  };
}

/** kwok's configuration file: JSON documents, which YAML contains. */
export function printStages(): string {
  const run = { statusTemplate: RUNNING };
  const stages = [
    stage('node-ready', 'Node', [READY_IS_NOT_TRUE], { statusTemplate: NODE_READY }),
    stage('pod-ready', 'Pod', [deleted('DoesNotExist'), IS_PENDING, READY_IS_NOT_TRUE, slow('DoesNotExist')], run),
    stage(
      'pod-ready-slow',
      'Pod',
      [deleted('DoesNotExist'), IS_PENDING, READY_IS_NOT_TRUE, slow('Exists')],
      run,
      SLOW_READY_MS,
    ),
    stage('pod-delete', 'Pod', [deleted('Exists'), slow('DoesNotExist')], { delete: true }),
    stage('pod-delete-slow', 'Pod', [deleted('Exists'), slow('Exists')], { delete: true }, SLOW_STOP_MS),
  ];
  return stages.map((document) => JSON.stringify(document)).join('\n---\n');
}
