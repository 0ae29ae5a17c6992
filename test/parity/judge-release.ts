import { checkRelease } from '../../src/check/check.ts';
import type { Release } from '../../src/check/release.ts';
import { createJudge, equipJudge } from '../../src/cli/judge.ts';
import type { Settings } from '../../src/cli/settings.ts';
import { emptyLayer } from '../../src/config/layer.ts';
import { loadConfig } from '../../src/config/load.ts';
import { parseQuantity } from '../../src/quantity/parse.ts';
import { canonicalQuantity } from '../../src/quantity/print.ts';
import type { Finding } from '../../src/report/report.ts';
import { createIo } from '../helpers/io.ts';
import { everyRule } from './inputs.ts';

/** What `quotafit check --org-config` finds with every rule on. */
export async function judgeRelease(release: Release): Promise<readonly Finding[]> {
  const { io } = createIo();
  const settings: Settings = {
    organisation: await loadConfig(everyRule, '/'),
    project: emptyLayer,
    kubernetesVersion: '1.37',
    isVersionChosen: true,
    namespace: '',
    now: io.now(),
  };
  const { judge } = await equipJudge(await createJudge(settings, { rule: {} }, io), release, settings, {}, io);
  const { report, failures } = checkRelease(release, judge);
  if (failures[0] !== undefined) throw failures[0];
  return report.findings;
}

/** What people read of a finding, on one line; the amount that it quotes is printed as the server prints it. */
export function printFinding({ rule, level, file, resource, path, message, data }: Finding): string {
  const { kind, name } = resource;
  const { amount } = data;
  const text = typeof amount === 'string' ? message.replace(amount, canonical(amount)) : message;
  return [rule, level, file, `${kind}/${name}`, path, text].join(' ');
}

function canonical(written: string): string {
  const quantity = parseQuantity(written);
  return quantity.kind === 'quantity-error' ? written : canonicalQuantity(quantity);
}
