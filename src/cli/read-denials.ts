import { ApiError, type ClusterApi } from '../cluster/api.ts';
import { mergeRecord, readRecord, type DenialRecord } from '../denial/denial.ts';
import { recordPlace } from '../denial/place.ts';
import { stringAt } from '../manifest/fields.ts';

/** The webhook's record of denials, or why there is none to be had, in words. */
export type ReadDenials =
  { readonly kind: 'record'; readonly record: DenialRecord } | { readonly kind: 'unread'; readonly problem: string };

/** @throws ApiError when the server fails, or the network's own error */
export async function readDenials(api: ClusterApi, webhookNamespace: string, now: Date): Promise<ReadDenials> {
  const place = `ConfigMap ${recordPlace.name} in namespace ${webhookNamespace}`;
  try {
    const path = `/api/v1/namespaces/${encodeURIComponent(webhookNamespace)}/configmaps/${recordPlace.name}`;
    const record = readRecord(stringAt(await api.get(path), 'data', recordPlace.key));
    if (record === null) return unread(`${place} is damaged; delete it, and the webhook begins it anew`);
    return { kind: 'record', record: mergeRecord(record, [], now, Infinity) };
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    return unread(
      error.status === 403
        ? `you may not read ${place}; ask whoever runs the webhook`
        : `there is no ${place}: no webhook has run there for half a minute; wait, or name its namespace with --webhook-namespace`,
    );
  }
}

function unread(problem: string): ReadDenials {
  return { kind: 'unread', problem };
}
