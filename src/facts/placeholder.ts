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
import { joinPointer } from '../manifest/pointer.ts';
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
const annotationMarks: Marks = [
  reference,
  ['dollar', /\$\{[A-Z][A-Z0-9_]*\}/u],
  capitalUnderscores,
  atSigns,
  capitalAngle,
  word,
];
/** What no program that reads its arguments and variables knows: the rest may be its own language. */
const argumentMarks: Marks = [capitalUnderscores, atSigns, capitalAngle];

const suspicious = /[$@%{<]|__|[Cc]hange|[Rr]eplace|CHANGE|REPLACE|TODO|FIXME|YOUR/u;
/** No name, image or address is longer; a long text is one that somebody wrote on purpose. */
const longest = 300;

/** Member names and indexes from the object downwards; a pointer is made of them only for what is found. */
type Steps = (number | string)[];

interface Search {
  readonly kind: string;
  readonly steps: Steps;
  readonly found: PlaceholderFacts[];
}

/** Every placeholder of an object, in the order of its fields. */
export function findPlaceholders({ apiVersion, kind, value }: KubernetesObject): PlaceholderFacts[] {
  const found: PlaceholderFacts[] = [];
  const own = isBuiltIn(apiVersion);
  if (own && unreadKinds.has(kind)) return found;
  const search: Search = { kind, steps: [], found };
  for (const key of Object.keys(value)) {
    if (key !== 'status') descend(search, key, value[key], own ? walkOwn : walkCustom);
  }
  return found;
}

/** Kinds that hold texts in languages of their own. */
const unreadKinds: ReadonlySet<string> = new Set([
  'CustomResourceDefinition',
  'MutatingAdmissionPolicy',
  'ValidatingAdmissionPolicy',
]);

type Walk = (search: Search, value: JsonValue | undefined, key: string) => void;

/** Fields whose text is a program, or is resolved by the kubelet. */
const programs: ReadonlySet<string> = new Set([
  'exec',
  'expression',
  'managedFields',
  'messageExpression',
  'subPathExpr',
]);

function descend(search: Search, step: number | string, value: JsonValue | undefined, walk: Walk, key = step): void {
  search.steps.push(step);
  walk(search, value, String(key));
  search.steps.pop();
}

const walkOwn: Walk = (search, value, key) => {
  if (typeof value === 'string') note(search, value, plainMarks);
  else if (Array.isArray(value)) {
    const walk = containerLists.has(key) ? walkContainer : walkOwn;
    for (const [index, item] of (value as readonly JsonValue[]).entries()) descend(search, index, item, walk, key);
  } else if (isJsonObject(value) && !programs.has(key)) {
    const { kind, steps } = search;
    if (key === 'annotations') walkAnnotations(search, value);
    else if (steps.length === 1 && dataFields.has(key) && (kind === 'ConfigMap' || kind === 'Secret'))
      walkData(search, value);
    else if (steps.length === 1 && key === 'parameters' && kind === 'StorageClass') walkParameters(search, value);
    else walkMembers(search, value, walkOwn);
  }
};

const walkCustom: Walk = (search, value, key) => {
  if (typeof value === 'string') {
    const [first, second] = search.steps;
    const isName = search.steps.length === 2 && first === 'metadata' && (second === 'name' || second === 'namespace');
    note(search, value, isName ? plainMarks : customMarks);
    if (value.startsWith('$') && /^\$[A-Z][A-Z0-9_]{2,}$/u.test(value)) push(search, 'dollar', value);
  } else if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly JsonValue[]).entries())
      descend(search, index, item, walkCustom, key);
  } else if (isJsonObject(value) && !programs.has(key) && key !== 'annotations') {
    walkMembers(search, value, walkCustom);
  }
};

function walkMembers(search: Search, value: JsonObject, walk: Walk): void {
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (!isQuiet(member) && !programs.has(name)) descend(search, name, member, walk);
  }
}

/** Whether no walk would find anything in a value: so it is with most, and then no step is taken. */
function isQuiet(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.length <= longest && !suspicious.test(value);
  return typeof value !== 'object' || value === null;
}

const dataFields: ReadonlySet<string> = new Set(['data', 'stringData']);
const containerLists: ReadonlySet<string> = new Set(['containers', 'ephemeralContainers', 'initContainers']);

const walkContainer: Walk = (search, container) => {
  if (!isJsonObject(container)) return;
  const isKnown = variablesOf(container);
  for (const name of Object.keys(container)) {
    const value = container[name];
    if (name === 'env') descend(search, name, value, (inner) => walkVariables(inner, value, isKnown));
    else if (name === 'args' || name === 'command') {
      if (runsShell(container)) continue;
      for (const [index, text] of listAt(container, name).entries()) {
        search.steps.push(name, index);
        noteReferences(search, text, isKnown);
        if (typeof text === 'string') note(search, text, argumentMarks);
        search.steps.length -= 2;
      }
    } else if (name !== 'lifecycle') descend(search, name, value, walkOwn);
  }
};

function walkVariables(search: Search, list: JsonValue | undefined, isKnown: (name: string) => boolean): void {
  for (const [index, variable] of (Array.isArray(list) ? (list as readonly JsonValue[]) : []).entries()) {
    if (!isJsonObject(variable)) continue;
    for (const name of Object.keys(variable)) {
      const value = variable[name];
      if (name === 'name' && isQuiet(value)) continue;
      search.steps.push(index, name);
      if (name !== 'value') walkOwn(search, value, name);
      else if (typeof value === 'string' && (value.includes('$(') || !noteWhole(search, value))) {
        noteReferences(search, value, isKnown);
        note(search, value, argumentMarks);
      }
      search.steps.length -= 2;
    }
  }
}

/** The kubelet knows a container's variables, those of services, and with `envFrom` what nobody here can list. */
function variablesOf(container: JsonObject): (name: string) => boolean {
  if (listAt(container, 'envFrom').length > 0) return () => true;
  let names: ReadonlySet<string> | null = null;
  const listNames = (): ReadonlySet<string> =>
    new Set(listAt(container, 'env').map((variable) => stringAt(variable, 'name')));
  return (name) => (names ??= listNames()).has(name) || /_(?:SERVICE_HOST|SERVICE_PORT|PORT)(?:_|$)/u.test(name);
}

function runsShell(container: JsonObject): boolean {
  const words = [...listAt(container, 'command'), ...listAt(container, 'args')];
  return words.some((text) => typeof text === 'string' && /(?:^|\/)(?:a|ba|c|da|k|z)?sh$|\s|\n/u.test(text));
}

/** @see k8s.io/kubernetes/third_party/forked/golang/expansion `Expand`: `$$` is an escaped dollar */
function noteReferences(search: Search, text: JsonValue, isKnown: (name: string) => boolean): void {
  if (typeof text !== 'string' || !text.includes('$(')) return;
  for (const [whole, name = ''] of text.matchAll(/(?<!\$)\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/gu)) {
    if (!isKnown(name)) push(search, 'reference', whole);
  }
}

function walkData(search: Search, data: JsonObject): void {
  for (const key of Object.keys(data)) {
    const text = data[key];
    if (typeof text === 'string') descend(search, key, text, () => void noteWhole(search, text));
  }
}

function walkAnnotations(search: Search, annotations: JsonObject): void {
  for (const key of Object.keys(annotations)) {
    const text = annotations[key];
    if (typeof text !== 'string' || /snippet|template|command|script|last-applied|description/u.test(key)) continue;
    descend(search, key, text, () => {
      if (!noteWhole(search, text)) note(search, text, annotationMarks);
    });
  }
}

/** CSI provisioners fill in the claim: `${pvc.name}`. */
function walkParameters(search: Search, parameters: JsonObject): void {
  for (const key of Object.keys(parameters)) {
    const text = parameters[key];
    if (typeof text !== 'string') continue;
    const rest = text.replaceAll(/\$\{(?:pvc?|volumesnapshot(?:content)?)\.[^}]*\}/gu, '');
    descend(search, key, rest, () => note(search, rest, plainMarks));
  }
}

function note(search: Search, text: string, marks: Marks): void {
  if (text.length > longest || !suspicious.test(text)) return;
  for (const [form, mark] of marks) {
    const match = mark.exec(text);
    if (match !== null) return push(search, form, match[0]);
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
  ['word', /^(?:(?:change|replace)[-_]?me(?:[-_][A-Za-z0-9_-]*)?|TODO|FIXME|YOUR[-_][A-Z_-]+)$/iu],
];

/** Whether a value is nothing but one placeholder. */
function noteWhole(search: Search, text: string): boolean {
  if (text.length > longest || !/[$_@%{<]|me|TODO|FIXME|YOUR/iu.test(text)) return false;
  const trimmed = text.trim();
  const hit = wholeMarks.find(([, mark]) => mark.test(trimmed));
  if (hit === undefined) return false;
  push(search, hit[0], trimmed);
  return true;
}

function push({ steps, found }: Search, form: Form, text: string): void {
  found.push({ path: steps.reduce<string>((path, step) => joinPointer(path, String(step)), ''), form, text });
}
