import type { LimitRange } from '../admission/limit-range.ts';
import { objectAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';
import { checkRequests } from './checks.ts';
import { listContainers } from './container.ts';
import { describeImages } from './image.ts';
import { listObjectAmounts, listTemplateAmounts } from './object-amounts.ts';
import { checkPodLevel, settlePod } from './pod-level.ts';
import { listAmounts, printBounds, readResources, settleContainer } from './resources.ts';
import type {
  AmountFacts,
  CheckFacts,
  ContainerFacts,
  ImageFacts,
  ObjectFacts,
  PodFacts,
  VolumeFacts,
} from './schema.ts';
import { describeVolumes } from './volume.ts';

/** What is known beside the object itself. */
export interface DescribeContext {
  /** Minor version of Kubernetes 1: 37. */
  readonly kubernetesMinor: number;
  /** Those of the object's namespace: what they fill in is not missing. Empty when none are known. */
  readonly limitRanges: readonly LimitRange[];
  /** For an object that names no namespace; empty when not known. */
  readonly namespace: string;
}

interface Gathered {
  readonly pods: PodFacts[];
  readonly containers: ContainerFacts[];
  readonly images: ImageFacts[];
  readonly volumes: VolumeFacts[];
  readonly amounts: AmountFacts[];
  readonly checks: CheckFacts[];
}

/**
 * The facts of one object, as rules see them. Fields of a wrong type count as absent; amounts that cannot be read are
 * facts with an error. Never throws.
 * @param workload - what `readWorkload` made of the object; `null` for one that makes no pods
 */
export function describeObject(
  object: KubernetesObject,
  workload: Workload | null,
  context: DescribeContext,
): ObjectFacts {
  const facts: Gathered = { pods: [], containers: [], images: [], volumes: [], amounts: [], checks: [] };
  for (const template of workload?.templates ?? []) describeTemplate(object, template, context, facts);
  facts.amounts.push(...listObjectAmounts(object, workload !== null));
  const { apiVersion, kind, name } = object;
  return {
    facts: 'v1',
    subject: 'object',
    kubernetesMinor: context.kubernetesMinor,
    object: { apiVersion, kind, namespace: object.namespace || context.namespace, name },
    labels: readLabels(objectAt(object.value, 'metadata')),
    ...(workload !== null && { family: workload.family }),
    ...facts,
  };
}

function describeTemplate(
  object: KubernetesObject,
  template: PodTemplate,
  context: DescribeContext,
  facts: Gathered,
): void {
  const pod = facts.pods.length;
  const containers = listContainers(template);
  const settled = containers.map(({ value, path, name, role }) => {
    const written = readResources(object, value, path, name);
    facts.amounts.push(...listAmounts(written));
    const resources = settleContainer(written, role === 'ephemeral' ? [] : context.limitRanges);
    facts.checks.push(...checkRequests(resources, written.path, name));
    facts.containers.push({
      path,
      pod,
      name,
      role,
      requests: printBounds(resources.requests),
      limits: printBounds(resources.limits),
    });
    return { path, name, role, resources };
  });

  const podLevel = readResources(object, template.spec, `${template.pointer}/spec`, null);
  const podResources = settlePod(podLevel, settled, context.kubernetesMinor);
  facts.amounts.push(...listAmounts(podLevel));
  facts.checks.push(...checkRequests(podResources, podLevel.path, null));
  facts.checks.push(...checkPodLevel(podResources, podLevel, settled));
  facts.pods.push({
    path: template.pointer,
    labels: readLabels(template.metadata),
    requests: printBounds(podResources.requests),
    limits: printBounds(podResources.limits),
  });

  facts.images.push(...describeImages(template, pod, containers));
  const { volumes, amounts } = describeVolumes(object, template, pod, settled);
  facts.volumes.push(...volumes);
  facts.amounts.push(...amounts, ...listTemplateAmounts(object, template, containers));
}

function readLabels(metadata: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectAt(metadata, 'labels')).filter(
      (label): label is [string, string] => typeof label[1] === 'string',
    ),
  );
}
