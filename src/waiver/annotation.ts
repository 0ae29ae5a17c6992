import { isCalendarDate } from '../config/calendar-date.ts';
import type { ConfigPlace, LayerWaiver } from '../config/layer.ts';
import type { Match } from '../config/schema.ts';
import { decodeFile } from '../manifest/decode.ts';
import { fieldAt, isJsonObject } from '../manifest/fields.ts';
import type { JsonValue, KubernetesObject } from '../manifest/document.ts';
import { locate } from '../manifest/locate.ts';

/** By this annotation an object brings waivers of its own: YAML, one waiver or a list of them. */
export const waiveAnnotation = 'quotafit.dev/waive';

/** What the annotation of one object says. What is broken in it costs the other waivers nothing. */
export interface AnnotationReading {
  readonly place: ConfigPlace;
  readonly waivers: readonly LayerWaiver[];
  /** Ends of a sentence that begins with the name of the annotation. */
  readonly problems: readonly string[];
}

export function hasAnnotation({ value }: KubernetesObject): boolean {
  return fieldAt(value, 'metadata', 'annotations', waiveAnnotation) !== undefined;
}

/** @returns `null` for an object without the annotation */
export function readAnnotation(object: KubernetesObject): AnnotationReading | null {
  const written = fieldAt(object.value, 'metadata', 'annotations', waiveAnnotation);
  if (written === undefined) return null;
  const place = placeAnnotation(object);
  const broken = (...problems: readonly string[]): AnnotationReading => ({ place, waivers: [], problems });
  // The server refuses the object, and whoever wrote the list there wants to know how it is meant.
  if (typeof written !== 'string')
    return broken(`must be a text: write "${waiveAnnotation}: |", and the waivers below`);

  const { documents, diagnostics } = decodeFile({ name: '', text: written });
  if (diagnostics.length > 0) return broken(...diagnostics.map(({ line, message }) => `line ${line}: ${message}`));
  const [document] = documents;
  if (document === undefined || documents.length > 1) return broken('must hold one waiver, or one list of waivers');
  const { value } = document;
  const entries = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  const problems: string[] = [];
  const waivers: LayerWaiver[] = [];
  for (const [index, entry] of entries.entries()) {
    const problem = findProblem(entry);
    if (problem === null) waivers.push({ ...(entry as Written), match: matchOf(object), folder: '', place });
    else problems.push(entries.length === 1 ? problem : `waiver ${index + 1}: ${problem}`);
  }
  return { place, waivers, problems };
}

/** A waiver without `match`: it stands on the object that it is for. */
type Written = Pick<LayerWaiver, (typeof keys)[number]>;

const keys = ['rule', 'reason', 'owner', 'until'] as const;

function findProblem(entry: JsonValue): string | null {
  if (!isJsonObject(entry)) return `must be a map with ${keys.join(', ')}`;
  const unknown = Object.keys(entry).find((key) => !keys.some((known) => known === key));
  if (unknown !== undefined) return `unknown key "${unknown}"; a waiver here has ${keys.join(', ')}`;
  for (const key of keys) {
    const value = entry[key];
    if (value === undefined) return `the key "${key}" is missing`;
    if (typeof value !== 'string') return `${key} must be a text; put quotes around it`;
    if (value === '') return `${key} must not be empty`;
  }
  const { until } = entry as Written;
  return isCalendarDate(until) ? null : `until: ${until} is no date such as 2027-01-31`;
}

function matchOf({ kind, namespace, name }: KubernetesObject): Match {
  return namespace === '' ? { kind, name } : { kind, namespace, name };
}

function placeAnnotation({ source }: KubernetesObject): ConfigPlace {
  const pointer = `/metadata/annotations/${waiveAnnotation.replace('/', '~1')}`;
  if (source === null) return { file: '', pointer, line: 1, column: 1, endLine: 1, endColumn: 1 };
  const { document } = source;
  return { file: document.file.name, pointer, ...locate(document, source.pointer + pointer) };
}
