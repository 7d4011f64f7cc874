import { HttpException } from '@nestjs/common';
import { DecisionFault, EngineBusy, OutcomeUnknown } from '#engine';
import { Problem, type ProblemSlug } from '#platform';
import type { ApiReply, ApiRequest } from './request.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const SLUG_OF_STATUS: Readonly<Record<number, ProblemSlug>> = {
  400: 'validation',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'slow-body',
  413: 'body-too-large',
  414: 'not-found',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  503: 'unavailable',
};

/** Seconds after which a caller may repeat what we could not take or finish. */
const RETRY_SECONDS = 1;

/** What a caller is told of an error: a problem as it is, the framework's by its status, ours without particulars. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof EngineBusy) {
    return new Problem('unavailable', { extensions: { retryAfter: RETRY_SECONDS }, cause: error });
  }
  if (error instanceof OutcomeUnknown) {
    const detail = 'The database did not answer in time; send the same request with the same Idempotency-Key';
    return new Problem('outcome-unknown', { detail, extensions: { retryAfter: RETRY_SECONDS }, cause: error });
  }
  if (error instanceof DecisionFault) return new Problem('internal', { cause: error });
  if (isDatabaseGone(error)) {
    return new Problem('unavailable', { extensions: { retryAfter: RETRY_SECONDS }, cause: error });
  }
  const status = error instanceof HttpException ? error.getStatus() : statusOfFastify(error);
  const slug = status === undefined ? undefined : SLUG_OF_STATUS[status];
  return new Problem(slug ?? 'internal', { cause: error });
}

const CONNECTION_LOST =
  /Connection terminated|Connection ended|connection is closed|timeout exceeded when trying to connect|not queryable/i;

/** The database could not be asked; outside of commands, of which the engine knows more, nothing has happened. */
function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^(57P0[123]|08|ECONN|EPIPE|ETIMEDOUT)/.test(code) || CONNECTION_LOST.test(error.message);
}

function statusOfFastify(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** Sends a problem with the headers that its status calls for. */
export function sendProblem(request: ApiRequest, reply: ApiReply, problem: Problem): void {
  const { retryAfter, allow } = problem.extensions;
  if (typeof retryAfter === 'number') reply.header('Retry-After', String(retryAfter));
  if (Array.isArray(allow)) reply.header('Allow', allow.join(', '));
  if (problem.slug === 'unauthenticated') reply.header('WWW-Authenticate', 'Bearer');
  if (problem.slug === 'token-expired') reply.header('WWW-Authenticate', 'Bearer error="invalid_token"');
  // What may still come of a body that was too long or too slow would be read as the next request.
  if (problem.status === 413 || problem.status === 408) reply.header('Connection', 'close');
  const body = JSON.stringify({ ...problem.toJSON(), instance: `urn:adit:request:${request.id}` });
  reply.code(problem.status).header('Content-Type', PROBLEM_TYPE).header('Cache-Control', 'no-store').send(body);
}
