/** The floor: Fastify, as the webhook sets it up, with an answer that hangs on nothing of the question but its uid. */
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

const [certFile = '', keyFile = '', port = '0', mode = 'parsed'] = process.argv.slice(2);
const app = Fastify({ https: { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' } });
if (mode === 'unread') {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}
app.post<{ Body: Buffer | { readonly request?: { readonly uid: string } } }>('/validate', ({ body }) => {
  // The API server insists on its own; whoever does not read the body cannot know it.
  const uid = Buffer.isBuffer(body) ? undefined : body.request?.uid;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid: uid ?? '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true },
  };
});
await app.listen({ host: '127.0.0.1', port: Number(port) });
