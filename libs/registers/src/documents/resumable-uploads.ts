import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import type { Actor, Sql } from '#case-kit';
import { Problem, getOnlyRow, inTransaction, sqlOf } from '#platform';
import { findErrorCode } from '../error-code.js';
import { refuse } from '../register-rules.js';
import { lockEntry, requireStanding, type StandingCheck } from '../sql.js';
import type { NewDocument, StoredDocument } from './document.store.js';
import type { Documents } from './documents.js';
import { isMediaType, MEDIA_TYPES } from './media-type.js';

export interface ResumableSettings {
  readonly pool: Pool;
  readonly documents: Documents;
  /** What has arrived lies below it until all has. */
  readonly directory: string;
  readonly authority?: StandingCheck;
  readonly maxBytes: number;
  readonly hours: number;
  /** Longest that one request may write, in milliseconds; after it another may, should the first have died. */
  readonly writeMs: number;
}

export interface NewUpload extends NewDocument {
  readonly bytes: number;
  /** SHA-256 (hex) that the whole must have; null: not declared. */
  readonly sha256: string | null;
}

export interface Upload extends NewUpload {
  readonly id: string;
  readonly beganAt: Date;
  readonly expiresAt: Date;
  readonly outcome: 'stored' | 'refused' | 'cancelled' | 'expired' | null;
  readonly documentId: string | null;
}

/** How far an upload has come; `document` once it is one. */
export interface Progress {
  readonly upload: Upload;
  /** Bytes that are on disk here. */
  readonly offset: number;
  readonly document?: StoredDocument;
}

/** Unfinished uploads of one person. */
const MOST_OPEN = 5;
/** What one organisation may begin to send in pieces within a day: this many of the largest. */
const DAILY_TIMES = 8;
/** Hashing, scanning and handing a large file to the store take their time. */
const FINISH_MS = 600_000;

const UPLOAD = `
  id, name, media_type as "mediaType", case_id as "caseId", bytes, sha256, begun_at as "beganAt",
  expires_at as "expiresAt", outcome, document_id as "documentId"`;

/**
 * Uploads that go on where they were cut. What has arrived is a file, and its length is how far it has come, whatever
 * process is asked and whatever died meanwhile; one request writes at a time.
 */
export class ResumableUploads {
  private readonly folder: string;

  constructor(private readonly settings: ResumableSettings) {
    this.folder = join(settings.directory, 'partial');
  }

  /** @throws Problem rule-refused, body-too-large, too-many-requests. */
  async begin(actor: Actor, wanted: NewUpload): Promise<Upload> {
    const { pool, maxBytes, hours, authority } = this.settings;
    const { name, mediaType, caseId, bytes, sha256 } = wanted;
    if (!isMediaType(mediaType)) {
      throw refuse('document-kind-is-allowed', {
        datum: 'filetype',
        found: mediaType,
        required: Object.keys(MEDIA_TYPES),
        cure: { who: 'whoever sends it', how: 'send a PDF instead' },
      });
    }
    if (bytes > maxBytes) throw new Problem('body-too-large', { detail: `A document has at most ${maxBytes} bytes` });
    const id = randomBytes(16).toString('hex');
    const upload = await inTransaction(pool, async (sql) => {
      await requireStanding(sql, authority, actor);
      await lockEntry(sql, 'resumable', actor.organisationId);
      await this.requireQuota(sql, actor, bytes);
      return getOnlyRow(
        await sql.query<Upload>(
          `insert into resumable_upload (id, organisation_id, person_id, case_id, name, media_type, bytes, sha256, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + make_interval(hours => $9)) returning ${UPLOAD}`,
          [id, actor.organisationId, actor.personId, caseId, name, mediaType, bytes, sha256, hours],
        ),
      );
    });
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await (await open(this.pathOf(id), 'wx', 0o600)).close();
    return upload;
  }

  /** An upload of the actor's own. @throws Problem not-found. */
  async find(actor: Actor, id: string): Promise<Progress> {
    const [upload] = await sqlOf(this.settings.pool).query<Upload>(
      `select ${UPLOAD} from resumable_upload where id = $1 and person_id = $2 and organisation_id = $3`,
      [id, actor.personId, actor.organisationId],
    );
    if (upload === undefined) throw new Problem('not-found', { detail: 'You began no such upload' });
    if (upload.outcome === null) return { upload, offset: await this.measure(id) };
    const document = await this.findDocument(actor, upload);
    return { upload, offset: upload.outcome === 'stored' ? upload.bytes : 0, ...(document && { document }) };
  }

  /** The actor's unfinished uploads, the oldest first. */
  async listOpen(actor: Actor): Promise<readonly Progress[]> {
    const uploads = await sqlOf(this.settings.pool).query<Upload>(
      `select ${UPLOAD} from resumable_upload
       where person_id = $1 and organisation_id = $2 and ended_at is null and expires_at > clock_timestamp()
       order by begun_at`,
      [actor.personId, actor.organisationId],
    );
    return await Promise.all(uploads.map(async (upload) => ({ upload, offset: await this.measure(upload.id) })));
  }

  /**
   * Takes what comes from `offset` on. What arrived before a cut is kept. With the last byte the whole is checked and
   * becomes a document; should the store not take it, the same with an empty body tries again.
   *
   * @throws Problem state-conflict when it stands elsewhere, is over or another request writes it; body-too-large,
   * rule-refused for content that may not be stored or has another hash, unavailable.
   */
  async append(actor: Actor, id: string, offset: number, content: Readable): Promise<Progress> {
    const { upload } = await this.find(actor, id);
    if (upload.outcome !== null) {
      // The answer to its last piece was lost on the way.
      if (upload.outcome === 'stored' && offset === upload.bytes) return await this.find(actor, id);
      throw new Problem('state-conflict', { detail: `This upload is ${upload.outcome}; begin another` });
    }
    const writer = await this.take(id);
    try {
      const arrived = await this.measure(id);
      if (arrived !== offset) {
        throw new Problem('state-conflict', { detail: `${arrived} bytes have arrived; send from there on` });
      }
      const reached = await this.write(id, offset, upload.bytes, content);
      if (reached < upload.bytes) return { upload, offset: reached };
      await this.extend(id, writer);
      return await this.finish(actor, upload);
    } finally {
      await this.release(id, writer);
    }
  }

  /** Ends an upload and removes what has arrived. @throws Problem not-found, state-conflict. */
  async cancel(actor: Actor, id: string): Promise<void> {
    const { upload } = await this.find(actor, id);
    if (upload.outcome !== null) return;
    const writer = await this.take(id);
    await this.end(id, 'cancelled', null);
    await rm(this.pathOf(id), { force: true });
    await this.release(id, writer);
  }

  /** Ends uploads that took too long and removes what has arrived of them; answers how many. For a timer. */
  async expire(): Promise<number> {
    const expired = await sqlOf(this.settings.pool).query<{ id: string }>(
      `update resumable_upload set outcome = 'expired', ended_at = clock_timestamp()
       where ended_at is null and expires_at <= clock_timestamp()
         and (writer_until is null or writer_until <= clock_timestamp()) returning id`,
    );
    for (const { id } of expired) await rm(this.pathOf(id), { force: true });
    return expired.length;
  }

  private async write(id: string, offset: number, bytes: number, content: Readable): Promise<number> {
    const file = await open(this.pathOf(id), 'r+');
    let position = offset;
    try {
      // The request is not ended by us when we stop reading: it still has to be answered.
      for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        if (position + chunk.length > bytes) {
          throw new Problem('body-too-large', { detail: `This upload was declared with ${bytes} bytes` });
        }
        await file.write(chunk, 0, chunk.length, position);
        position += chunk.length;
      }
    } catch (error) {
      if (error instanceof Problem || findErrorCode(error)?.startsWith('EN') === true) throw error;
      throw new Problem('slow-body', { detail: 'The request was cut off; what arrived is kept', cause: error });
    } finally {
      await file.sync();
      await file.close();
    }
    return position;
  }

  private async finish(actor: Actor, upload: Upload): Promise<Progress> {
    const { documents } = this.settings;
    const arrival = await documents.examine(this.pathOf(upload.id));
    try {
      if (upload.sha256 !== null && upload.sha256 !== arrival.hash) {
        throw refuse('document-arrived-whole', {
          datum: 'sha256',
          found: arrival.hash,
          required: upload.sha256,
          cure: { who: 'whoever sends it', how: 'send the file again, from its beginning' },
        });
      }
      const document = await documents.adopt(actor, upload, arrival);
      await this.end(upload.id, 'stored', document.id);
      return { upload: { ...upload, outcome: 'stored', documentId: document.id }, offset: upload.bytes, document };
    } catch (error) {
      if (error instanceof Problem && error.slug === 'rule-refused') {
        await this.end(upload.id, 'refused', null);
        await rm(this.pathOf(upload.id), { force: true });
      }
      throw error;
    }
  }

  private async findDocument(actor: Actor, { documentId, caseId }: Upload): Promise<StoredDocument | undefined> {
    if (documentId === null) return undefined;
    return await this.settings.documents.findDocument(documentId, actor.organisationId, caseId);
  }

  private async requireQuota(sql: Sql, actor: Actor, wanted: number): Promise<void> {
    const { maxBytes } = this.settings;
    const { unfinished, bytes } = getOnlyRow(
      await sql.query<{ unfinished: number; bytes: string }>(
        `select count(*) filter (where person_id = $2 and ended_at is null and expires_at > clock_timestamp())::int
                  as unfinished,
                coalesce(sum(bytes) filter (where begun_at > clock_timestamp() - interval '1 day'), 0)::text as bytes
         from resumable_upload where organisation_id = $1`,
        [actor.organisationId, actor.personId],
      ),
    );
    if (unfinished >= MOST_OPEN) {
      throw new Problem('too-many-requests', {
        detail: `You have ${unfinished} unfinished uploads: finish or end one of them (GET /v1/uploads)`,
        extensions: { retryAfter: 60 },
      });
    }
    if (BigInt(bytes) + BigInt(wanted) > BigInt(DAILY_TIMES * maxBytes)) {
      throw new Problem('too-many-requests', {
        detail: 'Your organisation has sent as much as it may within a day',
        extensions: { retryAfter: 3600 },
      });
    }
  }

  /** The right to write, for one request. It ends by itself, so that the death of a process stops nobody for long. */
  private async take(id: string): Promise<string> {
    const writer = randomBytes(8).toString('hex');
    const taken = await sqlOf(this.settings.pool).query(
      `update resumable_upload set writer = $2, writer_until = clock_timestamp() + make_interval(secs => $3 / 1000.0)
       where id = $1 and ended_at is null and expires_at > clock_timestamp()
         and (writer_until is null or writer_until <= clock_timestamp()) returning id`,
      [id, writer, this.settings.writeMs],
    );
    if (taken.length > 0) return writer;
    throw new Problem('state-conflict', {
      detail: 'Another request is writing this upload, or it has expired; ask how far it is and go on from there',
      extensions: { retryAfter: 1 },
    });
  }

  private async extend(id: string, writer: string): Promise<void> {
    await sqlOf(this.settings.pool).query(
      `update resumable_upload set writer_until = clock_timestamp() + make_interval(secs => $3 / 1000.0)
       where id = $1 and writer = $2`,
      [id, writer, FINISH_MS],
    );
  }

  private async release(id: string, writer: string): Promise<void> {
    await sqlOf(this.settings.pool).query(
      'update resumable_upload set writer = null, writer_until = null where id = $1 and writer = $2',
      [id, writer],
    );
  }

  private async end(id: string, outcome: string, documentId: string | null): Promise<void> {
    await sqlOf(this.settings.pool).query(
      `update resumable_upload set outcome = $2, document_id = $3, ended_at = clock_timestamp()
       where id = $1 and ended_at is null`,
      [id, outcome, documentId],
    );
  }

  private async measure(id: string): Promise<number> {
    return (await stat(this.pathOf(id)).catch(() => ({ size: 0 }))).size;
  }

  private pathOf(id: string): string {
    return join(this.folder, id);
  }
}
