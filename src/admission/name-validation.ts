import { objectAt, stringAt } from '../manifest/fields.ts';
import type { JsonObject } from '../manifest/document.ts';
import { invalid, required, type FieldError } from './field-error.ts';

// Names as k8s.io/apimachinery/pkg/util/validation judges them.

const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
  "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** `a-z`, digits and `-`, at most 63. */
export function validateLabel(name: string, path: string): readonly FieldError[] {
  const errors = name.length > 63 ? [invalid(path, name, 'must be no more than 63 characters')] : [];
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) errors.push(invalid(path, name, labelRule));
  return errors;
}

/** What is wrong with a name of labels with dots between them; nothing when it is well. */
export function explainSubdomain(name: string): readonly string[] {
  const errors = name.length > 253 ? ['must be no more than 253 characters'] : [];
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)) errors.push(subdomainRule);
  return errors;
}

/** `metadata` of an object: a name that is a DNS subdomain, or a generated one. */
export function validateMetadata(object: JsonObject): readonly FieldError[] {
  const metadata = objectAt(object, 'metadata');
  const name = stringAt(metadata, 'name');
  if (name !== '') return explainSubdomain(name).map((detail) => invalid('metadata.name', name, detail));
  const isGenerated = stringAt(metadata, 'generateName') !== '';
  return isGenerated ? [] : [required('metadata.name', 'name or generateName is required')];
}
