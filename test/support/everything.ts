import type { OpenAPIObject } from '@nestjs/swagger';
import type { ApiWorld } from './api-world.js';

/** One answer, with all of it that a reader gets. */
export interface Sighting {
  /** Who got it; `public` without a log-in. */
  readonly who: string;
  readonly path: string;
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

export interface Wanted {
  readonly caseId: string;
  readonly blockId: string;
  /** Documents that bids name. */
  readonly documentIds: readonly string[];
  /** Words with which lists are searched: ids and names of those who must not be found. */
  readonly searched: readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: { readonly type?: string; readonly enum?: readonly unknown[]; readonly maximum?: number };
}

const PUBLIC = 'public';
/** Streams do not end, and are read by themselves. */
const STREAMS: readonly string[] = ['/v1/feed'];
/** What is the same whatever happens in a case: law, calculators, catalogues. Its probes tell of the machine's load. */
const NEVER_OF_A_CASE: readonly string[] = ['rules', 'rule book', 'health', 'catalogue'];
const AT_ONCE = 8;
/** What the transport adds to every answer, and what differs from one answer to the next. */
const UNTOLD_HEADERS: readonly string[] = ['date', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding'];

/** A route without its filters, and each filter with each value that it takes. */
export interface Address {
  readonly path: string;
  readonly filtered: readonly string[];
  /** The route looks at no token: all the world gets the same answer. */
  readonly isForAll: boolean;
}

/**
 * Every address that can concern a case, out of the platform's own description of itself. A route or a filter that is
 * added later is asked without a word here.
 */
export function listAddresses(document: OpenAPIObject, wanted: Wanted): readonly Address[] {
  const addresses: Address[] = [];
  for (const [template, operations] of Object.entries(document.paths)) {
    const { get } = operations;
    const isOfNone = (get?.tags ?? []).some((tag) => NEVER_OF_A_CASE.includes(tag));
    if (get === undefined || isOfNone || STREAMS.includes(template)) continue;
    const parameters = (get.parameters ?? []) as readonly Parameter[];
    const limit = parameters.find(({ name }) => name === 'limit')?.schema?.maximum;
    const most = limit === undefined ? '' : `limit=${limit}`;
    const isForAll = !('401' in get.responses);
    for (const path of fillPath(template, wanted)) {
      const filtered = parameters
        .filter((parameter) => parameter.in === 'query')
        .flatMap((parameter) =>
          valuesOf(parameter, wanted).map((value) =>
            join(path, `${parameter.name}=${encodeURIComponent(value)}`, most),
          ),
        );
      addresses.push({ path: join(path, most), filtered, isForAll });
    }
  }
  return addresses;
}

function join(path: string, ...queries: readonly string[]): string {
  const query = queries.filter((each) => each !== '').join('&');
  return query === '' ? path : `${path}?${query}`;
}

function fillPath(template: string, wanted: Wanted): readonly string[] {
  const { caseId, blockId, documentIds, searched } = wanted;
  if (!template.includes('{')) return [template];
  if (template.includes('{documentId}')) {
    return documentIds.flatMap((documentId) => fillPath(template.replace('{documentId}', documentId), wanted));
  }
  const values = template.includes('{caseId}')
    ? [caseId]
    : template.includes('{blockId}')
      ? [blockId]
      : [caseId, ...searched];
  return values.map((value) => template.replaceAll(/\{[^}]+\}/g, encodeURIComponent(value)));
}

function valuesOf({ name, schema }: Parameter, { caseId, blockId, searched }: Wanted): readonly string[] {
  if (name === 'cursor' || name === 'limit') return [];
  if (schema?.enum !== undefined) return schema.enum.map(String);
  if (schema?.type === 'boolean') return ['true', 'false'];
  if (schema?.type === 'integer' || schema?.type === 'number') return ['1'];
  if (name === 'type') return ['block-auction'];
  if (name === 'state' || name === 'jurisdiction') return ['OD'];
  return [caseId, blockId, ...searched];
}

/** Asks all addresses as all of these people, and as nobody; filters only where the caller gets an answer at all. */
export async function collect(
  world: ApiWorld,
  people: readonly string[],
  addresses: readonly Address[],
): Promise<readonly Sighting[]> {
  const sightings: Sighting[] = [];
  for (const who of [PUBLIC, ...people]) {
    const token = who === PUBLIC ? null : (await world.as(who)).token;
    const ask = async (paths: readonly string[]): Promise<readonly Sighting[]> => {
      const found: Sighting[] = [];
      for (let from = 0; from < paths.length; from += AT_ONCE) {
        const some = paths.slice(from, from + AT_ONCE).map((path) => look(world.baseUrl, who, token, path));
        found.push(...(await Promise.all(some)));
      }
      return found;
    };
    const asked = addresses.filter(({ isForAll }) => who === PUBLIC || !isForAll);
    const plain = await ask(asked.map(({ path }) => path));
    const answered = asked.filter((_, index) => (plain[index]?.status ?? 500) < 400);
    sightings.push(...plain, ...(await ask(answered.flatMap(({ filtered }) => filtered))));
  }
  return sightings;
}

async function look(baseUrl: string, who: string, token: string | null, path: string): Promise<Sighting> {
  const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` };
  const answer = await fetch(`${baseUrl}${path}`, { headers });
  const told = [...answer.headers].filter(([name]) => !UNTOLD_HEADERS.includes(name));
  const lines = told.map(([name, value]) => `${name}: ${value}`);
  return { who, path, status: answer.status, headers: lines.join('\n'), body: await answer.text() };
}

/** Each answer under who got it and where, without what names the request, the second or a sealed cursor. */
export function toComparable(sightings: readonly Sighting[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sightings.map(({ who, path, status, headers, body }) => [
      `${who} ${path}`,
      `${status}\n${stillHeaders(headers, path)}\n${still(body, path)}`,
    ]),
  );
}

/** The window on a live phase tells the platform's own time, in as many digits as that takes. */
const isWindow = (path: string): boolean => path.endsWith('/live.json');

function stillHeaders(headers: string, path: string): string {
  return isWindow(path) ? headers.replace(/content-length: \d+/, 'content-length: ANY') : headers;
}

function still(body: string, path: string): string {
  const text = body.replaceAll(/urn:adit:request:[\w-]+/g, 'REQUEST').replaceAll(/"next":"[^"]+"/g, '"next":"CURSOR"');
  return isWindow(path) ? text.replaceAll(/"at":"[^"]+"|"uncertaintyMs":\d+/g, 'NOW') : text;
}
