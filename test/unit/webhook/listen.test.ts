import { createServer, type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { listenOn } from '../../../webhook/listen.ts';

it('says that another program has its port, and what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(listenOn(Fastify(), { host: '127.0.0.1', port })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: another program listens there; end it, or change listen.port`,
  );
  await new Promise((resolve) => other.close(resolve));
});

it('says that an address is none of this machine', async () => {
  await expect(listenOn(Fastify(), { host: '203.0.113.9', port: 0 })).rejects.toThrow(
    'cannot listen on 203.0.113.9:0: this machine has no such address',
  );
});
