import { connect, type TLSSocket } from 'node:tls';

const HEAD = 'POST /validate HTTP/1.1\r\nhost: slow\r\ncontent-type: application/json\r\ncontent-length: 100000';

/** Begins a request and sends no more: in the middle of its head, or after one byte of a large body. */
export function openSlowly(port: number, where: 'body' | 'head' = 'body'): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      socket.write(where === 'head' ? HEAD : `${HEAD}\r\n\r\n{`);
      resolve(socket);
    });
    socket.on('error', reject);
  });
}
