import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createProxy, type Server } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCluster } from '../../../src/cluster/connect.ts';
import { createAuthority, issueServingCertificate } from '../../../webhook/tls/authority.ts';

let folder = '';
let server: Server;
let proxy: Server;
const asked: string[] = [];

const listen = async (one: Server): Promise<number> => {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return (one.address() as AddressInfo).port;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quotafit-proxy-'));
  const authority = await createAuthority(new Date(), 1);
  const pair = await issueServingCertificate(authority, ['api.invalid'], new Date(), 1);
  server = createServer({ key: pair.key, cert: pair.certificate }, (_, response) => response.end('{"minor":"37"}'));
  const apiPort = await listen(server);
  // It knows names that this machine does not.
  proxy = createProxy().on('connect', ({ url }, client: Socket) => {
    asked.push(url ?? '');
    const upstream = connect(apiPort, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.pipe(client).pipe(upstream);
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  const config = {
    'current-context': 'main',
    contexts: [{ name: 'main', context: { cluster: 'main', user: 'me' } }],
    users: [{ name: 'me', user: { token: 't' } }],
    clusters: [
      {
        name: 'main',
        cluster: {
          server: 'https://api.invalid:6443',
          'proxy-url': `http://127.0.0.1:${await listen(proxy)}`,
          'certificate-authority-data': Buffer.from(authority.certificate).toString('base64'),
        },
      },
    ],
  };
  writeFileSync(join(folder, 'config'), JSON.stringify(config));
});

afterAll(() => {
  for (const one of [server, proxy]) {
    one.closeAllConnections();
    one.close();
  }
  rmSync(folder, { recursive: true });
});

it('a proxy that the kubeconfig names is gone through', async () => {
  const { api } = await openCluster({ kubeconfig: join(folder, 'config'), requestTimeoutMs: 5000 });
  await expect(api.get('/version')).resolves.toEqual({ minor: '37' });
  await expect(api.get('/version')).resolves.toEqual({ minor: '37' });
  expect(new Set(asked)).toEqual(new Set(['api.invalid:6443']));
});
