import type { Diagnostic, Document, JsonObject, JsonValue, KubernetesObject } from './document.ts';
import { fieldAt, isJsonObject, stringAt } from './fields.ts';
import { locate } from './locate.ts';

/** What a document holds for a cluster. */
export interface ListedObjects {
  readonly objects: readonly KubernetesObject[];
  /** Values that are no Kubernetes objects: without kind or apiVersion. */
  readonly skipped: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** What an item of a list takes from the list when it says neither kind nor apiVersion itself. */
interface Inherited {
  readonly apiVersion: string;
  readonly kind: string;
}

const NOTHING: Inherited = { apiVersion: '', kind: '' };

/**
 * Gives the objects of a document. Whatever has a list of `items` is a list, and is taken apart, lists in it too; an
 * item without kind and apiVersion has those of its list: the items of a `PodList` are pods.
 * @see k8s.io/apimachinery pkg/apis/meta/v1/unstructured `decodeToList`, k8s.io/cli-runtime `FlattenListVisitor`
 */
export function listObjects(document: Document): ListedObjects {
  const objects: KubernetesObject[] = [];
  const diagnostics: Diagnostic[] = [];
  let skipped = 0;

  const visit = (value: JsonValue, pointer: string, inherited: Inherited): void => {
    if (!isJsonObject(value)) {
      skipped++;
      return;
    }
    const isBare = stringAt(value, 'kind') === '' && stringAt(value, 'apiVersion') === '';
    const { apiVersion, kind } = isBare
      ? inherited
      : { apiVersion: stringAt(value, 'apiVersion'), kind: stringAt(value, 'kind') };
    const items = fieldAt(value, 'items');
    if (kind === '' || apiVersion === '') {
      skipped++;
      if (isHalfNamed(value)) {
        const missing = kind === '' ? 'kind' : 'apiVersion';
        const { line, column } = locate(document, pointer);
        const message = `this object has no ${missing}, so that nothing can take it; write its ${missing}`;
        diagnostics.push({ level: 'warning', file: document.file.name, line, column, message });
      }
    } else if (Array.isArray(items)) {
      const itemType = { apiVersion, kind: kind.replace(/List$/, '') };
      for (const [index, item] of (items as readonly JsonValue[]).entries()) {
        visit(item, `${pointer}/items/${String(index)}`, itemType);
      }
    } else if (kind.endsWith('List') && items !== undefined && items !== null) {
      const { line, column } = locate(document, `${pointer}/items`);
      const message = `the items of this ${kind} are no list; write them as a list`;
      diagnostics.push({ level: 'error', file: document.file.name, line, column, message });
    } else if (kind.endsWith('List') && items !== undefined) return;
    else objects.push(describe(document, pointer, value, { apiVersion, kind }));
  };

  visit(document.value, '', NOTHING);
  return { objects, skipped, diagnostics };
}

/** Whether a value was meant for a cluster: it lacks kind or apiVersion, and has the other, a name and a spec. */
function isHalfNamed(value: JsonObject): boolean {
  const isTyped = stringAt(value, 'kind') !== '' || stringAt(value, 'apiVersion') !== '';
  return isTyped && stringAt(value, 'metadata', 'name') !== '' && isJsonObject(fieldAt(value, 'spec'));
}

function describe(
  document: Document,
  pointer: string,
  value: JsonObject,
  { apiVersion, kind }: Inherited,
): KubernetesObject {
  const name = stringAt(value, 'metadata', 'name');
  const prefix = stringAt(value, 'metadata', 'generateName');
  return {
    apiVersion,
    kind,
    namespace: stringAt(value, 'metadata', 'namespace'),
    name: name === '' && prefix !== '' ? `${prefix}*` : name,
    value,
    source: { document, pointer },
  };
}
