import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** One address for several processes, as a Service is: each new connection goes to the next of them. */
export interface Balancer {
  readonly port: number;
  /** Who is behind it from now on; connections that are open stay where they are. */
  readonly serve: (ports: readonly number[]) => void;
  readonly close: () => Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  const open = new Set<Socket>();
  let behind: readonly number[] = [];
  let turn = 0;
  const server = createServer((client) => {
    const port = behind[turn % behind.length];
    turn += 1;
    if (port === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: '127.0.0.1', port });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    serve(ports) {
      behind = ports;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
