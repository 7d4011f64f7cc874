import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#case-kit';
import type { Problem } from '#platform';

/** A document of a case, as its route is written. Who asks for one may have bid, so no log says of which case. */
export const CASE_DOCUMENT = '/v1/cases/:caseId/documents/:documentId';

/** A request as the handlers of this interface find it. */
export interface ApiRequest extends FastifyRequest {
  /** Epoch milliseconds at which the last byte of the body had arrived. */
  receivedAt: number;
  /** Why the body could not be read; told only after sight and right, by whoever reads the body. */
  bodyFault: Problem | null;
  /** Who is asking, set by the guard: the public on open routes without a token. */
  actor?: Actor;
}

export type ApiReply = FastifyReply;

/** The caller of a route that the guard has let through. */
export function getActor(request: ApiRequest): Actor {
  if (request.actor === undefined) throw new Error('the guard named no actor on this route');
  return request.actor;
}

/** Whether If-None-Match says that the caller has what this ETag names. */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => ['*', etag, `W/${etag}`].includes(each.trim()));
}
