import { createError } from '../errors.ts';
import { printDenials, printDenialsJson, reportDenials } from '../report/denials.ts';
import type { DenialsFlags } from './commands/denials.ts';
import type { ExitStatus, Io } from './io.ts';
import { readDenials } from './read-denials.ts';
import { askCluster, connect } from './read-live.ts';

export async function runDenials(flags: DenialsFlags, io: Io): Promise<ExitStatus> {
  const now = flags.now ?? io.now();
  const cluster = await connect(flags);
  const read = await askCluster(cluster, (api) => readDenials(api, flags.webhookNamespace, now));
  if (read.kind === 'unread') throw createError('QF_CLUSTER', { problem: read.problem });
  const report = reportDenials(read.record, flags.namespace ?? [], now);
  io.stdout.write(flags.output === 'json' ? printDenialsJson(report) : printDenials(report));
  return 0;
}
