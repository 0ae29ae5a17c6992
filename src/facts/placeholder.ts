/**
 * Texts that a template step had to fill and did not: what `sed`, `envsubst`, Helm or a pipeline left behind.
 *
 * The same marks are legal where their reader resolves them: `$(NAME)` of a declared variable in a container, shell
 * scripts, Go templates in a ConfigMap, CEL, the templates of other controllers. So it depends on the field which marks
 * count, and whether only a value that is nothing else does.
 */
import { isJsonObject, listAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject, JsonValue, KubernetesObject } from '../manifest/document.ts';
import { isBuiltIn } from './api-kind.ts';
import { joinPointer } from './pointer.ts';
import type { PlaceholderFacts } from './object-schema.ts';

type Form = PlaceholderFacts['form'];
type Marks = readonly (readonly [Form, RegExp])[];

const braces: Marks[number] = ['braces', /\{\{[^{}]*\}\}/u];
const reference: Marks[number] = ['reference', /\$\([^()]*\)/u];
const dollar: Marks[number] = ['dollar', /\$\{[^{}]*\}|\$[A-Z][A-Z0-9_]{2,}(?![A-Za-z0-9_])/u];
const underscores: Marks[number] = ['underscores', /(?<![A-Za-z0-9_])__[A-Za-z][A-Za-z0-9_]*?__(?![A-Za-z0-9_])/u];
const capitalUnderscores: Marks[number] = ['underscores', /(?<![A-Za-z0-9_])__[A-Z][A-Z0-9_]*?__(?![A-Za-z0-9_])/u];
const atSigns: Marks[number] = ['at-signs', /@@[A-Za-z][A-Za-z0-9_.-]*@@/u];
const percent: Marks[number] = ['percent', /%[A-Z][A-Z0-9_]+%/u];
const angle: Marks[number] = ['angle', /<[A-Za-z][A-Za-z0-9 _.-]*>/u];
const capitalAngle: Marks[number] = ['angle', /<[A-Z][A-Z0-9_-]+>/u];
const word: Marks[number] = [
  'word',
  /(?<![A-Za-z0-9])(?:(?:change|replace)[-_]?me|CHANGE_IT|FIXME|YOUR[-_][A-Z][A-Z_-]*)(?![A-Za-z0-9])|^TODO$|(?<![A-Za-z0-9])(?:CHANGE|REPLACE)[-_]?ME(?![A-Za-z0-9])/u,
];

/** Where nothing is ever resolved: names, images, hosts, labels and all other fields of Kubernetes' own kinds. */
const plainMarks: Marks = [braces, reference, dollar, underscores, atSigns, percent, angle, word];
/** Custom kinds have languages of their own; these marks are none of them. */
const customMarks: Marks = [capitalUnderscores, atSigns, percent, capitalAngle, word];
const annotationMarks: Marks = [reference, ['dollar', /\$\{[A-Z][A-Z0-9_]*\}/u], capitalUnderscores, atSigns, word];

const suspicious = /[$_@%{<]|[Mm][Ee]|M[Ee]|TODO|FIXME|YOUR|CHANGE/u;
/** No name, image or address is longer; a long text is one that somebody wrote on purpose. */
const longest = 300;

/** Every placeholder of an object, in the order of its fields. */
export function findPlaceholders({ apiVersion, kind, value }: KubernetesObject): PlaceholderFacts[] {
  const found: PlaceholderFacts[] = [];
  const own = isBuiltIn(apiVersion);
  if (own && unreadKinds.has(kind)) return found;
  const walk = own ? walkOwn(kind, found) : walkCustom(found);
  for (const [key, member] of Object.entries(value)) {
    if (key !== 'status') walk(member, joinPointer('', key), key);
  }
  return found;
}

/** Kinds that hold texts in languages of their own. */
const unreadKinds: ReadonlySet<string> = new Set([
  'CustomResourceDefinition',
  'MutatingAdmissionPolicy',
  'ValidatingAdmissionPolicy',
]);

type Walk = (value: JsonValue | undefined, path: string, key: string) => void;

/** Fields whose text is a program, or is resolved by the kubelet. */
const programs: ReadonlySet<string> = new Set([
  'exec',
  'expression',
  'managedFields',
  'messageExpression',
  'subPathExpr',
]);

function walkOwn(kind: string, found: PlaceholderFacts[]): Walk {
  const holdsData = kind === 'ConfigMap' || kind === 'Secret';
  const walk: Walk = (value, path, key) => {
    if (typeof value === 'string') {
      note(value, path, plainMarks, found);
    } else if (Array.isArray(value)) {
      for (const [index, item] of (value as readonly JsonValue[]).entries()) {
        if (containerLists.has(key) && isJsonObject(item)) walkContainer(item, `${path}/${index}`, walk, found);
        else walk(item, `${path}/${index}`, key);
      }
    } else if (isJsonObject(value) && !programs.has(key)) {
      if (key === 'annotations') walkAnnotations(value, path, found);
      else if (holdsData && (path === '/data' || path === '/stringData')) walkData(value, path, found);
      else if (kind === 'StorageClass' && path === '/parameters') walkParameters(value, path, found);
      else
        for (const [name, member] of Object.entries(value))
          if (!programs.has(name)) walk(member, joinPointer(path, name), name);
    }
  };
  return walk;
}

function walkCustom(found: PlaceholderFacts[]): Walk {
  const walk: Walk = (value, path, key) => {
    if (typeof value === 'string') {
      note(value, path, namePaths.has(path) ? plainMarks : customMarks, found);
      if (/^\$[A-Z][A-Z0-9_]{2,}$/u.test(value) && !programs.has(key)) push(found, path, 'dollar', value);
    } else if (Array.isArray(value)) {
      for (const [index, item] of (value as readonly JsonValue[]).entries()) walk(item, `${path}/${index}`, key);
    } else if (isJsonObject(value) && !programs.has(key) && key !== 'annotations') {
      for (const [name, member] of Object.entries(value)) walk(member, joinPointer(path, name), name);
    }
  };
  return walk;
}

const namePaths: ReadonlySet<string> = new Set(['/metadata/name', '/metadata/namespace']);
const containerLists: ReadonlySet<string> = new Set(['containers', 'ephemeralContainers', 'initContainers']);

function walkContainer(container: JsonObject, path: string, walk: Walk, found: PlaceholderFacts[]): void {
  const isKnown = variablesOf(container);
  for (const [name, member] of Object.entries(container)) {
    const at = joinPointer(path, name);
    if (name === 'env') walkVariables(member, at, isKnown, walk, found);
    else if (name === 'args' || name === 'command') {
      if (runsShell(container)) continue;
      for (const [index, text] of listAt(container, name).entries())
        noteReferences(text, `${at}/${index}`, isKnown, found);
    } else if (name !== 'lifecycle') walk(member, at, name);
  }
}

function walkVariables(
  list: JsonValue | undefined,
  path: string,
  isKnown: (name: string) => boolean,
  walk: Walk,
  found: PlaceholderFacts[],
): void {
  for (const [index, variable] of (Array.isArray(list) ? (list as readonly JsonValue[]) : []).entries()) {
    if (!isJsonObject(variable)) continue;
    const { value, ...rest } = variable;
    walk(rest, `${path}/${index}`, 'variable');
    if (typeof value !== 'string') continue;
    if (!noteWhole(value, `${path}/${index}/value`, found))
      noteReferences(value, `${path}/${index}/value`, isKnown, found);
  }
}

/** The kubelet knows a container's variables, those of services, and with `envFrom` what nobody here can list. */
function variablesOf(container: JsonObject): (name: string) => boolean {
  if (listAt(container, 'envFrom').length > 0) return () => true;
  const names = new Set(listAt(container, 'env').map((variable) => stringAt(variable, 'name')));
  return (name) => names.has(name) || /_(?:SERVICE_HOST|SERVICE_PORT|PORT)(?:_|$)/u.test(name);
}

function runsShell(container: JsonObject): boolean {
  const words = [...listAt(container, 'command'), ...listAt(container, 'args')];
  return words.some((text) => typeof text === 'string' && /(?:^|\/)(?:a|ba|c|da|k|z)?sh$|\s|\n/u.test(text));
}

/** @see k8s.io/kubernetes/third_party/forked/golang/expansion `Expand`: `$$` is an escaped dollar */
function noteReferences(
  text: JsonValue,
  path: string,
  isKnown: (name: string) => boolean,
  found: PlaceholderFacts[],
): void {
  if (typeof text !== 'string') return;
  for (const [whole, name = ''] of text.matchAll(/(?<!\$)\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/gu)) {
    if (!isKnown(name)) push(found, path, 'reference', whole);
  }
}

function walkData(data: JsonObject, path: string, found: PlaceholderFacts[]): void {
  for (const [key, text] of Object.entries(data)) {
    if (typeof text === 'string') noteWhole(text, joinPointer(path, key), found);
  }
}

function walkAnnotations(annotations: JsonObject, path: string, found: PlaceholderFacts[]): void {
  for (const [key, text] of Object.entries(annotations)) {
    if (typeof text !== 'string' || /snippet|template|command|script|last-applied|description/u.test(key)) continue;
    if (!noteWhole(text, joinPointer(path, key), found)) note(text, joinPointer(path, key), annotationMarks, found);
  }
}

/** CSI provisioners fill in the claim: `${pvc.name}`. */
function walkParameters(parameters: JsonObject, path: string, found: PlaceholderFacts[]): void {
  for (const [key, text] of Object.entries(parameters)) {
    if (typeof text !== 'string') continue;
    note(
      text.replaceAll(/\$\{(?:pvc?|volumesnapshot(?:content)?)\.[^}]*\}/gu, ''),
      joinPointer(path, key),
      plainMarks,
      found,
    );
  }
}

function note(text: string, path: string, marks: Marks, found: PlaceholderFacts[]): void {
  if (text.length > longest || !suspicious.test(text)) return;
  for (const [form, mark] of marks) {
    const match = mark.exec(text);
    if (match !== null) return push(found, path, form, match[0]);
  }
}

const wholeMarks: Marks = [
  ['braces', /^\{\{[^{}]*\}\}$/u],
  ['reference', /^\$\([^()]*\)$/u],
  ['dollar', /^\$\{[^{}]*\}$/u],
  ['underscores', /^__[A-Za-z][A-Za-z0-9_]*__$/u],
  ['at-signs', /^@@[^@]+@@$/u],
  ['percent', /^%[A-Z][A-Z0-9_]+%$/u],
  ['angle', /^<[A-Za-z][A-Za-z0-9 _.-]*>$/u],
  ['word', /^(?:(?:change|replace)[-_]?(?:me|it)(?:[-_][A-Za-z0-9_-]*)?|TODO|FIXME|YOUR[-_][A-Z_-]+)$/iu],
];

/** Whether a value is nothing but one placeholder. */
function noteWhole(text: string, path: string, found: PlaceholderFacts[]): boolean {
  if (text.length > longest) return false;
  const trimmed = text.trim();
  const hit = wholeMarks.find(([, mark]) => mark.test(trimmed));
  if (hit === undefined) return false;
  push(found, path, hit[0], trimmed);
  return true;
}

function push(found: PlaceholderFacts[], path: string, form: Form, text: string): void {
  found.push({ path, form, text });
}
