import type { FastifyInstance } from 'fastify';
import { Problem } from '#platform';
import { sendProblem } from './problem-answer.js';
import type { ApiRequest } from './request.js';

/** How long requests under way may take to get their answers when the server closes. */
const PATIENCE_MS = 10_000;

/**
 * Lets a closing server answer what it has begun and nothing else. Connections that were opened beforehand and never
 * used, as browsers do, are then cut off: waiting for them would be waiting for ever.
 */
export function finishWhatHasBegun(fastify: FastifyInstance): void {
  const running = new Set<object>();
  let closing = false;
  let onIdle: () => void = () => undefined;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (closing) {
      reply.header('Connection', 'close');
      const detail = 'This process is closing; another one, or the next start, will answer';
      sendProblem(request as ApiRequest, reply, new Problem('unavailable', { detail, extensions: { retryAfter: 1 } }));
      return;
    }
    running.add(request.raw);
    reply.raw.once('close', () => {
      running.delete(request.raw);
      if (running.size === 0) onIdle();
    });
    done();
  });
  // The connections are cut right after this, by `forceCloseConnections`.
  fastify.addHook('preClose', (done) => {
    closing = true;
    const patience = setTimeout(finish, PATIENCE_MS);
    onIdle = finish;
    if (running.size === 0) finish();

    function finish(): void {
      clearTimeout(patience);
      onIdle = () => undefined;
      done();
    }
  });
}
