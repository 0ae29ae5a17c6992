import { reduceMetadata, reduceTemplate } from '../demand/reduced-template.ts';
import type { JsonObject, JsonValue } from '../manifest/document.ts';
import { isJsonObject, objectAt } from '../manifest/fields.ts';
import type { KindDescription } from '../workload/workload.ts';

/** Keeps of a custom object what its description points to, and nothing else: nobody knows what the rest may hold. */
export function reduceCustomObject(object: JsonObject, apiVersion: string, description: KindDescription): JsonObject {
  const { kind, templates } = description;
  const wanted = templates.flatMap(({ template, replicas }): readonly Wanted[] => [
    { path: template.split('/').slice(1), isTemplate: true },
    ...(replicas === null ? [] : [{ path: replicas.split('/').slice(1), isTemplate: false }]),
  ]);
  const kept = objectAt(keep(object, wanted));
  return { ...kept, apiVersion, kind, metadata: reduceMetadata(objectAt(object, 'metadata')) };
}

interface Wanted {
  /** What is left of a pointer. */
  readonly path: readonly string[];
  readonly isTemplate: boolean;
}

function keep(value: JsonValue, wanted: readonly Wanted[]): JsonValue | undefined {
  const here = wanted.filter(({ path }) => path.length === 0);
  if (here.some(({ isTemplate }) => isTemplate)) {
    const template = cutBelow(DEEPEST, value);
    return isJsonObject(template) ? reduceTemplate(template) : undefined;
  }
  // A number of replicas, which some kinds write as text.
  if (here.length > 0) {
    return typeof value === 'number' || (typeof value === 'string' && /^\d{1,9}$/u.test(value)) ? value : undefined;
  }
  const follow = (step: string): readonly Wanted[] =>
    wanted.flatMap(({ path: [next, ...path], isTemplate }) =>
      next === '*' || next?.replaceAll('~1', '/').replaceAll('~0', '~') === step ? [{ path, isTemplate }] : [],
    );
  const descend = (member: JsonValue | undefined, step: string): JsonValue | undefined => {
    const next = follow(step);
    return member === undefined || next.length === 0 ? undefined : keep(member, next);
  };
  // Items keep their places: pointers count them.
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => descend(item, String(index)) ?? null);
  if (!isJsonObject(value)) return undefined;
  const members = Object.entries(value).map(([name, member]) => [name, descend(member, name)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}

/** How deep a template may go: the deepest of Kubernetes' own fields are a dozen levels down. */
const DEEPEST = 64;

/**
 * Where a custom kind's schema lets everything pass, somebody may write ten thousand levels. To go through them all takes
 * more stack than there is, and whoever lists such an object would never come to the end of the list.
 */
function cutBelow(levels: number, value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((item: JsonValue) => cutBelow(levels - 1, item) ?? null);
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(members.map(([name, member]) => [name, cutBelow(levels - 1, member)]));
}
