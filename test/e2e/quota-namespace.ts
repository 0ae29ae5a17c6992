import { isJsonObject, listAt } from '../../src/manifest/fields.ts';
import type { JsonObject } from '../../src/manifest/document.ts';
import { eventually } from './commands.ts';
import { quota } from './manifests.ts';
import { must, type Kubectl } from './webhook-process.ts';

/** Makes a namespace of its own for a test, with a quota that the API server has taken. */
export async function openQuotaNamespace(kubectl: Kubectl, name: string, cpu: number) {
  const inside: Kubectl = (args, stdin) => kubectl(['--namespace', name, ...args], stdin);
  const apply = (object: JsonObject, ...flags: readonly string[]) =>
    inside(['apply', '--filename', '-', ...flags], JSON.stringify(object));
  const setQuota = async (amount: number): Promise<void> => {
    await must(apply(quota(amount)));
    await eventually(
      () => inside(['get', 'resourcequota', 'team', '--output', 'jsonpath={.status.hard.limits\\.cpu}']),
      ({ stdout }) => stdout === String(amount),
    );
  };
  const events = async (...flags: readonly string[]): Promise<readonly JsonObject[]> =>
    listAt(
      JSON.parse(await must(inside(['get', 'events', ...flags, '--output', 'json']))) as JsonObject,
      'items',
    ).filter(isJsonObject);
  await must(kubectl(['create', 'namespace', name]));
  await setQuota(cpu);
  return { kubectl: inside, apply, setQuota, events };
}
