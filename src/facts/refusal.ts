import { decodeObject } from '../admission/decode-object.ts';
import { fieldTable } from '../admission/field-table.ts';
import { findUnserved } from '../admission/served-kind.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { fieldAt, objectAt } from '../manifest/fields.ts';
import { compareQuantities } from '../quantity/arithmetic.ts';
import { readQuantity } from '../quantity/parse.ts';
import type { PodTemplate, WorkloadFamily } from '../workload/workload.ts';
import { listContainers, type WrittenContainer } from './container.ts';
import { listObjectAmounts } from './object-amounts.ts';
import { joinPointer } from '../manifest/pointer.ts';
import type { BlockerFacts, RefusalFacts } from './quota-schema.ts';

/** The object that was refused, or whose pods were. */
export interface Refused {
  readonly object: KubernetesObject;
  readonly template: PodTemplate | undefined;
  /** `null` for objects that make no pods. */
  readonly family: WorkloadFamily | null;
  readonly maxReplicas: number | null;
}

type Told = Pick<RefusalFacts, 'blockers' | 'message' | 'reason'>;

/** Adds where a person would change something so that the server refuses no more. */
export function describeRefusal(told: Told, about: Refused, refused: 'object' | 'pods'): RefusalFacts {
  const { reason, blockers, message } = told;
  const unspecified = reason === 'must-specify' ? listUnspecified(about, blockers) : [];
  const isOfPod = refused === 'pods' || about.family === 'Pod';
  return {
    ...told,
    path: findPath(reason, message, blockers, about, isOfPod),
    ...(unspecified.length > 0 && { unspecified }),
    ...(reason === 'invalid' && isUnreadable(about) && { unreadable: true }),
  };
}

/** Rules of their own tell of amounts, values and kinds that the server cannot read, whether or not a quota is known. */
function isUnreadable({ object, family }: Refused): boolean {
  const { apiVersion, kind } = object;
  return (
    (family === null && listObjectAmounts(object, false).some(({ error }) => error !== undefined)) ||
    findUnserved(apiVersion, kind, fieldTable.kubernetesMinor) !== null ||
    (decodeObject(object)?.faults ?? []).length > 0
  );
}

function findPath(
  reason: RefusalFacts['reason'],
  message: string,
  blockers: readonly BlockerFacts[],
  about: Refused,
  isOfPod: boolean,
): string {
  const { object, template, family, maxReplicas } = about;
  switch (reason) {
    case 'exceeded-quota': {
      const [first] = blockers;
      if (!isOfPod || template === undefined) return isClaimSize(object, first) ? claimSize : '/kind';
      if (maxReplicas !== null && maxReplicas > 0) return replicasPath(family);
      return findCostliest(template, first?.resource ?? '');
    }
    case 'invalid': {
      const field = findField(message);
      if (field === null) return '/spec';
      return isOfPod && template !== undefined ? template.pointer + field : field;
    }
    case 'limit-range':
    case 'must-specify':
    case 'other':
      if (isOfPod && template !== undefined) return containersPath(template);
      return object.kind === 'PersistentVolumeClaim' ? claimSize : '/spec';
  }
}

const claimSize = '/spec/resources/requests/storage';

const isClaimSize = ({ kind }: KubernetesObject, blocker: BlockerFacts | undefined): boolean =>
  kind === 'PersistentVolumeClaim' && blocker?.limits === 'amount';

const replicasPath = (family: WorkloadFamily | null): string =>
  family === 'Job' ? '/spec/parallelism' : '/spec/replicas';

function containersPath(template: PodTemplate): string {
  const [only, ...others] = listContainers(template);
  return only === undefined || others.length > 0 ? `${template.pointer}/spec/containers` : `${only.path}/resources`;
}

/** The amount of the container that asks for most of a resource, as a quota calls it. */
function findCostliest(template: PodTemplate, resource: string): string {
  let best: { readonly path: string; readonly amount: ReturnType<typeof readQuantity> } | null = null;
  for (const container of listContainers(template)) {
    const written = findWritten(container, resource);
    if (written === null) continue;
    const amount = readQuantity(written.value);
    const isMore =
      best === null ||
      (amount.kind === 'quantity' && best.amount.kind === 'quantity' && compareQuantities(amount, best.amount) > 0);
    if (isMore) best = { path: written.path, amount };
  }
  return best?.path ?? containersPath(template);
}

interface WrittenAmount {
  readonly path: string;
  readonly value: string | number;
}

/** What a container writes of a resource; a limit stands for the request that is not written. */
function findWritten({ value, path }: WrittenContainer, resource: string): WrittenAmount | null {
  const name = resource.replace(/^(?:requests|limits)\./u, '');
  const sides = resource.startsWith('limits.') ? ['limits'] : ['requests', 'limits'];
  for (const side of sides) {
    const written = fieldAt(value, 'resources', side, name);
    if (typeof written === 'string' || typeof written === 'number') {
      return { path: joinPointer(`${path}/resources/${side}`, name), value: written };
    }
  }
  return null;
}

/**
 * The containers that lack an amount that a quota demands. What a limit range fills in it fills in for all of them, so
 * the server misses what none of them writes.
 */
function listUnspecified(
  { template }: Refused,
  blockers: readonly BlockerFacts[],
): NonNullable<RefusalFacts['unspecified']> {
  if (template === undefined) return [];
  const containers = listContainers(template).filter(({ role }) => role !== 'ephemeral');
  return blockers.flatMap(({ quota, resource }) =>
    containers
      .filter((container) => !isSpecified(container, resource))
      .map(({ path, name }) => ({ path: `${path}/resources`, container: name, resource, quota })),
  );
}

/** An amount of nothing (`cpu:`) is an amount. */
function isSpecified({ value }: WrittenContainer, resource: string): boolean {
  const name = resource.replace(/^(?:requests|limits)\./u, '');
  const sides = resource.startsWith('limits.') ? ['limits'] : ['requests', 'limits'];
  return sides.some((side) => objectAt(value, 'resources', side)[name] !== undefined);
}

/**
 * A pointer to the first field that the server names: `Deployment.apps "web" is invalid: spec.replicas: ...`,
 * several in brackets.
 */
function findField(message: string): string | null {
  const [, field] = /(?:^|" )is invalid: \[?([a-zA-Z]+(?:\.[a-zA-Z]+|\[[^\]]*\])*): /u.exec(message) ?? [];
  if (field === undefined) return findUndecodable(message);
  let pointer = '';
  for (const [, name, key] of field.matchAll(/([a-zA-Z]+)|\[([^\]]*)\]/gu))
    pointer = joinPointer(pointer, name ?? key ?? '');
  return pointer;
}

/** `... cannot be handled as a Deployment: json: ... Go struct field DeploymentSpec.spec.replicas of type int32` */
function findUndecodable(message: string): string | null {
  const [, field] = / Go struct field [a-zA-Z]+\.([a-zA-Z.]+) of type /u.exec(message) ?? [];
  return field === undefined ? null : `/${field.replaceAll('.', '/')}`;
}
