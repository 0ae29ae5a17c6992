#!/usr/bin/env node
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server as TlsServer } from 'node:tls';
import { parseArgs } from 'node:util';
import { openCluster, type ClusterConnection } from '../src/cluster/connect.ts';
import { tellFault } from '../src/cluster/fault.ts';
import { readMinorVersion } from '../src/cluster/version.ts';
import { webhookNamespace } from '../src/denial/place.ts';
import { createCommitter } from '../src/fit/commitment.ts';
import { createError, describeCause, QuotafitError } from '../src/errors.ts';
import { listKinds } from '../src/config/kinds.ts';
import { emptyLayer } from '../src/index.ts';
import { buildApp } from './app.ts';
import { openAudit } from './audit/open-audit.ts';
import { followConfiguration, readConfiguration, type Configuration } from './configuration.ts';
import { findCustomResources } from './custom-resources.ts';
import { createEventWriter } from './events.ts';
import type { Observation } from './judge.ts';
import { listenOn } from './listen.ts';
import { startLiveState } from './live-state.ts';
import { openLogStream } from './log-stream.ts';
import { createMetrics, watchState, type Metrics } from './metrics.ts';
import { openReservations } from './open-reservations.ts';
import { tellReload } from './reload.ts';
import { runJudge } from './running.ts';
import { tellDistrust } from './tls/distrust.ts';
import { obtainCertificate, readExpiry } from './tls/serving.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const EVENT_QUIET_MS = 60_000;
/** For a request that is on its way in or an answer on its way out when the process is told to stop. */
const DRAIN_MS = 500;
/** How often the watches are measured by what was admitted. */
const DOUBT_MS = 1000;
const CONFIG_WATCH = { pollMs: 10_000, settleMs: 200 };
const DEFAULTS = {
  logLevel: 'info',
  staleSeconds: 120,
  pageSize: 500,
};
const usage = 'usage: quotafit-webhook --config FILE [--kubeconfig FILE] [--context NAME]';

/** Ages and deadlines go by a clock that nobody sets. */
const clock = (): number => performance.now();
const wallClock = (): Date => new Date();

async function serve(): Promise<void> {
  const values = readArguments();
  if (values.config === undefined) throw createError('QF_USAGE', { problem: usage });
  const configuration = await readConfiguration(values.config);
  const { config: path, ...access } = values;
  const cluster = await openCluster({ requestTimeoutMs: REQUEST_TIMEOUT_MS, ...access }).catch((error: unknown) => {
    throw createError('QF_CLUSTER', { problem: describeCause(error) }, { cause: error });
  });
  await start(path, configuration, cluster);
}

function readArguments() {
  const options = { config: { type: 'string' }, kubeconfig: { type: 'string' }, context: { type: 'string' } } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw createError('QF_USAGE', { problem: `${describeCause(error)}\n${usage}` }, { cause: error });
  }
}

/** @throws QuotafitError that says what the API server has against it */
async function asking<Value>(server: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof QuotafitError) throw error;
    throw createError('QF_CLUSTER', { problem: tellFault(server, error) }, { cause: error });
  }
}

/** Wires everything, and listens until it is told to stop. */
async function start(path: string, configuration: Configuration, { api, server }: ClusterConnection): Promise<void> {
  const { file: config, organisation } = configuration;
  const identity = {
    namespace: process.env['POD_NAMESPACE'] ?? webhookNamespace,
    instance: process.env['POD_NAME'] ?? hostname(),
  };
  const minor = await asking(server, readMinorVersion(api));
  const kinds = listKinds({ organisation, project: emptyLayer });
  const serving = await asking(server, obtainCertificate(config.tls, api, identity));
  const metrics = createMetrics();
  let isClosing = false;
  // Before all that has something to say: it is the log. Nothing is asked of it until it listens.
  const app = buildApp({
    judge: (request, deadlineMs) => running.judge(request, deadlineMs),
    judgeLarge: (body, deadlineMs) => running.judgeLarge(body, deadlineMs),
    metrics,
    readiness: {
      missing: () => (isClosing ? ['it is closing'] : state.missing().map((resource) => `state of ${resource}`)),
    },
    logger: { level: config.log?.level ?? DEFAULTS.logLevel, stream: openLogStream() },
    tls: serving.pair,
    now: clock,
  });
  const warn = (what: object, message: string): void => app.log.warn(what, message);
  const reservations = openReservations(config.reservations, {
    api,
    identity,
    kinds,
    now: clock,
    onWrite: (result, ms) => metrics.reservationWrites.observe({ result }, ms / 1000),
    onError: (err) => warn({ err }, 'cannot tidy up shared reservations'),
  });
  const customResources = await findCustomResources(api, kinds);
  const audit = openAudit(config.audit, {
    api,
    identity,
    registry: metrics.registry,
    namespaces: () => state.namespaces(),
    log: (level, what, message) => app.log[level](what, message),
    clock,
    now: wallClock,
  });
  const state = startLiveState(api, {
    customResources,
    kinds,
    kubernetesMinor: minor,
    pageSize: config.state?.pageSize ?? DEFAULTS.pageSize,
    staleMs: (config.state?.staleSeconds ?? DEFAULTS.staleSeconds) * 1000,
    now: clock,
    onSeen(object) {
      reservations.settle(object);
      audit.seen(object);
    },
    onGone: reservations.release,
    onError: (resource, err) => warn({ resource, err }, 'cannot follow the cluster'),
  });
  const doubting = setInterval(() => reservations.overdue().forEach(state.doubt), DOUBT_MS);
  watchState(metrics, { ages: state.ages, reservations: reservations.size });
  const writeEvent = createEventWriter(api, {
    instance: identity.instance,
    quietMs: EVENT_QUIET_MS,
    now: wallClock,
    clock,
    onError: (err) => warn({ err }, 'cannot write an Event'),
  });
  const observe = (observation: Observation): void => {
    writeEvent(observation);
    audit.note(observation);
  };
  const running = await runJudge(
    configuration,
    { commit: createCommitter(), state, reservations, now: clock, observe },
    {
      kubernetesVersion: `1.${minor}`,
      kinds,
      nodeAgents: state.nodeAgents,
      now: wallClock,
      onRuleFailure: ({ message, rule, ruleSet }) => {
        metrics.ruleFailures.inc({ rule: rule ?? ruleSet });
        warn({ rule, ruleSet, cause: message }, 'a rule could not answer');
      },
    },
  );
  const noteExpiry = (certificate: string): void => {
    const expiry = readExpiry(certificate);
    metrics.certificateExpiry.set(expiry);
    const ended = new Date(expiry * 1000);
    if (ended < wallClock()) warn({ ended }, 'the certificate has ended: no API server trusts it; renew it');
  };
  noteExpiry(serving.pair.certificate);
  tellDistrust(app.server, clock, (fault) =>
    warn(
      fault,
      'a client does not trust the certificate: see that caBundle has its issuer, and it the name of the Service',
    ),
  );
  const unfollow = serving.follow(
    ({ certificate, key }) => {
      setCertificate(app.server, certificate, key);
      noteExpiry(certificate);
    },
    (err) => warn({ err }, 'cannot renew the certificate'),
  );
  const unfollowConfig = followConfiguration(path, configuration, CONFIG_WATCH, {
    async apply(next) {
      await running.apply(next);
      app.log.level = next.file.log?.level ?? DEFAULTS.logLevel;
    },
    onOutcome: (outcome) => tellReload(app.log, metrics, outcome),
    onError: (err) => warn({ err }, 'cannot watch the configuration'),
  });
  metrics.configGood.set(1);
  metrics.configApplied.setToCurrentTime();
  const close = async (): Promise<void> => {
    if (isClosing) return;
    isClosing = true;
    clearInterval(doubting);
    const untended = unfollow();
    unfollowConfig();
    const ended = app.close();
    await endUnused(app.server, metrics);
    await ended;
    await untended;
    await audit.stop();
    await running.close();
    reservations.stop();
    await state.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());
  await listenOn(app, config.listen);
  audit.start(state, customResources, running.configured);
}

/**
 * Once nothing is under way, closes what is still open. An API server dials more connections than it then uses, and one
 * on which nothing was ever asked is not idle to Node: it would hold up the end for a minute.
 */
async function endUnused(server: Pick<Server, 'closeAllConnections'>, { inFlight }: Metrics): Promise<void> {
  do await sleep(DRAIN_MS);
  while ((await inFlight.get()).values.some(({ value }) => value > 0));
  server.closeAllConnections();
}

/** Connections that are open keep the certificate that they began with. */
function setCertificate(server: object, cert: string, key: string): void {
  if (server instanceof TlsServer) server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
}

serve().catch((error: unknown) => {
  const isOurs = error instanceof QuotafitError;
  process.stderr.write(`quotafit-webhook: ${describeCause(error)}${isOurs ? ` [${error.code}]` : ''}\n`);
  // Watches that were begun would keep a process that serves nobody.
  process.exit(isOurs ? error.exit : 1);
});
