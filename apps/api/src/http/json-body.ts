import type { FastifyInstance } from 'fastify';
import { Problem, refuseFields, type Clock, type FieldError } from '#platform';
import type { ApiRequest } from './request.js';

/** No form of any case is nested deeper; a deeper body only serves to exhaust whoever walks it. */
const DEEPEST = 32;
const MOST_FAULTS = 50;

const utf8 = new TextDecoder('utf-8', { fatal: true });

type Read = { readonly value: unknown } | { readonly fault: Problem };

/**
 * Replaces Fastify's body parsers by one of our own for application/json. It stamps the instant of receipt before it
 * reads anything. A body that cannot be read is noted on the request instead of being refused here: whoever may not
 * see a case must not learn from the order of refusals that it exists.
 */
export function registerJsonBody(fastify: FastifyInstance, clock: Clock, bodyLimit: number): void {
  fastify.decorateRequest('receivedAt', 0);
  fastify.decorateRequest('bodyFault', null);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer', bodyLimit }, (raw, body, done) => {
    const request = raw as ApiRequest;
    request.receivedAt = clock.now();
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      done(new Problem('unsupported-media-type', { detail: 'A body is sent without Content-Encoding' }), undefined);
      return;
    }
    const read = readJson(body);
    if ('fault' in read) request.bodyFault = read.fault;
    done(null, 'value' in read ? read.value : undefined);
  });
  // A request without a body is complete with its headers.
  fastify.addHook('preValidation', (raw, _reply, done) => {
    const request = raw as ApiRequest;
    if (request.receivedAt === 0) request.receivedAt = clock.now();
    done();
  });
}

/** Reads JSON strictly: UTF-8, no nesting bombs, nothing that the database or a canonical text could not hold. */
export function readJson(body: Buffer): Read {
  if (body.length === 0) return { value: undefined };
  let value: unknown;
  try {
    const text = utf8.decode(body);
    if (isDeeperThan(text, DEEPEST)) {
      return {
        fault: refuseFields([{ field: '(body)', message: `must not be nested deeper than ${DEEPEST} levels` }]),
      };
    }
    value = JSON.parse(text);
  } catch {
    return { fault: new Problem('malformed-json') };
  }
  const faults: FieldError[] = [];
  findFaults(value, '', faults);
  return faults.length === 0 ? { value } : { fault: refuseFields(faults) };
}

/** Counts brackets outside of strings, without building anything. */
function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (inString) {
      if (char === 0x5c) index += 1;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
  return false;
}

function findFaults(value: unknown, field: string, faults: FieldError[]): void {
  if (faults.length >= MOST_FAULTS) return;
  const refuse = (message: string): void => {
    faults.push({ field: field === '' ? '(body)' : field, message });
  };
  if (typeof value === 'string') {
    if (!isStorable(value)) refuse('must not hold the character NUL or half of a surrogate pair');
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse('must be a number that can be represented');
  } else if (Array.isArray(value)) {
    value.forEach((each, index) => findFaults(each, `${field}[${index}]`, faults));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      const path = field === '' ? name : `${field}.${name}`;
      // JSON.parse makes it an own member, but the first copy of the object would make it a prototype.
      if (name === '__proto__' || !isStorable(name))
        faults.push({ field: '(body)', message: 'holds a forbidden name' });
      else findFaults(each, path, faults);
    }
  }
}

const NOT_STORABLE = /[\0\p{Surrogate}]/u;

/** Whether PostgreSQL takes the text: neither NUL nor a lone surrogate. */
export function isStorable(text: string): boolean {
  return !NOT_STORABLE.test(text);
}
