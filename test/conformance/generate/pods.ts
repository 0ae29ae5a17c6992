import type { JsonObject } from '../../../src/manifest/document.ts';
import type { Random } from '../random.ts';

/** How the containers of one scenario declare resources; people keep one habit, and mixed habits are what quotas stumble on. */
type Habit = 'full' | 'requests' | 'limits' | 'mixed' | 'none' | 'equal';

export interface PodTaste {
  readonly habit: Habit;
  readonly priorityClass: string | null;
  readonly overhead: boolean;
  readonly podLevel: boolean;
  readonly gpu: boolean;
  readonly deadline: boolean;
}

const CPU_REQUESTS = ['50m', '100m', '0.1', '0.25', '250m', '500m', '1e-1', '0.5', '333m'];
const CPU_LIMITS = ['1', '2', '1500m', '2500m', '1.5', '3', 2];
const MEMORY_REQUESTS = ['64Mi', '128Mi', '100M', '256Mi', '0.25Gi', '1e8', '0.1Gi', '131072Ki'];
const MEMORY_LIMITS = ['512Mi', '1Gi', '1.5Gi', '1600Mi', '2Gi', '2G', '1e9'];

export function drawTaste(random: Random, fixed: Partial<PodTaste> = {}): PodTaste {
  return {
    habit: random.pick(['full', 'full', 'requests', 'limits', 'mixed', 'equal', 'none']),
    priorityClass: random.chance(0.25) ? random.pick(['gold', 'bronze']) : null,
    overhead: random.chance(0.1),
    podLevel: random.chance(0.1),
    gpu: random.chance(0.08),
    deadline: random.chance(0.15),
    ...fixed,
  };
}

export function drawResources(random: Random, taste: PodTaste): JsonObject {
  const habit = taste.habit === 'mixed' ? random.pick(['full', 'requests', 'limits', 'none'] as const) : taste.habit;
  const limits = { cpu: random.pick(CPU_LIMITS), memory: random.pick(MEMORY_LIMITS) };
  const requests = { cpu: random.pick(CPU_REQUESTS), memory: random.pick(MEMORY_REQUESTS) };
  const gpu = taste.gpu ? { 'example.com/gpu': random.between(1, 2) } : {};
  const disk = random.chance(0.12) ? { 'ephemeral-storage': random.pick(['100Mi', '200M', '1Gi']) } : {};
  switch (habit) {
    case 'full':
      return { requests: { ...requests, ...disk }, limits: { ...limits, ...gpu } };
    case 'requests':
      return { requests: { ...requests, ...disk, ...gpu }, ...(taste.gpu && { limits: gpu }) };
    case 'limits':
      return { limits: { ...limits, ...gpu, ...disk } };
    case 'equal':
      return { requests: limits, limits: { ...limits, ...gpu } };
    case 'none':
      return random.chance(0.5) ? {} : { requests: random.chance(0.5) ? { cpu: requests.cpu } : disk };
  }
}

/** A pod's spec with one to three containers and now and then init containers, of which some are sidecars. */
export function drawPodSpec(random: Random, taste: PodTaste): JsonObject {
  const image = `registry.example.com/app:${random.between(1, 9)}`;
  const containers = Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, (_, index) => ({
    name: `c${index}`,
    image,
    resources: drawResources(random, taste),
  }));
  const initContainers = Array.from({ length: random.pick([0, 0, 0, 1, 2, 3]) }, (_, index) => ({
    name: `i${index}`,
    image: 'registry.example.com/init:1',
    resources: drawResources(random, taste),
    ...(random.chance(0.4) && { restartPolicy: 'Always' }),
  }));
  return {
    containers,
    ...(initContainers.length > 0 && { initContainers }),
    ...(taste.priorityClass && { priorityClassName: taste.priorityClass }),
    ...(taste.overhead && { runtimeClassName: 'heavy' }),
    ...(taste.deadline && { activeDeadlineSeconds: 86_400 }),
    ...(taste.podLevel && { resources: drawPodLevel(random) }),
  };
}

function drawPodLevel(random: Random): JsonObject {
  const requests = { cpu: random.pick(['2', '3', '4']), memory: random.pick(['2Gi', '4Gi']) };
  const limits = { cpu: random.pick(['6', '8', '12']), memory: random.pick(['8Gi', '9Gi']) };
  return random.pick<JsonObject>([
    { requests, limits },
    { limits },
    { requests },
    { requests: { cpu: requests.cpu } },
    { requests: { memory: requests.memory }, limits: { memory: limits.memory } },
  ]);
}
