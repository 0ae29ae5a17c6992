import { listAssumptions } from '../fit/fit-release.ts';
import { printLimitRangeYaml, printQuotaYaml, printRequestYaml } from '../report/suggestion-yaml.ts';
import { suggestLimitRanges } from '../suggest/suggest-limit-range.ts';
import { suggestQuotas } from '../suggest/suggest-quota.ts';
import { suggestRequests } from '../suggest/suggest-requests.ts';
import type { Suggested } from './commands/suggest.ts';
import type { FitFlags } from './fit-flags.ts';
import { readFitInput } from './fit-input.ts';
import type { ExitStatus, Io } from './io.ts';
import { refuseState } from './read-state.ts';

export async function runSuggest(
  what: Suggested,
  paths: readonly string[],
  flags: FitFlags,
  io: Io,
): Promise<ExitStatus> {
  const { objects, state, options, diagnostics } = await readFitInput(paths, flags, io);
  for (const { file, line, column, level, message } of diagnostics) {
    const place = file === '' ? 'quotafit' : `${file}:${line}:${column}`;
    io.stderr.write(`${place}: ${level}: ${message}\n`);
  }
  if (what === 'limitrange') {
    io.stdout.write(printLimitRangeYaml(suggestLimitRanges(objects, options.namespace, options.kinds)));
  } else if (what === 'requests') {
    const suggestion = suggestRequests(objects, state, options);
    if (suggestion.kind === 'bad-state') refuseState(suggestion.problems);
    io.stdout.write(printRequestYaml(suggestion.workloads));
  } else {
    const suggestion = suggestQuotas(objects, state, options);
    if (suggestion.kind === 'bad-state') refuseState(suggestion.problems);
    io.stdout.write(printQuotaYaml(suggestion.quotas, listAssumptions(options)));
  }
  return diagnostics.some(({ level }) => level === 'error') ? 1 : 0;
}
