import { canonicalJson, sha256Hex } from '#case-kit';
import { commitmentOf, GENESIS, type TransitionText } from '#engine';
import { parseText, UnreadableEntry, type RecordedEntry } from './entry.js';

export interface ChainFault {
  readonly seq: number;
  readonly what: string;
  readonly message: string;
}

/**
 * The hash chain of one case, link by link: each text has its hash, names the hash before it and the columns beside
 * it, and commits to its payload. Gaps are left to replay, which says what is missing.
 */
export class Chain {
  private head = GENESIS;
  private last = 0;

  constructor(private readonly caseId: string) {}

  /** Hash and number of the newest entry taken; the genesis hash and 0 before the first. */
  get end(): { readonly head: string; readonly seq: number } {
    return { head: this.head, seq: this.last };
  }

  /** Takes the next entry and answers everything that is wrong with it. */
  take(entry: RecordedEntry): ChainFault[] {
    const faults: ChainFault[] = [];
    const fault = (what: string, message: string): void => {
      faults.push({ seq: entry.seq, what, message });
    };
    if (sha256Hex(entry.text) !== entry.hash) {
      fault('hash', 'its text or its hash was changed: the hash is not that of the text');
    }
    const text = this.findText(entry);
    if (text !== undefined) {
      if (canonicalJson(text) !== entry.text) fault('canonical', 'its text is not in canonical form');
      if (entry.seq === this.last + 1 && text.prev !== this.head) {
        const before = this.last === 0 ? 'the beginning of a record' : `transition ${this.last}`;
        fault('prev', `it does not follow ${before}: it names another hash before it`);
      }
      for (const [column, is, should] of this.columnsOf(entry, text)) {
        if (is !== should) fault('columns', `column ${column} says ${String(is)}, its text says ${String(should)}`);
      }
      if (entry.payload !== null && commitmentOf(entry.salt ?? '', entry.payload) !== text.commitment) {
        fault('commitment', 'its payload or the salt was changed: they are not what the text commits to');
      }
    }
    this.head = entry.hash;
    this.last = entry.seq;
    return faults;
  }

  private columnsOf(entry: RecordedEntry, text: TransitionText): (readonly [string, unknown, unknown])[] {
    return [
      ['case_id', this.caseId, text.case],
      ['seq', entry.seq, text.seq],
      ['kind', entry.kind, text.kind],
      ['command', entry.command, text.command],
      ['received_at', entry.receivedAt, Date.parse(text.received)],
      ['decided_at', entry.decidedAt, Date.parse(text.decided)],
    ];
  }

  /** A text that cannot be read is reported by replay, which reads it too. */
  private findText(entry: RecordedEntry): TransitionText | undefined {
    try {
      return parseText(entry.text);
    } catch (error) {
      if (error instanceof UnreadableEntry) return undefined;
      throw error;
    }
  }
}
