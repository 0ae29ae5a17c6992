import type { LimitRange } from '../admission/limit-range.ts';
import { objectAt } from '../manifest/fields.ts';
import type { JsonObject, KubernetesObject } from '../manifest/document.ts';
import { isPartial, isPatchOnly } from '../workload/patch.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';
import { isNamespaced } from './api-kind.ts';
import { checkRequests } from './checks.ts';
import { describeClaims } from './claim.ts';
import { listContainers } from './container.ts';
import { describeDecoding } from './decoding.ts';
import { findDeadQuotaKeys } from './dead-quota-key.ts';
import { describeImages, type ImageContext } from './image.ts';
import { listObjectAmounts, listTemplateAmounts } from './object-amounts.ts';
import type { NodeAgentFacts, RuntimeFacts } from './object-schema.ts';
import { findPlaceholders } from './placeholder.ts';
import { describePlacement } from './placement.ts';
import { checkPodLevel, settlePod } from './pod-level.ts';
import { describeProbes } from './probe.ts';
import { listAmounts, printBounds, readResources, settleContainer } from './resources.ts';
import { describeRuntimes, type ConfigMapReader } from './runtime.ts';
import type {
  AmountFacts,
  CheckFacts,
  ContainerFacts,
  ImageFacts,
  ObjectFacts,
  PodFacts,
  VolumeFacts,
} from './schema.ts';
import { describeService } from './service.ts';
import { describeStorageClass } from './storage-class.ts';
import { describeUnserved } from './unserved.ts';
import { describeVolumes } from './volume.ts';

/** What is known beside the object itself. */
export interface DescribeContext extends ImageContext {
  /** Minor version of Kubernetes 1: 37. */
  readonly kubernetesMinor: number;
  /** Those of the object's namespace: what they fill in is not missing. Empty when none are known. */
  readonly limitRanges: readonly LimitRange[];
  /** For an object that names no namespace; empty when not known. */
  readonly namespace: string;
  /** Looks up ConfigMaps of the input that may hold variables of the object's containers. */
  readonly readConfigMap?: ConfigMapReader;
  /** What runs on each node already. */
  readonly nodeAgents?: readonly NodeAgentFacts[];
  /** A server has decoded the object already. */
  readonly decoded?: true | undefined;
}

interface Gathered {
  readonly pods: PodFacts[];
  readonly containers: ContainerFacts[];
  readonly images: ImageFacts[];
  readonly volumes: VolumeFacts[];
  readonly amounts: AmountFacts[];
  readonly checks: CheckFacts[];
  readonly runtimes: RuntimeFacts[];
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
  const facts: Gathered = { pods: [], containers: [], images: [], volumes: [], amounts: [], checks: [], runtimes: [] };
  for (const template of workload?.templates ?? []) describeTemplate(object, template, context, facts);
  append(facts.amounts, listObjectAmounts(object, workload !== null));
  const { apiVersion, kind, name, namespace } = object;
  const { pods, containers, images, volumes, amounts, checks, runtimes } = facts;
  const described: { -readonly [K in keyof ObjectFacts]: ObjectFacts[K] } = {
    facts: 'v1',
    subject: 'object',
    kubernetesMinor: context.kubernetesMinor,
    object: { apiVersion, kind, namespace: namespace || context.namespace, name },
    labels: readLabels(objectAt(object.value, 'metadata')),
    pods,
    containers,
    images,
    volumes,
    amounts,
    checks,
  };
  // Most objects have none of what only few have: facts that are not there cost nothing.
  const namespaced = isNamespaced(apiVersion, kind);
  if (namespaced !== null) described.namespaced = namespaced;
  if (namespace !== '') described.writtenNamespace = namespace;
  if (workload !== null) described.family = workload.family;
  const isPatch = context.decoded !== true && workload !== null && isPatchOnly(workload);
  if (isPatch || context.merged !== undefined) described.partial = true;
  const claims = describeClaims(object, workload?.templates ?? []);
  if (claims.length > 0) described.claims = claims;
  const deadQuotaKeys = findDeadQuotaKeys(object);
  if (deadQuotaKeys.length > 0) described.deadQuotaKeys = deadQuotaKeys;
  const nodeAgents = hasNeighbours(facts) ? (context.nodeAgents ?? []) : [];
  if (nodeAgents.length > 0) described.nodeAgents = nodeAgents;
  const placeholders = findPlaceholders(object);
  if (placeholders.length > 0) described.placeholders = placeholders;
  if (runtimes.length > 0) described.runtimes = runtimes;
  const service = describeService(object);
  if (service !== null) described.service = service;
  const storageClass = describeStorageClass(object);
  if (storageClass !== null) described.storageClass = storageClass;
  const decoding = context.decoded === true ? null : describeDecoding(object, context.kubernetesMinor);
  if (decoding !== null && decoding.undecodable.length > 0) described.undecodable = decoding.undecodable;
  if (decoding !== null && decoding.unknownFields.length > 0) described.unknownFields = decoding.unknownFields;
  const unserved = describeUnserved(object, context.kubernetesMinor);
  if (unserved !== null) described.unserved = unserved;
  return described;
}

/** Whether a container stands beside another: only there an agent could take over from one of them. */
function hasNeighbours({ pods, containers }: Gathered): boolean {
  return containers.filter(({ role }) => role === 'app' || role === 'sidecar').length > pods.length;
}

/** A spread of a hundred thousand items would not fit the stack. */
function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
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
    append(facts.amounts, listAmounts(written));
    // What a patch leaves out may be written where it is merged into: then no limit range fills it in.
    const partial = isPartial(object, value, context.merged);
    const resources = settleContainer(written, role === 'ephemeral' || partial ? [] : context.limitRanges);
    append(facts.checks, checkRequests(resources, written.path, name));
    append(
      facts.runtimes,
      describeRuntimes({ value, path, name, limits: resources.limits }, context.readConfigMap ?? (() => null)),
    );
    const probes = describeProbes(value, path);
    const requests = printBounds(resources.requests);
    const limits = printBounds(resources.limits);
    const container: { -readonly [K in keyof ContainerFacts]: ContainerFacts[K] } = {
      path,
      pod,
      name,
      role,
      requests,
      limits,
    };
    if (probes !== null) container.probes = probes;
    if (partial) container.partial = true;
    facts.containers.push(container);
    return { path, name, role, resources };
  });

  const podLevel = readResources(object, template.spec, `${template.pointer}/spec`, null);
  const podResources = settlePod(podLevel, settled, context.kubernetesMinor);
  append(facts.amounts, listAmounts(podLevel));
  append(facts.checks, checkRequests(podResources, podLevel.path, null));
  append(facts.checks, checkPodLevel(podResources, podLevel, settled));
  const labels = readLabels(template.metadata);
  facts.pods.push({
    path: template.pointer,
    labels,
    requests: printBounds(podResources.requests),
    limits: printBounds(podResources.limits),
    ...describePlacement(template, labels, object.namespace || context.namespace),
  });

  append(facts.images, describeImages(object, template, pod, containers, context));
  const { volumes, amounts } = describeVolumes(object, template, pod, settled, containers);
  append(facts.volumes, volumes);
  append(facts.amounts, amounts);
  append(facts.amounts, listTemplateAmounts(object, template, containers));
}

function readLabels(metadata: JsonObject): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  const written = objectAt(metadata, 'labels');
  for (const name of Object.keys(written)) {
    const value = written[name];
    // No label begins with an underscore.
    if (typeof value === 'string' && name !== '__proto__') labels[name] = value;
  }
  return labels;
}
