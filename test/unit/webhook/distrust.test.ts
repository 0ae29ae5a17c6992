import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { tellDistrust } from '../../../webhook/tls/distrust.ts';

it('tells of clients that refuse the certificate, once a minute, and of no other broken connection', () => {
  const server = new EventEmitter();
  let time = 0;
  const told: unknown[] = [];
  tellDistrust(
    server,
    () => time,
    (fault) => told.push(fault),
  );
  const fail = (code: string): unknown => server.emit('tlsClientError', { code }, { remoteAddress: '10.0.0.1' });
  fail('ECONNRESET');
  fail('ERR_SSL_NO_SHARED_CIPHER');
  expect(told).toEqual([]);
  fail('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE');
  fail('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA');
  expect(told).toEqual([{ code: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', client: '10.0.0.1' }]);
  time = 60_000;
  fail('ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN');
  expect(told).toHaveLength(2);
});
