import type { JsonValue } from '../manifest/document.ts';
import { isJsonObject } from '../manifest/fields.ts';

// Validation errors in the API server's words: k8s.io/apimachinery/pkg/util/validation/field.

/** One error as the server prints it: `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export type FieldError = string;

export function invalid(path: string, value: JsonValue | undefined, detail: string): FieldError {
  return withDetail(`${path}: Invalid value: ${printValue(value)}`, detail);
}

export function notSupported(path: string, value: JsonValue | undefined, supported: readonly string[]): FieldError {
  const listed = supported.map((option) => JSON.stringify(option)).join(', ');
  return `${path}: Unsupported value: ${printValue(value)}: supported values: ${listed}`;
}

export function required(path: string, detail = ''): FieldError {
  return withDetail(`${path}: Required value`, detail);
}

export function forbidden(path: string, detail: string): FieldError {
  return `${path}: Forbidden: ${detail}`;
}

export function duplicate(path: string, value: string): FieldError {
  return `${path}: Duplicate value: ${printValue(value)}`;
}

export function notFound(path: string, value: string): FieldError {
  return `${path}: Not found: ${printValue(value)}`;
}

/** Several errors as one: bare when there is one, else a list without repetitions (`errors.Aggregate`). */
export function aggregateErrors(errors: readonly string[]): string {
  const [first = '', ...others] = new Set(errors);
  return others.length === 0 ? first : `[${[first, ...others].join(', ')}]`;
}

function withDetail(text: string, detail: string): FieldError {
  return detail === '' ? text : `${text}: ${detail}`;
}

/** A map as Go's encoder writes it: members in order of their names. */
export function sortMembers(value: JsonValue | undefined): JsonValue {
  if (!isJsonObject(value)) return value ?? null;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, value[name] ?? null]));
}

function printValue(value: JsonValue | undefined): string {
  return JSON.stringify(value ?? null);
}
