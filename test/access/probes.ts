import { PAPER } from '../support/papers.js';
import { PIECE } from '../support/uploads.js';
import type { WireAnswer, WireRequest } from '../support/wire.js';
import { HOME, type Caller } from './callers.js';
import type { Row } from './matrix.js';
import type { Person } from './people.js';
import type { Cell } from './policy.js';
import type { Subjects } from './subjects.js';

/** How one route is asked so that whoever may is known by the answer, and nothing happens. */
interface Probe {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** What has to stand in a good answer for the subject to be in it; otherwise it was left out. */
  readonly shows?: string | undefined;
}

/** A field that no form has: whoever may is told so, and whoever may not is told that before. */
const NONSENSE = { 'no-such-field': 1 };
const BLOCK = 'PRACTICE-ML-STATE';
/** No mineral has this code, so nothing is recorded; who may record in this State is asked before. */
const ENTRY = {
  name: 'Block of the access page',
  state: HOME,
  concession: 'ML',
  minerals: [{ code: 'UNOBTAINIUM' }],
  areaHa: '10.00',
};
const VALUE = {
  amount: '1.00',
  computedOn: '2026-10-12',
  worksheet: [{ mineral: 'IRON_ORE', tonnes: '1', averageSalePrice: '2.00', month: '2026-08', value: '3.00' }],
};

function probeOf({ route, situation }: Row, caller: Caller, subjects: Subjects): Probe {
  const caseId = subjects.cases.get(situation?.name ?? '');
  switch (route.name) {
    case 'GET /v1/cases':
      return { query: `?type=${situation?.caseType.id ?? ''}&limit=200`, shows: caseId };
    case 'POST /v1/feed-tickets':
      return { body: { cases: [caseId] } };
    case 'GET /v1/documents':
      return { shows: subjects.documents.get(caller.role) };
    case 'GET /v1/bidder-profile':
      return { shows: subjects.legalName };
    case 'GET /v1/bidder-profile/papers':
      return { shows: PAPER.reference };
    case 'GET /v1/uploads':
      return { shows: subjects.uploads.get(`${caller.role} GET`) };
    case 'PATCH /v1/uploads/{uploadId}':
      // Not where the upload stands, which is found once the upload is.
      return { body: {}, headers: { ...PIECE, 'Upload-Offset': '999' } };
    case 'POST /v1/blocks':
      return { body: { id: 'ACCESS-1', ...ENTRY } };
    case 'POST /v1/blocks/{blockId}/versions':
      return { body: ENTRY, headers: { 'If-Match': '"1"' } };
    case 'POST /v1/blocks/{blockId}/values':
      return { body: VALUE };
    case 'POST /v1/appointments/{appointmentId}/delegations':
      // Its end is past, which is found once the appointment is.
      return { body: { personId: subjects.personId, until: '2020-01-01T00:00:00Z' } };
    case 'POST /v1/appointments/{appointmentId}/revoke':
      return { body: { reason: 'Asked for the access page' } };
    case 'GET /v1/rule-book':
      return { query: '?name=bid-security' };
    case 'GET /v1/rule-book/changes':
      return { query: '?from=2025-12-30&to=2026-01-01' };
    case 'GET /v1/blocks':
    case 'GET /v1/blocks.geojson':
    case 'GET /v1/attempts':
    case 'GET /v1/rule-book/publications':
      return { query: '?limit=1' };
    default:
      return route.method === 'POST' || route.method === 'PUT' || route.method === 'PATCH' ? { body: NONSENSE } : {};
  }
}

function addressOf({ route, situation }: Row, caller: Caller, person: Person | undefined, subjects: Subjects): string {
  const isRevocation = route.path.endsWith('/revoke');
  const values: Readonly<Record<string, string | undefined>> = {
    caseId: subjects.cases.get(situation?.name ?? ''),
    blockId: BLOCK,
    draftId: subjects.draftId,
    personId: subjects.personId,
    appointmentId: isRevocation ? subjects.delegationId : person?.appointmentId,
    id: subjects.messages.get(caller),
    hash: subjects.law,
    kind: PAPER.kind,
    uploadId: subjects.uploads.get(`${caller.role} ${route.method}`) ?? subjects.uploads.get('bidder GET'),
    attemptId: subjects.attemptId,
    name: route.path.startsWith('/v1/rules') ? 'bid-security' : 'bid-security.cap',
    // In a case the document of the bid; otherwise one that stands to the caller as the page says.
    documentId: subjects.documents.get(situation === null ? caller.role : 'bidder') ?? subjects.documents.get('bidder'),
    slug: 'forbidden',
    file: 'favicon-32x32.png',
  };
  return route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${route.name}: nothing is known to ask for as {${name}}; name a subject`);
    return value;
  });
}

/** The request by which a cell is tried; `holder` holds the appointment that is asked for, where one is. */
export function requestFor(
  row: Row,
  caller: Caller,
  person: Person | undefined,
  holder: Person | undefined,
  subjects: Subjects,
): WireRequest {
  const { query = '', headers = {}, body } = probeOf(row, caller, subjects);
  return {
    method: row.route.method,
    path: `${addressOf(row, caller, holder, subjects)}${query}`,
    headers: {
      ...(person !== undefined && { Authorization: `Bearer ${person.token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      'Idempotency-Key': 'access-page-0123456789',
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

/**
 * What an answer means: a refusal by a form, a version, the state or a rule says that the caller may try.
 *
 * @throws Error for an answer that is about us, not about him.
 */
export function readCell(row: Row, caller: Caller, subjects: Subjects, answer: WireAnswer): Cell {
  const { shows } = probeOf(row, caller, subjects);
  switch (answer.status) {
    case 401:
      return 'log in';
    case 403:
      return 'no';
    case 404:
      return 'hidden';
    default:
      if (answer.status === 429 || answer.status >= 500) throw new Error(`${answer.status}: ${answer.text}`);
      return shows === undefined || answer.text.includes(shows) ? 'yes' : 'hidden';
  }
}
