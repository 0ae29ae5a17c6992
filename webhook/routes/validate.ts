import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AppDeps } from '../app.ts';
import { createBodyRoom } from '../body-room.ts';
import type { Degradation } from '../failure.ts';
import { verdictOf, type ReviewOutcome } from '../judgement.ts';
import { LARGE_BODY_BYTES } from '../large/large-reviews.ts';
import { createReviewReader } from '../read-review.ts';
import { buildReviewAnswer } from '../review.ts';

/** What the API server waits by default when a webhook sets no `timeoutSeconds`. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** Left for the way back, so that our own answer arrives before the caller gives up. */
const RETURN_MARGIN_MS = 250;

/** `POST /validate?timeout=5s`, as the API server calls it. */
export function registerValidate(app: FastifyInstance, { judge, judgeLarge, metrics, now }: AppDeps): void {
  const readReview = createReviewReader();
  const review = async (body: Buffer, deadlineMs: number): Promise<ReviewOutcome> => {
    if (body.length > LARGE_BODY_BYTES && judgeLarge !== undefined) return judgeLarge(body, deadlineMs);
    const parsed = readReview(body);
    if (parsed.kind === 'malformed') return parsed;
    const { request } = parsed;
    return { kind: 'judged', request, judgement: await judge(request, deadlineMs) };
  };
  /** No AdmissionReview can answer what was not read: by its failure policy the API server decides what comes of it. */
  const answerUnread = (reply: FastifyReply, cause: string): FastifyReply => {
    metrics.degraded.inc({ mode: 'evaluation-failed' satisfies Degradation });
    reply.log.warn({ cause }, 'a review was not read');
    return reply.code(503).send({ error: cause });
  };
  const onRequest = createBodyRoom(answerUnread);
  app.post<{ Querystring: { timeout?: string } }>('/validate', { onRequest }, async (httpRequest, reply) => {
    const started = now();
    const { body } = httpRequest;
    const timeoutMs = readTimeout(httpRequest.query.timeout);
    metrics.inFlight.inc();
    const outcome = Buffer.isBuffer(body)
      ? await review(body, started + Math.max(timeoutMs - RETURN_MARGIN_MS, timeoutMs / 2))
      : noBody;
    metrics.inFlight.dec();
    if (outcome.kind === 'unread') return answerUnread(reply, outcome.message);
    if (outcome.kind === 'malformed') {
      metrics.malformed.inc();
      return reply.code(400).send({ error: outcome.message });
    }
    const { judgement, request } = outcome;
    const elapsedMs = now() - started;
    // Whoever waits need not wait for what is told of it.
    void reply.send(buildReviewAnswer(request.uid, judgement.decision));
    const verdict = verdictOf(judgement);
    metrics.reviewSeconds.observe({ verdict }, elapsedMs / 1000);
    for (const rule of judgement.deniedBy) {
      metrics.denials.inc({ rule, namespace: metrics.namespaceLabel(request.namespace) });
    }
    for (const rule of judgement.spared) {
      metrics.spared.inc({ rule, namespace: metrics.namespaceLabel(request.namespace) });
    }
    for (const mode of judgement.degraded) metrics.degraded.inc({ mode });
    httpRequest.log.info(
      {
        uid: request.uid,
        kind: request.kind,
        namespace: request.namespace,
        name: request.name,
        operation: request.operation,
        verdict,
        user: request.user.name,
        rules: judgement.deniedBy,
        wouldDeny: judgement.spared,
        degraded: judgement.degraded,
        ms: Math.round(elapsedMs * 1000) / 1000,
      },
      'review',
    );
    return reply;
  });
}

const noBody: ReviewOutcome = { kind: 'malformed', message: 'there is no body; send an AdmissionReview' };

/** Go's duration as the API server writes it: whole seconds such as `5s`. */
function readTimeout(text: string | undefined): number {
  const seconds = /^(\d{1,2})s$/.exec(text ?? '')?.[1];
  return seconds === undefined ? DEFAULT_TIMEOUT_MS : Number(seconds) * 1000;
}
