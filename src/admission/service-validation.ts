import type { KubernetesObject } from '../manifest/document.ts';
import { listAt, stringAt } from '../manifest/fields.ts';
import { invalid, required, type FieldError } from './field-error.ts';

/**
 * What the server has against a Service, as far as it bears on whether it exists: its ports, and its cluster IP, which stays as long as
 * the Service has one.
 * @param old - the stored Service; its address is kept where the manifest names none
 * @see k8s.io/kubernetes/pkg/apis/core/validation `ValidateService`, `ValidateServiceUpdate`
 * @see k8s.io/kubernetes/pkg/registry/core/service/storage `patchAllocatedValues`
 */
export function validateService({ value }: KubernetesObject, old: KubernetesObject | undefined): readonly FieldError[] {
  const type = typeOf(value);
  if (type === 'ExternalName') {
    return stringAt(value, 'spec', 'externalName') === '' ? [required('spec.externalName')] : [];
  }
  const stored = old === undefined || typeOf(old.value) === 'ExternalName' ? '' : addressOf(old.value);
  const address = addressOf(value) || stored;
  const errors: FieldError[] = [];
  if (stored !== '' && address !== stored) {
    errors.push(invalid('spec.clusterIPs[0]', [address], 'may not change once set'));
  }
  if (address !== 'None' && listAt(value, 'spec', 'ports').length === 0) errors.push(required('spec.ports'));
  if (address === 'None' && type !== 'ClusterIP') {
    errors.push(invalid('spec.clusterIPs[0]', address, `may not be set to 'None' for ${type} services`));
  }
  return errors;
}

function typeOf(service: KubernetesObject['value']): string {
  return stringAt(service, 'spec', 'type') || 'ClusterIP';
}

function addressOf(service: KubernetesObject['value']): string {
  const [first] = listAt(service, 'spec', 'clusterIPs');
  return stringAt(service, 'spec', 'clusterIP') || (typeof first === 'string' ? first : '');
}
