import type { EventEmitter } from 'node:events';

const QUIET_MS = 60_000;

/**
 * Tells that a client refused our certificate, once a minute at most. An API server that does so asks nothing, and with
 * `failurePolicy: Ignore` nobody would notice.
 * @param server - of TLS; its `tlsClientError` comes while a connection is made
 * @param now - milliseconds
 */
export function tellDistrust(
  server: Pick<EventEmitter, 'on'>,
  now: () => number,
  tell: (fault: { readonly code: string; readonly client: string }) => void,
): void {
  let quietUntil = -Infinity;
  server.on('tlsClientError', (error: { readonly code?: string }, socket: { readonly remoteAddress?: string }) => {
    const code = error.code ?? '';
    if (!/ALERT_(?:.*CERTIFICATE|UNKNOWN_CA)/u.test(code) || now() < quietUntil) return;
    quietUntil = now() + QUIET_MS;
    tell({ code, client: socket.remoteAddress ?? '' });
  });
}
