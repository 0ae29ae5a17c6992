import { ApiError, type ClusterApi } from '../../src/cluster/api.ts';
import { getOrNull } from '../../src/cluster/get-or-null.ts';
import type { Lease } from '../../src/cluster/lease.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { isJsonObject, listAt, objectAt, stringAt } from '../../src/manifest/fields.ts';
import {
  readSecretData,
  rotateCertificates,
  writeSecretData,
  type CertificateStore,
  type RotationSettings,
} from './rotation.ts';

export interface SelfManagedSettings {
  readonly namespace: string;
  /** Its holder is the only one who writes. */
  readonly lease: Lease;
  readonly secret: string;
  readonly webhookConfiguration: string;
  /** There is no such configuration: nobody asks us, but whoever brings it back is to find us serving. */
  readonly onUnregistered: () => void;
  readonly rotation: RotationSettings;
  readonly now: () => Date;
}

/**
 * One round of self-managed TLS: the holder of the Lease takes the next step of the rotation and trusts it in the
 * webhook configuration; everybody reads what is to be served.
 * @returns `null` while no certificate exists yet and somebody else is making it
 */
export async function tendCertificates(
  api: ClusterApi,
  settings: SelfManagedSettings,
): Promise<CertificateStore | null> {
  const { namespace, secret, lease, now } = settings;
  const path = `/api/v1/namespaces/${namespace}/secrets/${secret}`;
  const stored = await getOrNull(api, path);
  const current = stored === null ? null : readSecretData(objectAt(stored, 'data'));
  if (!(await lease.tryHold())) {
    // The holder may be gone, with an earlier installation: while nobody is trusted at all no write gets through.
    if (current !== null) await trustBundle(api, settings, current.bundle, isTrustingNobody);
    return current;
  }
  const next = await rotateCertificates(current, settings.rotation, now());
  if (next !== current && !(await writeSecret(api, settings, stored, next))) return current;
  await trustBundle(api, settings, next.bundle, () => true);
  return next;
}

/** @returns false when somebody else wrote in between: the next round looks again */
async function writeSecret(
  api: ClusterApi,
  { namespace, secret }: SelfManagedSettings,
  stored: JsonObject | null,
  store: CertificateStore,
): Promise<boolean> {
  const collection = `/api/v1/namespaces/${namespace}/secrets`;
  const data = writeSecretData(store);
  try {
    if (stored === null) {
      const metadata = { name: secret, namespace };
      await api.send('POST', collection, {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/tls',
        metadata,
        data,
      });
    } else await api.send('PUT', `${collection}/${secret}`, { ...stored, data });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}

const caBundleOf = (webhook: JsonObject): string => stringAt(webhook, 'clientConfig', 'caBundle');

/** As the chart writes it. A bundle that is there is only for the holder of the Lease to change. */
const isTrustingNobody = (webhooks: readonly JsonObject[]): boolean =>
  webhooks.some((webhook) => caBundleOf(webhook) === '');

/** Sets the bundle of every webhook of the configuration; writes only when one differs, and only that field. */
async function trustBundle(
  api: ClusterApi,
  { webhookConfiguration, onUnregistered }: SelfManagedSettings,
  bundle: string,
  isOurs: (webhooks: readonly JsonObject[]) => boolean,
): Promise<void> {
  const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${webhookConfiguration}`;
  const configuration = await getOrNull(api, path);
  if (configuration === null) return onUnregistered();
  const caBundle = Buffer.from(bundle, 'utf8').toString('base64');
  const webhooks = listAt(configuration, 'webhooks').filter(isJsonObject);
  if (!isOurs(webhooks) || webhooks.every((webhook) => caBundleOf(webhook) === caBundle)) return;
  // A merge patch replaces the list whole, so the version guards what others changed in it meanwhile.
  await api.send('PATCH', path, {
    metadata: { resourceVersion: stringAt(configuration, 'metadata', 'resourceVersion') },
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { ...objectAt(webhook, 'clientConfig'), caBundle },
    })),
  });
}
