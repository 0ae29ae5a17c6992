import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { BODY_LIMIT_BYTES } from './body-room.ts';
import type { KeyPair } from './tls/authority.ts';
import type { Metrics } from './metrics.ts';
import type { Judgement, ReviewOutcome } from './judgement.ts';
import type { ReviewRequest } from './review.ts';
import { registerHealth, type Readiness } from './routes/health.ts';
import { registerMetrics } from './routes/metrics.ts';
import { registerValidate } from './routes/validate.ts';

export interface AppDeps {
  /** Never rejects: what goes wrong inside is a judgement too. */
  readonly judge: (request: ReviewRequest, deadlineMs: number) => Promise<Judgement>;
  /** The same for a body that is too long to be read here; without it, every body is. */
  readonly judgeLarge?: (body: Buffer, deadlineMs: number) => Promise<ReviewOutcome>;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly logger: FastifyServerOptions['logger'];
  /** `null` serves plain HTTP, for tests by `inject`. */
  readonly tls: KeyPair | null;
  readonly now: () => number;
}

/** The API server keeps idle connections for 90 s; we must not be the one that closes first. */
const KEEP_ALIVE_MS = 100_000;
/** A client that has not sent its request by then is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for those; twice a minute by default. */
const SLOW_CHECK_MS = 5000;

/** The webhook as a Fastify instance: no port, no environment, no cluster. */
export function buildApp(deps: AppDeps): FastifyInstance {
  const options = {
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle' as const,
    // What comes on a connection that was busy when we began to close is a review like any other.
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    ...(deps.logger === undefined ? {} : { logger: deps.logger }),
  };
  const app: FastifyInstance =
    deps.tls === null
      ? Fastify(options)
      : Fastify({
          ...options,
          https: {
            cert: deps.tls.certificate,
            key: deps.tls.key,
            minVersion: 'TLSv1.2',
            connectionsCheckingInterval: SLOW_CHECK_MS,
          },
        });
  // Fastify's own parser refuses a ConfigMap with a key `__proto__`: a 400 would let it pass unjudged.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  registerHealth(app, deps.readiness);
  registerMetrics(app, deps.metrics);
  registerValidate(app, deps);
  return app;
}
