import type { Readable } from 'node:stream';
import type { Finding, Sql } from '#case-kit';
import { Problem } from '#platform';
import { describeRefusal } from '../register-rules.js';
import type { StoredDocument } from './document.store.js';
import { ScannerUnavailable, type MalwareScanner, type ScanState } from './scanner.js';

/** What is to be recorded of a scan. */
export interface ScanOutcome {
  readonly state: ScanState;
  readonly signature: string | null;
}

const NOT_SCANNED: ScanOutcome = { state: 'not-scanned', signature: null };

/**
 * Asks the scanner, if there is one. One that does not answer keeps nobody from sending: the content is then pending,
 * can be used for nothing, and is scanned again.
 */
export async function scanContent(
  scanner: MalwareScanner | undefined,
  open: () => Readable,
  onFault: (error: unknown) => void,
): Promise<ScanOutcome> {
  if (scanner === undefined) return NOT_SCANNED;
  try {
    return await scanner.scan(open());
  } catch (error) {
    if (!(error instanceof ScannerUnavailable)) throw error;
    onFault(error);
    return { state: 'pending', signature: null };
  }
}

/** That no scanner looked again takes nothing back from what one found before. */
export async function insertScan(sql: Sql, documentId: string, { state, signature }: ScanOutcome): Promise<void> {
  await sql.query(
    `insert into document_scan (document_id, state, signature) select $1, $2, $3
     where $2 in ('clean', 'infected') or not exists (select 1 from document_scan where document_id = $1)`,
    [documentId, state, signature],
  );
}

/** Stored contents without a verdict, the longest waiting first. */
export async function listUnscanned(sql: Sql, limit: number): Promise<readonly { id: string; bytes: number }[]> {
  return await sql.query<{ id: string; bytes: number }>(
    `select d.id, min(d.bytes)::bigint as bytes from document d left join document_scan_current s on s.document_id = d.id
     where d.status = 'stored' and coalesce(s.state, 'not-scanned') in ('pending', 'not-scanned')
     group by d.id order by min(d.stored_at) limit $1`,
    [limit],
  );
}

/** So often content without a verdict is scanned again. */
export const NEXT_SCAN_SECONDS = 60;

/**
 * Whoever opens a document on his machine must not open what a scanner has warned of, or not seen although there is one.
 *
 * @throws Problem rule-refused.
 */
export function requireClean(
  { scan, scanSignature }: Pick<StoredDocument, 'scan' | 'scanSignature'>,
  hasScanner: boolean,
): void {
  if (scan === 'clean' || (scan === 'not-scanned' && !hasScanner)) return;
  const isInfected = scan === 'infected';
  const finding = isInfected ? describeInfection(scanSignature) : describeWaiting(hasScanner);
  const refusal = describeRefusal('document-is-clean', {
    datum: 'content',
    required: 'content that the scanner has found clean',
    ...finding,
  });
  throw new Problem('rule-refused', {
    detail: refusal.text,
    extensions: { refusals: [refusal], ...(!isInfected && hasScanner && { retryAfter: NEXT_SCAN_SECONDS }) },
  });
}

function describeInfection(signature: string | null): Pick<Finding, 'found' | 'cure'> {
  return {
    found: signature === null ? 'infected' : `infected: ${signature}`,
    cure: {
      who: 'the organisation that stored it',
      how:
        'make the paper anew on a clean machine and store that; where a command has named this one, give the command ' +
        'again with the new document while the case still takes it',
    },
  };
}

function describeWaiting(hasScanner: boolean): Pick<Finding, 'found' | 'cure'> {
  const cure = hasScanner
    ? {
        who: 'nobody has to',
        how: `ask again after ${NEXT_SCAN_SECONDS} seconds: the scanner is asked until it answers`,
      }
    : { who: 'platform-operator', how: 'connect a scanner (ADIT_CLAMD), which is then asked within a minute' };
  return { found: 'not scanned yet', cure };
}
