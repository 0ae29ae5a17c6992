import type { FastifyInstance } from 'fastify';
import { createError, describeCause } from '../src/errors.ts';
import type { WebhookConfigFile } from './settings.ts';

const HOST = '0.0.0.0';
const PORT = 8443;

/** What people meet most, and the way out. */
const faults: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another program listens there; end it, or change listen.port'],
  ['EADDRNOTAVAIL', 'this machine has no such address; change listen.host, or leave it out to listen on all'],
  ['EACCES', 'ports below 1024 need more rights than this process has; change listen.port'],
  ['ENOTFOUND', 'nobody knows this name; change listen.host, or leave it out to listen on all'],
]);

/** @throws QuotafitError that says what is in the way */
export async function listenOn(app: FastifyInstance, listen: WebhookConfigFile['listen']): Promise<void> {
  const { host = HOST, port = PORT } = listen ?? {};
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const problem = faults.get(code) ?? describeCause(error);
    throw createError('QF_LISTEN', { address: `${host}:${port}`, problem }, { cause: error });
  }
}
