import type { Actor, Sql } from '#case-kit';
import { getOnlyRow } from '#platform';
import type { Arrival } from './arrivals.js';
import type { MediaType } from './media-type.js';
import type { ScanState } from './scanner.js';

export interface NewDocument {
  readonly name: string;
  /** As the sender declares it. */
  readonly mediaType: string;
  /** The case that it is for; whether the sender sees that case is decided before. */
  readonly caseId: string | null;
}

export interface StoredDocument {
  /** SHA-256 of the content (hex). */
  readonly id: string;
  readonly organisationId: string;
  readonly caseId: string | null;
  readonly name: string;
  readonly mediaType: MediaType;
  readonly bytes: number;
  readonly storedAt: Date;
  readonly scan: ScanState;
  /** What the scanner found, in its words. */
  readonly scanSignature: string | null;
}

/** Columns of a document, with what is known of its content. */
export const DOCUMENT = `
  d.id, d.organisation_id as "organisationId", d.case_id as "caseId", d.name, d.media_type as "mediaType", d.bytes,
  d.stored_at as "storedAt", coalesce(s.state, 'not-scanned') as scan, s.signature as "scanSignature"`;
export const DOCUMENTS = 'document d left join document_scan_current s on s.document_id = d.id';

export interface UploadEnd {
  readonly uploadId: string;
  readonly outcome: 'stored' | 'refused' | 'broken';
  readonly bytes: number;
  readonly documentId: string | null;
  readonly reason: string | null;
}

export async function insertEnd(sql: Sql, { uploadId, outcome, bytes, documentId, reason }: UploadEnd): Promise<void> {
  await sql.query(
    'insert into document_upload_end (upload_id, outcome, bytes, document_id, reason) values ($1, $2, $3, $4, $5)',
    [uploadId, outcome, bytes, documentId, reason],
  );
}

export async function insertDocument(
  sql: Sql,
  { organisationId, personId }: Actor,
  { name, mediaType, caseId }: NewDocument,
  { hash, bytes }: Arrival,
  status: 'stored' | 'refused',
): Promise<StoredDocument> {
  await sql.query(
    `insert into document (id, organisation_id, case_id, name, media_type, bytes, stored_by, status)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [hash, organisationId, caseId, name, mediaType, bytes, personId, status],
  );
  return getOnlyRow(
    await sql.query<StoredDocument>(
      `select ${DOCUMENT} from ${DOCUMENTS}
       where d.id = $1 and d.organisation_id = $2 and d.case_id is not distinct from $3 and d.status = $4`,
      [hash, organisationId, caseId, status],
    ),
  );
}

export async function findStored(
  sql: Sql,
  id: string,
  organisationId: string,
  caseId: string | null,
): Promise<StoredDocument | undefined> {
  const [document] = await sql.query<StoredDocument>(
    `select ${DOCUMENT} from ${DOCUMENTS}
     where d.id = $1 and d.organisation_id = $2 and d.case_id is not distinct from $3 and d.status = 'stored'`,
    [id, organisationId, caseId],
  );
  return document;
}

/** The newest record of a content that an organisation has stored, whatever it was for. */
export async function findNewest(sql: Sql, id: string, organisationId: string): Promise<StoredDocument | undefined> {
  const [document] = await sql.query<StoredDocument>(
    `select ${DOCUMENT} from ${DOCUMENTS} where d.id = $1 and d.organisation_id = $2 and d.status = 'stored'
     order by d.stored_at desc limit 1`,
    [id, organisationId],
  );
  return document;
}

/** The records that a command in a case may have meant: of whichever organisation, for this case or for none. */
export async function listForCase(sql: Sql, id: string, caseId: string): Promise<readonly StoredDocument[]> {
  return await sql.query<StoredDocument>(
    `select ${DOCUMENT} from ${DOCUMENTS}
     where d.id = $1 and d.status = 'stored' and (d.case_id = $2 or d.case_id is null)
     order by d.case_id nulls last, d.stored_at`,
    [id, caseId],
  );
}
