import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import type { Actor, Refusal, Sql } from '#case-kit';
import { Problem, getOnlyRow, inTransaction, sqlOf } from '#platform';
import { describeRefusal, refuseAll } from '../register-rules.js';
import { lockEntry, requireStanding, type StandingCheck } from '../sql.js';
import { Arrivals, ContentBroken, ContentTooLarge, type Arrival } from './arrivals.js';
import { ContentDamaged, isContentHash, storeUnavailable, type BlobArea, type BlobStore } from './blob-store.js';
import {
  DOCUMENT,
  DOCUMENTS,
  findNewest,
  findStored,
  insertDocument,
  insertEnd,
  listForCase,
  type NewDocument,
  type StoredDocument,
  type UploadEnd,
} from './document.store.js';
import { FolderStore } from './folder-store.js';
import { isMediaType, MEDIA_TYPES, type MediaType } from './media-type.js';
import type { MalwareScanner } from './scanner.js';
import { insertScan, listUnscanned, requireClean, scanContent } from './scans.js';

export interface DocumentSettings {
  readonly pool: Pool;
  /** Directory in which uploads arrive; made when it is missing. */
  readonly directory: string;
  /** Where the content is kept; in the same directory if left out. */
  readonly blobs?: BlobStore;
  readonly authority?: StandingCheck;
  /** Without it documents are marked as not scanned. */
  readonly scanner?: MalwareScanner;
  /** Told of what was found harmful, and of a scanner that does not answer. */
  readonly onScan?: (what: InfectedDocument | ScannerFault) => Promise<void>;
  readonly maxBytes?: number;
  /** What one organisation may send in a day, kept or not. */
  readonly dailyBytes?: number;
}

/** Harmful content, by whom it came; nobody when it was found later. */
export interface InfectedDocument {
  readonly id: string;
  readonly signature: string | null;
  readonly actor: Actor | null;
}

export interface ScannerFault {
  readonly error: unknown;
}

/** What became of the content of stored documents, by their ids. */
export interface DocumentFindings {
  readonly checked: number;
  readonly bytes: number;
  readonly missing: readonly string[];
  readonly damaged: readonly string[];
}

/** 25 MiB: a scanned geological report or a balance sheet with its notes. */
export const MAX_DOCUMENT_BYTES = 26_214_400;
const DAILY_BYTES = 40 * MAX_DOCUMENT_BYTES;
/** Uploads of one organisation under way at a time. */
const MOST_UNDER_WAY = 5;
/** An upload without an end after this was cut off with its process. */
const CUT_OFF_MINUTES = 60;

/**
 * Documents by the hash of their content. An upload is on record from its beginning; its content goes to a temporary
 * file, is hashed and looked at, forced to disk and renamed to its hash, and only then is there a row that a command
 * may name. The hash opens nothing: who may read a document is decided by sight of its case.
 */
export class Documents {
  private readonly arrivals: Arrivals;
  private readonly blobs: BlobStore;

  constructor(private readonly settings: DocumentSettings) {
    this.arrivals = new Arrivals(settings.directory);
    this.blobs = settings.blobs ?? new FolderStore(settings.directory);
  }

  /**
   * Takes a document for the actor's organisation. The same content for the same case is the same document.
   *
   * @throws Problem rule-refused for what may not be stored, body-too-large, too-many-requests, slow-body when it did
   * not arrive whole.
   */
  async receive(actor: Actor, document: NewDocument, content: Readable): Promise<StoredDocument> {
    if (!isMediaType(document.mediaType)) throw refuseAll([describeWrongKind(document.mediaType)]);
    const uploadId = await this.begin(actor, document, true);
    const arrival = await this.takeIn(uploadId, content);
    try {
      return await this.settle(uploadId, actor, document, arrival);
    } finally {
      // Gone already where all went well; what the store did not take is sent again whole.
      await this.arrivals.discard(arrival);
    }
  }

  /**
   * Takes a file that has arrived in pieces, whose quota was asked for when it began.
   *
   * @throws Problem rule-refused for what may not be stored, unavailable when the store does not take it; the file is
   * left then.
   */
  async adopt(actor: Actor, document: NewDocument, file: Arrival): Promise<StoredDocument> {
    if (!isMediaType(document.mediaType)) throw refuseAll([describeWrongKind(document.mediaType)]);
    return await this.settle(await this.begin(actor, document, false), actor, document, file);
  }

  /** Looks at the content of a file that has arrived in pieces. */
  async examine(path: string): Promise<Arrival> {
    return await this.arrivals.examine(path);
  }

  private async settle(uploadId: string, actor: Actor, document: NewDocument, arrival: Arrival) {
    const { bytes, hash } = arrival;
    const refusal = judgeContent(arrival, document.mediaType as MediaType);
    if (refusal !== undefined) {
      await this.arrivals.discard(arrival);
      await this.end({ uploadId, outcome: 'refused', bytes, documentId: hash, reason: refusal.rule });
      await insertDocument(sqlOf(this.settings.pool), actor, document, arrival, 'refused');
      throw refuseAll([refusal]);
    }
    const scan = await this.scan(() => createReadStream(arrival.path));
    await this.keep(uploadId, arrival, scan.state === 'infected' ? 'quarantine' : 'kept');
    // The same content may have come before the scanner knew what it is.
    if (scan.state === 'infected') await this.blobs.quarantine(hash);
    await this.arrivals.discard(arrival);
    const stored = await inTransaction(this.settings.pool, async (sql) => {
      await requireStanding(sql, this.settings.authority, actor);
      await insertEnd(sql, { uploadId, outcome: 'stored', bytes, documentId: hash, reason: null });
      await insertScan(sql, hash, scan);
      return await insertDocument(sql, actor, document, arrival, 'stored');
    });
    if (scan.state === 'infected') await this.settings.onScan?.({ id: hash, signature: scan.signature, actor });
    return stored;
  }

  /** Asks the scanner again about content without a verdict. For a timer; answers how many got one. */
  async scanPending(limit = 20): Promise<number> {
    const { pool, scanner } = this.settings;
    if (scanner === undefined) return 0;
    let judged = 0;
    for (const { id } of await listUnscanned(sqlOf(pool), limit)) {
      const content = await this.blobs.open(id);
      if (content === undefined) continue;
      const scan = await this.scan(() => content);
      if (scan.state === 'pending') return judged;
      if (scan.state === 'infected') await this.blobs.quarantine(id);
      await insertScan(sqlOf(pool), id, scan);
      if (scan.state === 'infected') await this.settings.onScan?.({ id, signature: scan.signature, actor: null });
      judged += 1;
    }
    return judged;
  }

  /** A stored document of an organisation, for a case or for none. */
  async findDocument(id: string, organisationId: string, caseId: string | null): Promise<StoredDocument | undefined> {
    return await findStored(sqlOf(this.settings.pool), id, organisationId, caseId);
  }

  /** The newest first. */
  async listDocuments(organisationId: string, caseId: string | null): Promise<readonly StoredDocument[]> {
    return await sqlOf(this.settings.pool).query<StoredDocument>(
      `select ${DOCUMENT} from ${DOCUMENTS}
       where d.organisation_id = $1 and d.case_id is not distinct from $2 and d.status = 'stored'
       order by d.stored_at desc, d.id`,
      [organisationId, caseId],
    );
  }

  /** What an organisation has stored, for whatever case; the newest record where there are several. */
  async findOwn(id: string, organisationId: string): Promise<StoredDocument | undefined> {
    return isContentHash(id) ? await findNewest(sqlOf(this.settings.pool), id, organisationId) : undefined;
  }

  /** Every record that may be meant where a case names this id; those for the case itself first. */
  async listForCase(id: string, caseId: string): Promise<readonly StoredDocument[]> {
    return isContentHash(id) ? await listForCase(sqlOf(this.settings.pool), id, caseId) : [];
  }

  /** @throws Problem rule-refused for what the scanner has warned of, or not seen although there is one. */
  requireClean(document: StoredDocument): void {
    requireClean(document, this.settings.scanner !== undefined);
  }

  /**
   * The content behind a document that the caller may read. The stream fails at its end when the content is damaged.
   *
   * @throws Error when a stored document has no content, which is a loss of data; Problem unavailable.
   */
  async openContent({ id, bytes }: Pick<StoredDocument, 'id' | 'bytes'>): Promise<Readable> {
    const measured = await this.blobs.measure(id);
    const content = measured === bytes ? await this.blobs.open(id) : undefined;
    if (content === undefined) throw new Error(`the content of document ${id} is missing`);
    return content;
  }

  /** Whether the content of a stored document is here, in its length. */
  async hasContent({ id, bytes }: Pick<StoredDocument, 'id' | 'bytes'>): Promise<boolean> {
    return (await this.blobs.measure(id)) === bytes;
  }

  /**
   * Reads the content of every stored document and compares it with its name.
   * @throws Problem unavailable when the store does not answer.
   */
  async verify(): Promise<DocumentFindings> {
    const sql = sqlOf(this.settings.pool);
    const findings = { checked: 0, bytes: 0, missing: [] as string[], damaged: [] as string[] };
    let after = '';
    for (;;) {
      const page = await sql.query<{ id: string; bytes: number; area: BlobArea }>(
        `select distinct d.id, d.bytes, case s.state when 'infected' then 'quarantine' else 'kept' end as area
         from ${DOCUMENTS} where d.status = 'stored' and d.id > $1 order by d.id limit 500`,
        [after],
      );
      for (const { id, bytes, area } of page) {
        findings.checked += 1;
        findings.bytes += bytes;
        const fault = await this.judge(id, bytes, area);
        if (fault !== undefined) findings[fault].push(id);
        after = id;
      }
      if (page.length === 0) return findings;
    }
  }

  /** Removes temporary files of uploads that were cut off. For the start of a process. */
  async sweep(now: number): Promise<number> {
    return await this.arrivals.sweep(now, CUT_OFF_MINUTES * 60_000);
  }

  private async scan(open: () => Readable) {
    const { scanner, onScan } = this.settings;
    return await scanContent(scanner, open, (error) => void onScan?.({ error }));
  }

  private async judge(id: string, bytes: number, area: BlobArea): Promise<'missing' | 'damaged' | undefined> {
    const measured = await this.blobs.measure(id, area);
    if (measured === undefined) return 'missing';
    if (measured !== bytes) return 'damaged';
    const content = await this.blobs.open(id, area);
    if (content === undefined) return 'missing';
    try {
      for await (const chunk of content) void chunk;
      return undefined;
    } catch (error) {
      if (error instanceof ContentDamaged) return 'damaged';
      throw storeUnavailable(error);
    }
  }

  /** @throws Problem unavailable when the store does not take it; nothing of it is left then. */
  private async keep(uploadId: string, arrival: Arrival, area: BlobArea): Promise<void> {
    try {
      await this.blobs.keep(arrival, area);
    } catch (error) {
      await this.end({ uploadId, outcome: 'broken', bytes: arrival.bytes, documentId: null, reason: 'not stored' });
      throw error;
    }
  }

  private async begin(actor: Actor, { name, mediaType, caseId }: NewDocument, counts: boolean): Promise<string> {
    const id = randomBytes(16).toString('hex');
    await inTransaction(this.settings.pool, async (sql) => {
      await requireStanding(sql, this.settings.authority, actor);
      await lockEntry(sql, 'upload', actor.organisationId);
      if (counts) await this.requireQuota(sql, actor.organisationId);
      await sql.query(
        `insert into document_upload (id, organisation_id, case_id, name, declared_media_type, begun_by)
         values ($1, $2, $3, $4, $5, $6)`,
        [id, actor.organisationId, caseId, name, mediaType, actor.personId],
      );
    });
    return id;
  }

  private async requireQuota(sql: Sql, organisationId: string): Promise<void> {
    const { bytes, underWay } = getOnlyRow(
      await sql.query<{ bytes: string; underWay: number }>(
        `select coalesce(sum(e.bytes), 0)::text as bytes,
                count(*) filter (where e.upload_id is null and u.begun_at > clock_timestamp() - make_interval(mins => $2))::int
                  as "underWay"
         from document_upload u left join document_upload_end e on e.upload_id = u.id
         where u.organisation_id = $1 and u.begun_at > clock_timestamp() - interval '1 day'`,
        [organisationId, CUT_OFF_MINUTES],
      ),
    );
    if (underWay >= MOST_UNDER_WAY) {
      throw new Problem('too-many-requests', {
        detail: `${underWay} uploads of your organisation are under way`,
        extensions: { retryAfter: 10 },
      });
    }
    if (BigInt(bytes) >= BigInt(this.settings.dailyBytes ?? DAILY_BYTES)) {
      throw new Problem('too-many-requests', {
        detail: 'Your organisation has sent as much as it may within a day',
        extensions: { retryAfter: 3600 },
      });
    }
  }

  private async takeIn(uploadId: string, content: Readable): Promise<Arrival> {
    const maxBytes = this.settings.maxBytes ?? MAX_DOCUMENT_BYTES;
    try {
      return await this.arrivals.receive(uploadId, content, maxBytes);
    } catch (error) {
      if (error instanceof ContentTooLarge) {
        await this.end({ uploadId, outcome: 'refused', bytes: maxBytes, documentId: null, reason: 'too large' });
        throw new Problem('body-too-large', { detail: `A document has at most ${maxBytes} bytes` });
      }
      const isCutOff = error instanceof ContentBroken;
      const reason = isCutOff ? 'cut off' : 'not written';
      await this.end({ uploadId, outcome: 'broken', bytes: isCutOff ? error.bytes : 0, documentId: null, reason });
      if (isCutOff) throw new Problem('slow-body', { detail: 'The document did not arrive whole' });
      throw error;
    }
  }

  private async end(end: UploadEnd): Promise<void> {
    await insertEnd(sqlOf(this.settings.pool), end);
  }
}

function describeWrongKind(found: string): Refusal {
  return describeRefusal('document-kind-is-allowed', {
    datum: 'Content-Type',
    found,
    required: Object.keys(MEDIA_TYPES),
    cure: { who: 'whoever sends it', how: 'send a PDF instead' },
  });
}

function judgeContent({ bytes, mediaType }: Arrival, declared: MediaType): Refusal | undefined {
  if (bytes === 0) {
    return describeRefusal('document-has-content', {
      datum: 'content',
      found: '0 bytes',
      required: 'at least one byte',
      cure: { who: 'whoever sends it', how: 'send the file itself as the body of the request' },
    });
  }
  if (mediaType === declared) return undefined;
  return describeRefusal('document-is-what-it-says', {
    datum: 'content',
    found: mediaType === undefined ? 'nothing of an allowed kind' : MEDIA_TYPES[mediaType],
    required: MEDIA_TYPES[declared],
    cure: { who: 'whoever sends it', how: 'send it under its own kind, or save it as what it is declared to be' },
  });
}
