import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { tellFault } from '../../../src/cluster/fault.ts';
import { createClusterApi } from '../../../src/cluster/http-api.ts';

/** @param answer - of the server; `null` when it says nothing at all */
async function ask(answer: string | null, timeoutMs: number): Promise<unknown> {
  const server = createServer((_, response) => void (answer === null || response.end(answer)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = new KubeConfig();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: 'main', server: url, skipTLSVerify: true }, { name: 'me' });
  try {
    return await createClusterApi(config, timeoutMs).get('/version');
  } catch (error) {
    return error;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('what is wrong with a cluster', () => {
  it.each([
    ['no JSON', '<html>Log in</html>', 5000, 'S does not answer as an API server does; see the address and proxies'],
    ['nothing', null, 50, 'S did not answer in time'],
  ])('is told where it answers %s', async (_, answer, timeoutMs, told) => {
    expect(tellFault('S', await ask(answer, timeoutMs))).toBe(told);
  });
});
