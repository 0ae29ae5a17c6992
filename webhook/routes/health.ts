import type { FastifyInstance } from 'fastify';

/** What must be true before the API server may send reviews; a closing server takes itself back. */
export interface Readiness {
  /** What is still missing, in words; empty when ready. */
  readonly missing: () => readonly string[];
}

export function registerHealth(app: FastifyInstance, readiness: Readiness): void {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const missing = readiness.missing();
    return reply
      .code(missing.length === 0 ? 200 : 503)
      .send({ status: missing.length === 0 ? 'ok' : 'waiting', missing });
  });
}
