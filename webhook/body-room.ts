import type { FastifyReply, onRequestHookHandler } from 'fastify';
import { LARGE_BODY_BYTES } from './large/large-reviews.ts';

/** Object and old object of 3 MiB each, as the API server lets them in, with their frame and escapes. */
export const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** For all large bodies together, those that come in and those that are judged: six of the longest. */
const ROOM_BYTES = 6 * BODY_LIMIT_BYTES;

/**
 * Takes large bodies in only as far as there is room: what somebody sends slowly is held for long, and a process has less
 * memory than connections may bring. Others are always taken in.
 * @param refuse - answers one that there is no room for
 */
export function createBodyRoom(refuse: (reply: FastifyReply, message: string) => void): onRequestHookHandler {
  let held = 0;
  return (request, reply, done) => {
    // Who does not say how much will come may send as much as there may be.
    const bytes = Math.min(Number(request.headers['content-length'] ?? BODY_LIMIT_BYTES), BODY_LIMIT_BYTES);
    if (bytes <= LARGE_BODY_BYTES) return done();
    if (held + bytes > ROOM_BYTES) return refuse(reply, `${held} bytes of large reviews are being read already`);
    held += bytes;
    reply.raw.once('close', () => (held -= bytes));
    return done();
  };
}
