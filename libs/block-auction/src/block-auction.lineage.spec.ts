import type { AttemptFact } from './block-auction.facts.js';
import { AuctionPlay, OpeningRefused } from './play.fixture.js';
import { playUntil, TOO_FEW } from './stages.fixture.js';
import * as world from './world.fixture.js';

const { CENTRAL, CHAIR, OFFICER } = world;

/** Whether an attempt may be drafted after others; the names of the rules that refuse. */
function tryDraft(attempts: readonly AttemptFact[], form: Readonly<Record<string, unknown>>): string[] {
  try {
    new AuctionPlay({ form, registers: { attempts } });
    return [];
  } catch (error) {
    if (error instanceof OpeningRefused) return Object.keys(error.findings);
    throw error;
  }
}

const named = { previousCaseId: 'AUCTION-0' };

describe('the line of attempts at a block', () => {
  it('lets a second attempt or one de novo follow an attempt with too few technically qualified', () => {
    expect(tryDraft([TOO_FEW], { ...named, attempt: 'SECOND' })).toEqual([]);
    expect(tryDraft([TOO_FEW], { ...named, attempt: 'DE_NOVO' })).toEqual([]);
    expect(tryDraft([TOO_FEW], { attempt: 'FIRST' })).toEqual(['attempt-follows-the-last']);
  });

  it('lets only an attempt de novo follow one without any responsive bid', () => {
    for (const reason of ['NIL_BIDS', 'NO_TQB', 'NO_FINAL_OFFER', 'BLOCK_CHANGED']) {
      const before: AttemptFact = { ...TOO_FEW, reason, hadTqb: false, nextAttempts: ['DE_NOVO'] };
      expect(tryDraft([before], { ...named, attempt: 'SECOND' })).toEqual(['attempt-follows-the-last']);
      expect(tryDraft([before], { ...named, attempt: 'DE_NOVO' })).toEqual([]);
    }
  });

  it('lets none follow while one is under way, or a preferred bidder stands', () => {
    for (const phase of ['PUBLISHED', 'DECLARED', 'CONCLUDED'] as const) {
      const before: AttemptFact = { ...TOO_FEW, phase, reason: null, nextAttempts: [] };
      expect(tryDraft([before], { ...named, attempt: 'DE_NOVO' })).toEqual(['attempt-follows-the-last']);
    }
  });

  it('forgets drafts that were never published', () => {
    for (const phase of ['DRAFTED', 'DISCARDED'] as const) {
      expect(tryDraft([{ ...TOO_FEW, phase }], { attempt: 'FIRST' })).toEqual([]);
    }
  });

  it('names the attempt before it, the last one, and repeats its concession', () => {
    const second: AttemptFact = {
      ...TOO_FEW,
      caseId: 'AUCTION-00',
      ordinal: 2,
      kind: 'SECOND',
      nextAttempts: ['DE_NOVO'],
    };
    expect(tryDraft([second, TOO_FEW], { ...named, attempt: 'DE_NOVO' })).toEqual(['attempt-follows-the-last']);
    expect(tryDraft([second, TOO_FEW], { previousCaseId: 'AUCTION-00', attempt: 'DE_NOVO' })).toEqual([]);
    expect(tryDraft([TOO_FEW], { attempt: 'SECOND' })).toEqual(['attempt-follows-the-last']);
    const other: AttemptFact = { ...TOO_FEW, scheme: 'composite-licence' };
    expect(tryDraft([other], { ...named, attempt: 'SECOND' })).toEqual(['attempt-follows-the-last']);
  });

  it('leaves one row for each stage of an attempt', () => {
    const phasesOf = (play: AuctionPlay): unknown[] =>
      play.memory.rows('auction_attempt').map(({ row }) => row['phase']);
    expect(phasesOf(playUntil('concluded'))).toEqual(['DRAFTED', 'PUBLISHED', 'DECLARED', 'CONCLUDED']);
    const annulled = playUntil('priceOpening', { offers: [[world.ALPHA, '40.00']] });
    annulled.mustGive('OPEN_PRICES', CHAIR);
    annulled.at += 1_000;
    annulled.mustGive('RETURN_SECURITY', OFFICER, {
      organisationId: 'org-alpha',
      guaranteeNumber: 'BG/org-alpha',
      returnedOn: '2026-12-01',
      reference: 'Letter 88',
    });
    annulled.mustGive('CONCLUDE', OFFICER);
    expect(phasesOf(annulled)).toEqual(['DRAFTED', 'PUBLISHED', 'ANNULLED']);
    expect(annulled.memory.rows('auction_attempt').at(-1)?.row).toMatchObject({
      reason: 'LT3_TQB',
      hadTqb: true,
      nextAttempts: ['SECOND', 'DE_NOVO'],
    });
    const discarded = playUntil('draft');
    discarded.mustGive('ANNUL', OFFICER, {
      ground: 'ADMINISTRATIVE',
      provision: 'r. 9(1)',
      reason: 'The block is surveyed again first.',
    });
    expect(phasesOf(discarded)).toEqual(['DRAFTED', 'DISCARDED']);
    expect(discarded.row.state).toBe('annulmentConcluded');
  });

  it('keeps a rehearsal in a line of its own', () => {
    expect(new AuctionPlay({ rehearsal: true }).context.attempt.lineageId).toBe('REHEARSAL-AUCTION-1');
    const attempts = [{ ...TOO_FEW, caseId: 'REHEARSAL-AUCTION-0', lineageId: 'REHEARSAL-AUCTION-0' }];
    const form = { attempt: 'SECOND', previousCaseId: 'REHEARSAL-AUCTION-0' };
    const second = new AuctionPlay({ rehearsal: true, form, registers: { attempts } });
    expect(second.context.attempt).toMatchObject({ ordinal: 2, lineageId: 'REHEARSAL-AUCTION-0' });
  });

  it('freezes block, value and worksheet with the notice', () => {
    const play = playUntil('saleOpen');
    const record = play.memory.rows('auction_attempt').at(-1)?.row['record'];
    expect(record).toMatchObject({
      published: { blockVersion: 3, valueVersion: 1, value: '20000000000.00' },
      worksheet: [{ mineral: 'IRON_ORE' }],
    });
    play.registers.block = world.blockOf({ version: 9, value: null });
    expect(play.viewFor(OFFICER)['terms']).toMatchObject({ valueOfEstimatedResources: '20000000000.00' });
  });
});

describe('who may auction', () => {
  const lithium = (from: string) => [
    {
      code: 'LITHIUM',
      periods: [
        { part: 'D', from, until: null },
        { part: 'B', from: null, until: from },
      ],
    },
  ];
  const tryAs = (opener: typeof OFFICER, minerals: ReturnType<typeof lithium>, form = {}): string[] => {
    try {
      new AuctionPlay({ opener, form, registers: { block: world.blockOf({ minerals }) } });
      return [];
    } catch (error) {
      if (error instanceof OpeningRefused) return Object.keys(error.findings);
      throw error;
    }
  };
  const iron = [{ code: 'IRON_ORE', periods: [] }] as unknown as ReturnType<typeof lithium>;

  it('is the Centre for a mineral of Part D, and before Part D was made the State', () => {
    expect(tryAs(CENTRAL, lithium('2023-08-17'))).toEqual([]);
    expect(tryAs(OFFICER, lithium('2023-08-17'))).toEqual(['authority-may-draft']);
    expect(tryAs(OFFICER, lithium('2099-01-01'))).toEqual([]);
  });

  it('is the State in which the block lies for all others, the Centre only on a stated ground', () => {
    expect(tryAs(OFFICER, iron)).toEqual([]);
    expect(tryAs(world.actorOf('state-officer', 'org-mines-rj', 'RJ'), iron)).toEqual(['authority-may-draft']);
    expect(tryAs(CENTRAL, iron)).toEqual(['authority-may-draft']);
    expect(tryAs(CENTRAL, iron, { centralGround: 'The State did not complete the auction in time.' })).toEqual([]);
  });

  it('is the State for an exploration licence whatever the mineral', () => {
    const registers = { block: world.blockOf({ concession: 'EL', minerals: lithium('2023-08-17') }) };
    expect(() => new AuctionPlay({ registers, form: { scheme: 'exploration-licence' } })).not.toThrow();
  });

  it('knows the block, its State and its concession', () => {
    for (const changes of [{ state: null }, { concession: 'EL' as const }]) {
      expect(() => new AuctionPlay({ registers: { block: world.blockOf(changes) } })).toThrow('block-is-registered');
    }
    expect(() => new AuctionPlay({ registers: { block: null } })).toThrow('block-is-registered');
  });
});

describe('the schemes', () => {
  it('take a composite licence at G4, or on a recommendation where nothing is established', () => {
    const licence = (explorationLevel: string | null, more = {}): string => {
      const play = new AuctionPlay({
        form: { scheme: 'composite-licence', ...more },
        registers: { block: world.blockOf({ concession: 'CL', explorationLevel }) },
      });
      const answer = play.give('PUBLISH_NOTICE', OFFICER);
      return answer.kind === 'refused' ? Object.keys(answer.findings).join() : answer.kind;
    };
    expect(licence('G4')).toBe('accepted');
    expect(licence(null)).toBe('exploration-suffices');
    expect(licence(null, { potentialBasis: 'Committee, minutes of 2026-09-02' })).toBe('accepted');
  });

  it('ask half the security of whoever proposed a composite licence, and of nobody else', () => {
    const play = playUntil('bidding', {
      play: {
        form: { scheme: 'composite-licence', proposer: 'org-alpha' },
        registers: { block: world.blockOf({ concession: 'CL' }) },
      },
    });
    const bid = (bidder: typeof world.ALPHA, amount: string) => ({
      initialPriceOffer: '40.00',
      documents: world.PAPERS.map((kind) => ({ kind, documentId: world.documentOf(bidder.organisationId, kind) })),
      security: { guaranteeNumber: 'BG 1', bank: 'SBI', amount, expiresOn: '2028-01-01' },
    });
    expect(play.give('SUBMIT_BID', world.ALPHA, bid(world.ALPHA, '25000000.00')).kind).toBe('accepted');
    expect(play.give('SUBMIT_BID', world.BETA, bid(world.BETA, '25000000.00')).kind).toBe('refused');
    expect(play.give('SUBMIT_BID', world.BETA, bid(world.BETA, '50000000.00')).kind).toBe('accepted');
  });

  it('hold the ceiling of an exploration licence at the least share, and need no value', () => {
    const licence = (bound: string): string => {
      const play = new AuctionPlay({
        form: { scheme: 'exploration-licence', bound, statedSecurity: '5000000.00' },
        registers: { block: world.blockOf({ concession: 'EL', value: null, explorationLevel: null }) },
      });
      const answer = play.give('PUBLISH_NOTICE', OFFICER);
      return answer.kind === 'refused' ? Object.keys(answer.findings).join() : answer.kind;
    };
    expect(licence('25.00')).toBe('accepted');
    expect(licence('24.99')).toBe('bound-is-set');
  });
});
