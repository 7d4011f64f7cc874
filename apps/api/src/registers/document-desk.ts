import type { Pool } from 'pg';
import { recordSecurityEvent } from '#identity';
import { sqlOf, type Logger } from '#platform';
import {
  ClamdScanner,
  Documents,
  documentsFolder,
  NEXT_SCAN_SECONDS,
  openBlobStore,
  ResumableUploads,
  type InfectedDocument,
  type ScannerFault,
} from '#registers';
import type { ApiParts } from '../parts.js';

/** How often uploads that took too long are removed and content without a verdict is scanned again. */
const ROUND_MS = NEXT_SCAN_SECONDS * 1_000;
/** Beyond the time that a body may take, for its last bytes to reach the disk. */
const WRITE_SLACK_MS = 5_000;

/** Documents as the configuration wants them, and what has to be done for them from time to time. */
export class DocumentDesk {
  readonly documents: Documents;
  readonly uploads: ResumableUploads;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<unknown> | undefined;

  constructor(private readonly parts: Pick<ApiParts, 'pool' | 'config' | 'identity' | 'log' | 'clock'>) {
    const { pool, config, identity, log } = parts;
    const { authority } = identity;
    const directory = documentsFolder(config);
    this.documents = new Documents({
      pool,
      directory,
      blobs: openBlobStore(config),
      authority,
      ...(config.clamd !== undefined && { scanner: new ClamdScanner(config.clamd) }),
      onScan: (what) => tell(pool, log, what),
    });
    this.uploads = new ResumableUploads({
      pool,
      documents: this.documents,
      directory,
      authority,
      maxBytes: config.uploadLimit,
      hours: config.uploadHours,
      writeMs: config.bodyTimeoutMs + WRITE_SLACK_MS,
    });
  }

  async start(): Promise<void> {
    const removed = await this.documents.sweep(this.parts.clock.now());
    if (removed > 0) this.parts.log.warn({ removed }, 'uploads that were cut off were removed');
    this.timer = setInterval(() => {
      this.round ??= this.care()
        .catch((error: unknown) => this.parts.log.warn({ err: error }, 'documents could not be cared for'))
        .finally(() => (this.round = undefined));
    }, ROUND_MS);
    this.timer.unref();
  }

  /** One round of what is due. */
  async care(): Promise<void> {
    const expired = await this.uploads.expire();
    if (expired > 0) this.parts.log.info({ expired }, 'uploads that took too long were removed');
    await this.documents.scanPending();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }
}

async function tell(pool: Pool, log: Logger, what: InfectedDocument | ScannerFault): Promise<void> {
  if ('error' in what) {
    log.warn({ err: what.error }, 'the scanner for malware does not answer; documents wait for it');
    return;
  }
  const { id, signature, actor } = what;
  log.warn({ documentId: id, signature }, 'an infected document was put into quarantine');
  await recordSecurityEvent(sqlOf(pool), {
    kind: 'document-infected',
    ...(actor !== null && { personId: actor.personId, sessionId: actor.sessionId }),
    subject: id,
    detail: { signature, ...(actor !== null && { organisationId: actor.organisationId }) },
  });
}
