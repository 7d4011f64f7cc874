import { canonicalJson } from '#case-kit';
import type { Pool, PoolClient } from 'pg';
import type { Draft, ParameterChange, Signature, Signatures } from './draft.js';
import type { LawBook } from './law-book.js';
import { contentOf, hashContent, type ParameterContent } from './parameter.js';

/** Any number will do, as long as every process takes the same one. */
const PUBLICATION_LOCK = 7_321_645_003;
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

export type Queryable = Pick<Pool | PoolClient, 'query'>;

export interface Publication {
  readonly seq: number;
  readonly hash: string;
  readonly draftId: string | null;
  readonly note: string;
  readonly publishedAt: Date;
  readonly publishedBy: string;
  readonly publisherName: string;
}

/** A content that was ever published, and the publication that held it first. */
export interface PublishedContent {
  readonly content: ParameterContent;
  readonly publication: Publication;
}

/** An act as it is remembered: 128 bits each, as UUID text, of its key and of an HMAC over its key and body. */
export interface ActKey {
  readonly hash: string;
  readonly mac: string;
}

interface DraftRow {
  id: string;
  version: number;
  state: Draft['state'];
  base_hash: string | null;
  changes: string;
  note: string;
  changed_by: string;
  changer_name: string;
  changed_at: Date;
}

interface PublicationRow {
  seq: number;
  hash: string;
  draft_id: string | null;
  note: string;
  published_at: Date;
  published_by: string;
  publisher_name: string;
}

const PUBLICATIONS = `
select l.seq, l.hash, l.draft_id, l.note, l.published_at, l.published_by, p.name as publisher_name
from law_publication l join person p on p.id = l.published_by`;

/** Runs the work in one transaction. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    // A connection that cannot even roll back must not go back to the pool with an open transaction.
    client.release(broken);
  }
}

/** Publications come one after another; the lock ends with the transaction. */
export async function lockPublications(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1)', [PUBLICATION_LOCK]);
}

export function isUniqueViolation(error: unknown): boolean {
  return isSqlError(error, UNIQUE_VIOLATION);
}

export function isForeignKeyViolation(error: unknown): boolean {
  return isSqlError(error, FOREIGN_KEY_VIOLATION);
}

function isSqlError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}

export async function findNewestPublication(db: Queryable): Promise<Publication | undefined> {
  const { rows } = await db.query<PublicationRow>(`${PUBLICATIONS} order by l.seq desc limit 1`);
  return rows[0] && toPublication(rows[0]);
}

/** Newest first; before a sequence number, at most so many, when told so. */
export async function listPublications(db: Queryable, page: PublicationPage = {}): Promise<Publication[]> {
  const { rows } = await db.query<PublicationRow>(
    `${PUBLICATIONS} where $1::bigint is null or l.seq < $1 order by l.seq desc limit $2`,
    [page.before ?? null, page.limit ?? null],
  );
  return rows.map(toPublication);
}

export interface PublicationPage {
  /** Only publications with a lower sequence number. */
  readonly before?: number;
  readonly limit?: number;
}

/** The publication of a draft, if it was published. */
export async function findPublicationOf(db: Queryable, draftId: string): Promise<Publication | undefined> {
  const { rows } = await db.query<PublicationRow>(`${PUBLICATIONS} where l.draft_id = $1`, [draftId]);
  return rows[0] && toPublication(rows[0]);
}

function toPublication(row: PublicationRow): Publication {
  const { seq, hash, draft_id: draftId, note, published_at: publishedAt, published_by: publishedBy } = row;
  return { seq, hash, draftId, note, publishedAt, publishedBy, publisherName: row.publisher_name };
}

/** Every version of a parameter that was ever published, the newest publication first. */
export async function listContents(db: Queryable, name: string): Promise<PublishedContent[]> {
  const { rows } = await db.query<PublicationRow & { content: string }>(
    `select c.content, published.* from rule_parameter c
     join (${PUBLICATIONS}) published on published.seq = c.published_in
     where c.name = $1 order by published.seq desc, c.in_force_from desc nulls last`,
    [name],
  );
  return rows.map((row) => ({
    content: JSON.parse(row.content) as ParameterContent,
    publication: toPublication(row),
  }));
}

/**
 * Takes a key for an act on a draft. Undefined: nobody had it, and the act is to be done; else what it was taken for.
 * Whoever comes with the same key at the same moment waits for the end of this transaction.
 */
export async function takeKey(
  client: PoolClient,
  { hash, mac }: ActKey,
  draftId: string,
): Promise<{ readonly mac: string; readonly draftId: string } | undefined> {
  const taken = await client.query(
    'insert into rule_book_key (key_hash, mac, draft_id) values ($1, $2, $3) on conflict (key_hash) do nothing',
    [hash, mac, draftId],
  );
  if (taken.rowCount === 1) return undefined;
  const { rows } = await client.query<{ mac: string; draft_id: string }>(
    'select mac, draft_id from rule_book_key where key_hash = $1',
    [hash],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a key that was taken cannot be found');
  return { mac: row.mac, draftId: row.draft_id };
}

export async function findSnapshotText(db: Queryable, hash: string): Promise<string | undefined> {
  const { rows } = await db.query<{ text: string }>('select text from law_snapshot where hash = $1', [hash]);
  return rows[0]?.text;
}

/** The newest version of a draft. */
export async function findDraft(db: Queryable, id: string): Promise<Draft | undefined> {
  const { rows } = await db.query<DraftRow>(
    `select d.*, p.name as changer_name from rule_draft d join person p on p.id = d.changed_by
     where d.id = $1 order by d.version desc limit 1`,
    [id],
  );
  return rows[0] && toDraft(rows[0]);
}

/** Which drafts are listed: in one state or all, after a place in the list or from its beginning. */
export interface DraftPage {
  readonly state?: Draft['state'];
  readonly after?: DraftPlace;
  readonly limit?: number;
}

/** A place in the list of drafts: the exact time of the last change, as the database writes it, and the id. */
export interface DraftPlace {
  readonly changedAt: string;
  readonly id: string;
}

export interface ListedDrafts {
  readonly drafts: readonly Draft[];
  /** Where the next page begins; null: there is no more. */
  readonly next: DraftPlace | null;
}

/** Drafts as last revised, the most recently changed first. */
export async function listDrafts(db: Queryable, { state, after, limit }: DraftPage): Promise<ListedDrafts> {
  const { rows } = await db.query<DraftRow & { place: string }>(
    `select newest.*, newest.changed_at::text as place, p.name as changer_name
     from (select distinct on (id) * from rule_draft order by id, version desc) newest
     join person p on p.id = newest.changed_by
     where ($1::text is null or newest.state = $1)
       and ($2::timestamptz is null or (newest.changed_at, newest.id) < ($2, $3))
     order by newest.changed_at desc, newest.id desc limit $4`,
    [state ?? null, after?.changedAt ?? null, after?.id ?? null, limit === undefined ? null : limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = rows.length > page.length ? page.at(-1) : undefined;
  return { drafts: page.map(toDraft), next: last === undefined ? null : { changedAt: last.place, id: last.id } };
}

function toDraft(row: DraftRow): Draft {
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    note: row.note,
    baseHash: row.base_hash,
    changes: JSON.parse(row.changes) as ParameterChange[],
    changedBy: row.changed_by,
    changerName: row.changer_name,
    changedAt: row.changed_at,
  };
}

/** Adds a version of a draft. A unique violation means that somebody else has just added it. */
export async function insertDraft(db: Queryable, draft: Omit<Draft, 'changedAt' | 'changerName'>): Promise<void> {
  await db.query(
    `insert into rule_draft (id, version, state, base_hash, changes, note, changed_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [draft.id, draft.version, draft.state, draft.baseHash, canonicalJson(draft.changes), draft.note, draft.changedBy],
  );
}

/** Who signed which of these contents, by hash of the content, in the order in which they signed. */
export async function readSignatures(db: Queryable, contents: readonly ParameterContent[]): Promise<Signatures> {
  const { rows } = await db.query<{ content_hash: string; person_id: string; name: string; signed_at: Date }>(
    `select s.content_hash, s.person_id, p.name, s.signed_at from parameter_sign_off s
     join person p on p.id = s.person_id where s.content_hash = any($1) order by s.signed_at, s.person_id`,
    [contents.map(hashContent)],
  );
  const signatures = new Map<string, Signature[]>();
  for (const { content_hash: hash, person_id: personId, name, signed_at: signedAt } of rows) {
    const known = signatures.get(hash) ?? [];
    signatures.set(hash, known);
    known.push({ personId, name, signedAt });
  }
  return signatures;
}

/** Signs contents for a person; returns how many of them he had not signed before. */
export async function insertSignOffs(
  db: Queryable,
  contents: readonly ParameterContent[],
  personId: string,
  draftId: string | null,
): Promise<number> {
  const { rowCount } = await db.query(
    `insert into parameter_sign_off (content_hash, person_id, draft_id)
     select distinct hash, $2, $3 from unnest($1::text[]) as hash on conflict do nothing`,
    [contents.map(hashContent), personId, draftId],
  );
  return rowCount ?? 0;
}

/** Publishes a law after the publication before it. Under the publication lock. */
export async function insertPublication(
  db: Queryable,
  book: LawBook,
  publication: Omit<Publication, 'hash' | 'publishedAt' | 'publisherName'>,
): Promise<void> {
  const { seq, draftId, note, publishedBy } = publication;
  await db.query(
    'insert into law_snapshot (hash, text, published_by) values ($1, $2, $3) on conflict (hash) do nothing',
    [book.hash, book.text, publishedBy],
  );
  await db.query('insert into law_publication (seq, hash, draft_id, note, published_by) values ($1, $2, $3, $4, $5)', [
    seq,
    book.hash,
    draftId,
    note,
    publishedBy,
  ]);
  const contents = book.parameters.map(contentOf);
  await db.query(
    `insert into rule_parameter (content_hash, name, in_force_from, in_force_until, confidence, content, published_in)
     select *, $7::bigint from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
     on conflict do nothing`,
    [
      contents.map(hashContent),
      contents.map(({ name }) => name),
      contents.map(({ inForceFrom }) => inForceFrom),
      contents.map(({ inForceUntil }) => inForceUntil),
      contents.map(({ confidence }) => confidence),
      contents.map((content) => canonicalJson(content)),
      seq,
    ],
  );
}
