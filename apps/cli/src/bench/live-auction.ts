import type { Pool } from 'pg';
import { caseTypes } from '#case-types';
import { formatInstant, Percent, sha256Hex, type Actor } from '#case-kit';
import { CONFIRM, readCases, sealField, type CaseEngine, type Outcome } from '#engine';
import { sqlOf } from '#platform';
import { drawKey, makeActor } from '#testing';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const AUCTION = 'block-auction';
/** Five different offers: by the Rules everybody who made one of the five best goes on, however many they are. */
const INITIAL_OFFERS = ['40.00', '45.00', '50.00', '55.00', '60.00'];
const FLOOR_HUNDREDTHS = 6_000;
const STEP_HUNDREDTHS = 5;
const PAPERS = [
  'BID_LETTER',
  'POWER_OF_ATTORNEY',
  'AFFIDAVIT',
  'NET_WORTH_CERTIFICATE',
  'INCORPORATION',
  'BID_SECURITY',
  'AFFILIATE_DECLARATION',
];

const territorial = (role: Actor['role']): Actor => makeActor(role, { jurisdiction: 'OD' });
const OFFICER = territorial('state-officer');
const APPROVER = territorial('approving-officer');
const CHAIR = territorial('evaluation-chair');
const MEMBER = territorial('evaluation-member');

const COPY_BLOCK = `
  insert into block select copy.* from block b
   cross join lateral jsonb_populate_record(b, jsonb_build_object('id', $1::text, 'rehearsal', false)) copy
   where b.id = 'PRACTICE-ML-STATE' and b.version = 1`;
const COPY_VALUE = `
  insert into block_value select copy.* from block_value v
   cross join lateral jsonb_populate_record(v, jsonb_build_object('block_id', $1::text)) copy
   where v.block_id = 'PRACTICE-ML-STATE' and v.version = 1`;
const ENTER_BIDDERS = `
  insert into bidder (organisation_id, version, legal_name, kind, net_worth, recorded_by)
  select id, 1, 'Bench Company ' || id || ' Limited', 'COMPANY', '9000000000.00', 'bench' from unnest($1::text[]) as o(id)`;
const STORE_PAPERS = `
  insert into document (id, organisation_id, name, media_type, bytes, stored_by, status)
  select paper, id, 'papers.pdf', 'application/pdf', 100, 'bench', 'stored'
    from unnest($1::text[], $2::text[]) as o(id, paper)`;

/** Real time that can be moved on, so that a live case reaches its deadlines within a measurement. */
export class BenchClock {
  private aheadMs = 0;

  now(): number {
    return Date.now() + this.aheadMs;
  }

  advance(milliseconds: number): void {
    this.aheadMs += milliseconds;
  }
}

/**
 * A live auction (no rehearsal: its deadlines are indexed and move with each offer) whose second round is open, made
 * through the engine by its own commands. Each step is given to all auctions at once, because they share one clock.
 */
export class LiveAuction {
  private offered = 0;
  private readonly paper: string;

  private constructor(
    private readonly engine: CaseEngine,
    private readonly pool: Pool,
    private readonly clock: BenchClock,
    readonly bidders: readonly Actor[],
    readonly caseId: string,
  ) {
    this.paper = sha256Hex('papers of the bench');
  }

  /** Auctions with so many bidders each, all in the second round. */
  static async openRounds(
    engine: CaseEngine,
    pool: Pool,
    clock: BenchClock,
    counts: readonly number[],
  ): Promise<readonly LiveAuction[]> {
    const auctions: LiveAuction[] = [];
    for (const count of counts) auctions.push(await LiveAuction.open(engine, pool, clock, count));
    const all = async (step: (auction: LiveAuction) => Promise<unknown>): Promise<void> => {
      await Promise.all(auctions.map(step));
    };
    await all(async (auction) => {
      await auction.giveByTwo('PUBLISH_NOTICE', OFFICER, APPROVER);
      await auction.buyDocuments();
    });
    clock.advance(36 * DAY_MS);
    await all((auction) => auction.submitBids());
    clock.advance(21 * DAY_MS);
    await all((auction) => auction.evaluate());
    const startsAt = clock.now() + 3 * DAY_MS;
    await all((auction) => auction.give('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: formatInstant(startsAt) }));
    clock.advance(3 * DAY_MS + MINUTE_MS);
    // The first offer finds the round begun.
    await all((auction) => auction.offer(1, 1));
    return auctions;
  }

  private static async open(engine: CaseEngine, pool: Pool, clock: BenchClock, count: number): Promise<LiveAuction> {
    const run = drawKey().replaceAll(/[^A-Za-z0-9]/g, '');
    const blockId = `BENCH-${run.toUpperCase()}`;
    await pool.query(COPY_BLOCK, [blockId]);
    await pool.query(COPY_VALUE, [blockId]);
    const now = clock.now();
    const day = (days: number): string => formatInstant(now + days * DAY_MS);
    const form = {
      blockId,
      scheme: 'mining-lease',
      attempt: 'FIRST',
      bound: '20.00',
      tenderFee: '300000.00',
      roundTwoMinutes: 1_440,
      queriesCloseAt: day(14),
      repliesDueAt: day(21),
      studyEndsAt: day(35),
      purchaseClosesAt: day(50),
      bidsDueAt: day(56),
    };
    const outcome = await engine.open({ caseType: AUCTION, form, actor: OFFICER, receivedAt: now, key: drawKey() });
    const { caseId } = assertDone(outcome);
    const bidders = Array.from({ length: count }, (_, index) =>
      makeActor('bidder', { personId: `${run}-p${index}`, organisationId: `${run}-o${index}` }),
    );
    const auction = new LiveAuction(engine, pool, clock, bidders, caseId);
    const organisations = bidders.map(({ organisationId }) => organisationId);
    await pool.query(ENTER_BIDDERS, [organisations]);
    await pool.query(STORE_PAPERS, [organisations, organisations.map(() => auction.paper)]);
    return auction;
  }

  async give(name: string, actor: Actor, form: object = {}): Promise<void> {
    assertDone(await this.execute(name, actor, form));
  }

  private async execute(name: string, actor: Actor, form: object): Promise<Outcome> {
    const command = {
      caseId: this.caseId,
      name,
      form: { ...form },
      actor,
      receivedAt: this.clock.now(),
      key: drawKey(),
    };
    return await this.engine.execute(command, this.engine.findCaseType(AUCTION));
  }

  private async giveByTwo(name: string, first: Actor, second: Actor): Promise<void> {
    await this.give(name, first);
    const { row } = await this.read();
    await this.give(CONFIRM, second, { proposalId: row.proposals[0]?.id });
  }

  private async read(): Promise<Awaited<ReturnType<typeof readCases>>[number]> {
    const [stored] = await readCases(sqlOf(this.pool), [this.caseId]);
    if (stored === undefined) throw new Error(`the bench lost case ${this.caseId}`);
    return stored;
  }

  private async buyDocuments(): Promise<void> {
    await Promise.all(
      this.bidders.map((bidder, index) =>
        this.give('PURCHASE_TENDER', bidder, { paymentReference: `UTR ${index}`, amount: '300000.00' }),
      ),
    );
  }

  private async submitBids(): Promise<void> {
    const { sealKey } = (await this.read()).row;
    if (sealKey === null) throw new Error('a published auction has a key');
    const expiresOn = formatInstant(this.clock.now() + 700 * DAY_MS).slice(0, 10);
    await Promise.all(
      this.bidders.map((bidder, index) =>
        this.give('SUBMIT_BID', bidder, {
          initialPriceOffer: sealField(sealKey, INITIAL_OFFERS[index % INITIAL_OFFERS.length] ?? ''),
          documents: PAPERS.map((kind) => ({ kind, documentId: this.paper })),
          security: { guaranteeNumber: `BG/${index}`, bank: 'Bank of the bench', amount: '500000000.00', expiresOn },
          affiliates: [],
        }),
      ),
    );
  }

  private async evaluate(): Promise<void> {
    await this.giveByTwo('OPEN_TECHNICAL', CHAIR, MEMBER);
    const { rows } = await this.pool.query<{ id: string }>('select bid_id as id from bid where case_id = $1', [
      this.caseId,
    ]);
    const reason = 'Papers complete, guarantee confirmed by the bank, net worth sufficient.';
    const finding = { result: 'PASSED', assessedNetWorth: '9000000000.00', reason };
    await Promise.all(rows.map(({ id }) => this.give('RECORD_FINDING', MEMBER, { bidId: id, ...finding })));
    const method = 'Declarations and registers were compared for all bidders.';
    await this.give('RECORD_SCREENING', MEMBER, { links: [], method });
    await this.giveByTwo('FREEZE_EVALUATION', CHAIR, APPROVER);
    await this.giveByTwo('OPEN_PRICES', CHAIR, MEMBER);
  }

  /**
   * Offers, each a step better than the last, by one bidder after another, so many of them under way at a time.
   * Answers how long each took, milliseconds.
   */
  async offer(count: number, clients: number): Promise<number[]> {
    const last = this.offered + count;
    const latencies: number[] = [];
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (this.offered < last) {
          this.offered += 1;
          const bidder = this.bidders[this.offered % this.bidders.length] ?? OFFICER;
          const percent = formatPercent(FLOOR_HUNDREDTHS + this.offered * STEP_HUNDREDTHS);
          const started = performance.now();
          await this.give('FINAL_OFFER', bidder, { percent });
          latencies.push(performance.now() - started);
        }
      }),
    );
    return latencies;
  }
}

const formatPercent = (hundredths: number): string => Percent.ofHundredths(BigInt(hundredths)).format();

function assertDone(outcome: Outcome): Extract<Outcome, { kind: 'accepted' | 'proposed' }> {
  if (outcome.kind === 'accepted' || outcome.kind === 'proposed') return outcome;
  throw new Error(`the bench was answered ${outcome.kind}: ${JSON.stringify(outcome)}`);
}

/** The kinds of case that an auction of the bench needs to be known. */
export const auctionCaseTypes = caseTypes.filter(({ id }) => id === AUCTION);
