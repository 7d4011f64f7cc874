import { createHash } from 'node:crypto';
import type { Actor } from '#case-kit';
import { recordSecurityEvent } from '#identity';
import { sqlOf } from '#platform';
import type { StoredDocument } from '#registers';
import type { ApiRequest } from '../http/request.js';
import type { ApiParts } from '../parts.js';
import { nameAfterContent } from './attachment.js';

/** That a view names a document, and whose it says that it is, where it says so. */
export interface Naming {
  readonly organisationId: string | null;
}

/**
 * Where a view names a document: a member `documentId` at any depth, of the organisation that stands in the nearest
 * member `organisationId` around it. Undefined when the view does not name it.
 */
export function findNaming(
  view: unknown,
  documentId: string,
  organisationId: string | null = null,
): Naming | undefined {
  if (typeof view !== 'object' || view === null) return undefined;
  const members = view as Readonly<Record<string, unknown>>;
  const own = members['organisationId'];
  const nearest = typeof own === 'string' ? own : organisationId;
  if (members['documentId'] === documentId) return { organisationId: nearest };
  for (const member of Object.values(members)) {
    const found = findNaming(member, documentId, nearest);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Which record of a content a reader is given. Several organisations may have stored the same file, each under a name of
 * its own: one is never told the name that another has given it.
 */
export function chooseRecord(
  records: readonly StoredDocument[],
  naming: Naming,
  { organisationId }: Actor,
): StoredDocument | undefined {
  const recordOf = (owner: string | null) => records.find((record) => record.organisationId === owner);
  const [first] = records;
  const meant = recordOf(organisationId) ?? recordOf(naming.organisationId);
  if (meant !== undefined || first === undefined) return meant;
  const isOfOne = records.every((record) => record.organisationId === first.organisationId);
  return isOfOne && naming.organisationId === null
    ? first
    : { ...first, name: nameAfterContent(first.id, first.mediaType) };
}

/**
 * Leaves a trace of who has opened what is not his own. The security log does not say which document: administrators
 * read it, who must not learn the papers of a bidder. Whoever has the document can compute what stands there. Bidders
 * and the public leave none: what they may open of others is for all, and that they looked tells who takes part.
 */
export async function noteOpening(
  { pool }: Pick<ApiParts, 'pool'>,
  { id, ip }: Pick<ApiRequest, 'id' | 'ip'>,
  actor: Actor,
  caseId: string,
  document: StoredDocument,
): Promise<void> {
  const { personId, sessionId, organisationId, role } = actor;
  if (sessionId === null || role === 'bidder' || organisationId === document.organisationId) return;
  await recordSecurityEvent(sqlOf(pool), {
    kind: 'document-opened',
    personId,
    sessionId,
    subject: caseId,
    ip,
    detail: { document: digestOf(caseId, document.id), capacity: role, organisationId, request: id },
  });
}

/** SHA-256 of the id of the case, a slash and the id of the document. */
function digestOf(caseId: string, documentId: string): string {
  return createHash('sha256').update(`${caseId}/${documentId}`).digest('hex');
}
