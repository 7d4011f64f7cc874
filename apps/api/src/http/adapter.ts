import type { IncomingMessage, ServerResponse } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';
import { RandomPool, type AditConfig, type Clock, type Logger } from '#platform';
import { answerClientError } from './client-error.js';
import { finishWhatHasBegun } from './in-flight.js';
import { registerJsonBody } from './json-body.js';
import { problemOf, sendProblem } from './problem-answer.js';
import { CASE_DOCUMENT, type ApiRequest } from './request.js';
import { RouteTable } from './route-table.js';

/** Case ids are short; a longer path segment names nothing. */
const LONGEST_PARAMETER = 200;
/** How often Node looks for requests that take too long, and so how late a 408 may come. */
const TIMEOUT_CHECK_MS = 500;
const DOCS = '/docs';

const requestIds = new RandomPool(9, 'base64url');

export interface HttpDoor {
  readonly adapter: FastifyAdapter;
  readonly routes: RouteTable;
}

/** The HTTP server before any route is on it: limits, timeouts, ids, headers, our own reading of bodies. */
export async function createHttpDoor(config: AditConfig, clock: Clock, log: Logger): Promise<HttpDoor> {
  const { bodyLimit, bodyTimeoutMs, trustProxy } = config;
  const adapter = new FastifyAdapter({
    bodyLimit,
    trustProxy,
    logger: false,
    requestIdHeader: false,
    genReqId: () => requestIds.draw(),
    requestTimeout: bodyTimeoutMs,
    http: {
      requestTimeout: bodyTimeoutMs,
      headersTimeout: Math.min(60_000, bodyTimeoutMs),
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, bodyTimeoutMs),
    },
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    clientErrorHandler: answerClientError,
    forceCloseConnections: true,
    return503OnClosing: false,
    // The router refuses a malformed address before any route or filter is reached.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(request as ApiRequest, reply, problemOf(error)),
    multipart: false,
  });
  const fastify = adapter.getInstance();
  const routes = new RouteTable();
  routes.watch(fastify);
  addRequestLog(fastify, log);
  finishWhatHasBegun(fastify);
  addHeaders(fastify);
  registerJsonBody(fastify, clock, bodyLimit);
  return { adapter, routes };
}

/** A command to a case, as its route is written. */
const COMMAND = /^(\/v1\/[\w-]+)\/:caseId\/[\w-]+$/;
/** Done, or refused by rules or state: either stands on the record of the case, which shows it to whom it concerns. */
const isOnRecord = (status: number): boolean => status < 300 || status === 409 || status === 422;

/**
 * One line a request, with its id and the case that it reads, without its query, headers or body. A command that stands
 * on a record has no line, and no line says which command was given to which case: whoever counted them would count
 * sealed bids.
 */
function addRequestLog(fastify: FastifyInstance, log: Logger): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url;
    const [, caseType] = (request.method === 'POST' ? COMMAND.exec(route ?? '') : null) ?? [];
    if (caseType === undefined || !isOnRecord(reply.statusCode)) {
      const told = { requestId: request.id, res: reply, ms: Math.round(reply.elapsedTime) };
      log.info({ ...told, ...describeAsked(request, route, caseType) }, 'answered');
    }
    done();
  });
}

/** Of a command, and of a document of a case, the route alone. */
function describeAsked(request: FastifyRequest, route: string | undefined, caseType: string | undefined): object {
  const { method } = request;
  if (caseType !== undefined) {
    const url = `${caseType}/{caseId}/{command}`;
    return { req: { method, url }, route: url };
  }
  if (route === CASE_DOCUMENT) return { req: { method, url: route }, route };
  const { caseId } = (request.params ?? {}) as { readonly caseId?: string };
  return { caseId, req: request, route };
}

/** What helmet says to browsers: the same on every answer, so it is asked once. */
function listSecurityHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => (headers[name] = value),
    removeHeader: () => undefined,
  };
  const write = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // Whether the way here is encrypted is decided in front of us; saying so over plain HTTP has no effect.
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
  });
  write({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error instanceof Error ? error : new Error('helmet wrote no headers');
  });
  return headers;
}

function addHeaders(fastify: FastifyInstance): void {
  const security = listSecurityHeaders();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(security);
    // What one person sees must not be kept for another; open answers say otherwise themselves.
    reply.header('Cache-Control', 'no-store');
    if (request.url === DOCS || request.url.startsWith(`${DOCS}/`)) {
      reply.header(
        'Content-Security-Policy',
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      );
    }
    done();
  });
}
