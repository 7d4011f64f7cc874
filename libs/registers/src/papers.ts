import type { Pool } from 'pg';
import { addDays, canonicalJson, localDateAt, parseLocalDate, type Actor, type Refusal, type Sql } from '#case-kit';
import { getOnlyRow, inTransaction, sqlOf, type Clock } from '#platform';
import type { Recorded } from './blocks.js';
import { requireOwnDocuments } from './documents/own-documents.js';
import { describeRefusal, refuseAll } from './register-rules.js';
import { lockEntry, requireStanding, type StandingCheck } from './sql.js';

/** Papers by which a bidder shows who he is and for whom he may sign; named as the technical bid names them. */
export const PAPER_KINDS = [
  'PAN',
  'GST',
  'INCORPORATION',
  'POWER_OF_ATTORNEY',
  'AFFIDAVIT',
  'NET_WORTH_CERTIFICATE',
  'BALANCE_SHEET',
  'HOLDING_UNDERTAKING',
] as const;
export type PaperKind = (typeof PAPER_KINDS)[number];

export interface PaperContent {
  readonly documentId: string;
  /** Number or the like, as the paper bears it. */
  readonly reference: string | null;
  /** `YYYY-MM-DD`. */
  readonly issuedOn: string;
  /** Last day of validity, `YYYY-MM-DD`; null: without end. */
  readonly validUntil: string | null;
}

export interface Paper extends PaperContent {
  readonly kind: PaperKind;
  readonly version: number;
  readonly recordedAt: Date;
  /** Days before the end of which reminders have gone out, the earliest first. */
  readonly remindedDays: readonly number[];
}

/** How many days before the last day of validity a bidder is reminded. No law fixes them: a default of the registers. */
export const REMINDER_DAYS = [30, 7, 1] as const;

export interface PaperReminder {
  readonly organisationId: string;
  readonly kind: PaperKind;
  readonly validUntil: string;
  readonly days: number;
}

const PAPER = `
  p.kind, p.version, p.document_id as "documentId", p.reference, p.issued_on as "issuedOn",
  p.valid_until as "validUntil", p.recorded_at as "recordedAt",
  array(select days from bidder_paper_reminder r
        where r.organisation_id = p.organisation_id and r.kind = p.kind and r.version = p.version
        order by days desc) as "remindedDays"`;

/** Papers of organisations that bid, in versions, with the days between which they are valid. */
export class Papers {
  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly authority?: StandingCheck,
  ) {}

  /** Calendar day in India. */
  today(): string {
    return localDateAt(this.clock.now());
  }

  /** The current paper of each kind; with `withinDays` only those whose validity ends by then or has ended. */
  async list(organisationId: string, withinDays?: number): Promise<readonly Paper[]> {
    const until = withinDays === undefined ? null : addDays(parseLocalDate(this.today()), withinDays);
    return await sqlOf(this.pool).query<Paper>(
      `select ${PAPER} from bidder_paper_current p
       where p.organisation_id = $1 and ($2::date is null or p.valid_until <= $2)
       order by p.valid_until nulls last, p.kind`,
      [organisationId, until],
    );
  }

  /** Every version of a paper, the newest first. */
  async listVersions(organisationId: string, kind: PaperKind): Promise<readonly Paper[]> {
    return await sqlOf(this.pool).query<Paper>(
      `select ${PAPER} from bidder_paper p where p.organisation_id = $1 and p.kind = $2 order by p.version desc`,
      [organisationId, kind],
    );
  }

  /**
   * Records a paper of the actor's own organisation: a new version of it, or nothing when it is the same.
   *
   * @throws Problem rule-refused for dates that cannot be and for a document of somebody else.
   */
  async record(actor: Actor, kind: PaperKind, content: PaperContent): Promise<Recorded<Paper>> {
    const { organisationId, personId } = actor;
    const refusals = judgeDates(content, this.today());
    if (refusals.length > 0) throw refuseAll(refusals);
    return await inTransaction(this.pool, async (sql) => {
      await requireStanding(sql, this.authority, actor);
      await lockEntry(sql, 'paper', organisationId);
      await requireOwnDocuments(sql, organisationId, [['documentId', content.documentId]]);
      const current = await findCurrent(sql, organisationId, kind);
      if (current !== undefined && canonicalJson(contentOf(current)) === canonicalJson(content)) {
        return { entry: current, unchanged: true };
      }
      const { documentId, reference, issuedOn, validUntil } = content;
      await sql.query(
        `insert into bidder_paper (organisation_id, kind, version, document_id, reference, issued_on, valid_until, recorded_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [organisationId, kind, (current?.version ?? 0) + 1, documentId, reference, issuedOn, validUntil, personId],
      );
      return { entry: getOnlyRow(await sql.query<Paper>(ONE, [organisationId, kind])), unchanged: false };
    });
  }

  /**
   * Reminders that fall due today or fell due before and were missed, each of which goes once; a paper that is within
   * several of the days at once is told of by the nearest. For a timer; `tell` before a reminder counts as gone.
   */
  async remind(tell: (reminder: PaperReminder) => Promise<void>): Promise<number> {
    const today = this.today();
    return await inTransaction(this.pool, async (sql) => {
      await lockEntry(sql, 'paper-reminders', 'all');
      const due = await sql.query<PaperReminder & { version: number }>(
        `select p.organisation_id as "organisationId", p.kind, p.version, p.valid_until as "validUntil", d.days
         from bidder_paper_current p
         cross join lateral (select min(days) as days from unnest($2::int[]) as t(days)
                             where p.valid_until - $1::date <= days) d
         where p.valid_until >= $1::date and d.days is not null
           and not exists (select 1 from bidder_paper_reminder r
                           where r.organisation_id = p.organisation_id and r.kind = p.kind and r.version = p.version
                             and r.days <= d.days)
         order by p.valid_until, p.organisation_id, p.kind limit 500`,
        [today, REMINDER_DAYS],
      );
      for (const { organisationId, kind, version, validUntil, days } of due) {
        await tell({ organisationId, kind, validUntil, days });
        await sql.query(
          'insert into bidder_paper_reminder (organisation_id, kind, version, days) values ($1, $2, $3, $4)',
          [organisationId, kind, version, days],
        );
      }
      return due.length;
    });
  }
}

const ONE = `select ${PAPER} from bidder_paper_current p where p.organisation_id = $1 and p.kind = $2`;

async function findCurrent(sql: Sql, organisationId: string, kind: PaperKind): Promise<Paper | undefined> {
  const [paper] = await sql.query<Paper>(ONE, [organisationId, kind]);
  return paper;
}

function contentOf({ documentId, reference, issuedOn, validUntil }: PaperContent): PaperContent {
  return { documentId, reference, issuedOn, validUntil };
}

function judgeDates({ issuedOn, validUntil }: PaperContent, today: string): readonly Refusal[] {
  const refusals: Refusal[] = [];
  const cure = { who: 'whoever records it', how: 'state the dates as the paper bears them' };
  if (issuedOn > today) {
    refusals.push(
      describeRefusal('paper-is-dated', { datum: 'issuedOn', found: issuedOn, required: `${today} or earlier`, cure }),
    );
  }
  if (validUntil !== null && validUntil < issuedOn) {
    const required = `${issuedOn} or later`;
    refusals.push(describeRefusal('paper-is-dated', { datum: 'validUntil', found: validUntil, required, cure }));
  }
  return refusals;
}
