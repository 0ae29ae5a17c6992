import type { ConfigPlace, LayerWaiver } from '../config/layer.ts';
import type { KubernetesObject } from '../manifest/document.ts';
import { printFingerprint } from '../report/fingerprint.ts';
import type { Finding, ResourceId } from '../report/report.ts';
import { waiveAnnotation } from './annotation.ts';

/** A waiver of a config that counts as absent because its last day is over. */
export function tellExpired(waiver: LayerWaiver): Finding {
  const { rule, owner, until, place } = waiver;
  return {
    ...expired(waiver),
    ...placed(place),
    resource: { apiVersion: 'quotafit.dev/v1', kind: 'Config', namespace: '', name: '' },
    fingerprint: `${expiredRule} ${rule} ${owner} ${until}`,
  };
}

/** The same of a waiver that an object brings itself. */
export function tellOwnExpired(waiver: LayerWaiver, object: KubernetesObject): Finding {
  const { rule, owner, until, place } = waiver;
  return { ...expired(waiver), ...placed(place), ...of(object, place, expiredRule, `${rule} ${owner} ${until}`) };
}

/** Waivers of an object whose organisation wants to have them all in its configs. */
export function tellNotAllowed(object: KubernetesObject, place: ConfigPlace): Finding {
  const rule = 'waiver/not-allowed';
  const message = `The annotation ${waiveAnnotation} does nothing: no organisation's config allows it (waiverAnnotations: true). Put the waiver into quotafit.yaml.`;
  return { rule, message, data: {}, ...warning, ...placed(place), ...of(object, place, rule) };
}

/** Something in the annotation that is no waiver. */
export function tellInvalid(object: KubernetesObject, place: ConfigPlace, problem: string): Finding {
  const rule = 'waiver/invalid';
  const message = `In the annotation ${waiveAnnotation}: ${problem}.`;
  return { rule, message, data: { problem }, ...warning, ...placed(place), ...of(object, place, rule, problem) };
}

const expiredRule = 'waiver/expired';
const warning = { level: 'warning', help: 'docs/config.md#waivers', fixable: false } as const;

function expired({ rule, owner, until, reason }: LayerWaiver) {
  const message = `The waiver of ${rule} ended on ${until} and no longer counts; ${owner} must renew it or mend what it excused.`;
  return { rule: expiredRule, message, data: { rule, owner, until, reason }, ...warning };
}

function placed({ pointer, ...place }: ConfigPlace) {
  return { path: pointer, ...place };
}

/** Whose finding it is, and by what it is known again. */
function of(
  { apiVersion, kind, namespace, name, value }: KubernetesObject,
  { pointer }: ConfigPlace,
  rule: string,
  ...details: readonly string[]
): { readonly resource: ResourceId; readonly fingerprint: string } {
  const resource = { apiVersion, kind, namespace, name };
  return { resource, fingerprint: [printFingerprint(rule, resource, pointer, value), ...details].join(' ') };
}
