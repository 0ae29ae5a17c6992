/** The floor: Fastify, as the webhook sets it up, with an answer that does not hang on the question. */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

const [certFile = '', keyFile = '', port = '0', mode = 'parsed'] = process.argv.slice(2);
const app = Fastify({ https: { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' } });
if (mode === 'unread') {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
app.post('/validate', () => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true },
}));
await app.listen({ host: '127.0.0.1', port: Number(port) });
