import { formatInstant, parseInstant, type Hold } from '#case-kit';
import { DAY, scheduledEnd } from './block-auction.clock.js';
import { SCHEDULE_DATES } from './block-auction.model.js';
import type { AuctionPlay } from './play.fixture.js';
import { bidOf, playUntil, PURCHASE } from './stages.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, OFFICER } = world;

function stay(play: AuctionPlay, from: number, releasedAt: number | null): void {
  const hold: Hold = { id: 'h', kind: 'court-stay', orderReference: 'W.P.(C) 1/2027', from, until: null, releasedAt };
  play.row = { ...play.row, holds: [hold] };
}

describe('the schedule', () => {
  it('ends the study period, and only then begins the bidding', () => {
    const play = playUntil('saleOpen');
    play.mustGive('PURCHASE_TENDER', ALPHA, PURCHASE);
    play.at = play.context.schedule.studyEndsAt - 1;
    expect(play.give('SUBMIT_BID', ALPHA, bidOf(ALPHA, '40.00')).kind).toBe('state');
    expect(play.letFallDue()).toBe('END_STUDY_PERIOD');
    expect(play.give('SUBMIT_BID', ALPHA, bidOf(ALPHA, '40.00')).kind).toBe('accepted');
  });

  it('makes a version of every corrigendum, told to the public and to each buyer', () => {
    const play = playUntil('saleOpen');
    for (const buyer of [ALPHA, BETA]) play.mustGive('PURCHASE_TENDER', buyer, PURCHASE);
    const { notices } = play.mustGive('ISSUE_CORRIGENDUM', OFFICER, {
      text: 'The due time is extended by a week.',
      bidsDueAt: '2027-02-01T17:00:00+05:30',
    });
    expect(notices.map((notice) => notice.kind === 'notice' && notice.to)).toEqual([
      'public',
      'org:org-alpha',
      'org:org-beta',
    ]);
    expect(play.memory.rows('auction_schedule').map(({ row }) => row['version'])).toEqual([1, 2]);
    expect(play.context.schedule).toMatchObject({ version: 2, bidsDueAt: parseInstant('2027-02-01T17:00:00+05:30') });
    play.letFallDue();
    expect(play.dueEvents()).toEqual([
      expect.objectContaining({ event: 'CLOSE_BIDDING', at: parseInstant('2027-02-01T17:00:00+05:30') }),
    ]);
  });

  it('gives the days of a stay back to every date that ran while it stood', () => {
    const play = playUntil('saleOpen');
    stay(play, play.at + DAY, null);
    for (const date of SCHEDULE_DATES) expect(scheduledEnd(play.row, date)).toBeNull();
    stay(play, play.at + DAY, play.at + 11 * DAY);
    for (const date of SCHEDULE_DATES) {
      expect(scheduledEnd(play.row, date)).toBe(play.context.schedule[date] + 10 * DAY);
    }
    const [due] = play.dueEvents();
    expect(due?.stoppedBy?.runsFrom).toBe(play.context.published?.at);
  });

  it('does not take a stay’s days back when a corrigendum later changes another date', () => {
    const play = playUntil('saleOpen');
    stay(play, play.at + DAY, play.at + 11 * DAY);
    play.at += 12 * DAY;
    const queriesCloseAt = formatInstant((scheduledEnd(play.row, 'queriesCloseAt') ?? 0) + DAY);
    play.mustGive('ISSUE_CORRIGENDUM', OFFICER, { text: 'Questions may come a day longer.', queriesCloseAt });
    expect(scheduledEnd(play.row, 'queriesCloseAt')).toBe(parseInstant(queriesCloseAt));
    expect(scheduledEnd(play.row, 'bidsDueAt')).toBe(play.context.schedule.bidsDueAt + 10 * DAY);
  });

  it('measures a corrigendum by the dates as a stay has moved them', () => {
    const play = playUntil('saleOpen');
    stay(play, play.at + DAY, play.at + 11 * DAY);
    play.at += 12 * DAY;
    const announced = formatInstant(play.context.schedule.studyEndsAt + DAY);
    const answer = play.give('ISSUE_CORRIGENDUM', OFFICER, {
      text: 'The study period is extended.',
      studyEndsAt: announced,
    });
    expect(answer.kind === 'refused' ? Object.keys(answer.findings) : []).toEqual(['study-period-is-not-shortened']);
  });

  it('judges bids by the due time as it stands at that moment', () => {
    const play = playUntil('bidding');
    play.mustGive('ISSUE_CORRIGENDUM', OFFICER, {
      text: 'The due time is extended by a day.',
      bidsDueAt: '2027-01-26T17:00:00+05:30',
    });
    play.at = parseInstant('2027-01-26T17:00:00+05:30');
    expect(play.give('SUBMIT_BID', ALPHA, bidOf(ALPHA, '40.00')).kind).toBe('accepted');
    play.at += 1;
    expect(play.give('SUBMIT_BID', BETA, bidOf(BETA, '41.00')).kind).toBe('refused');
  });

  it('takes a corrigendum that changes no date', () => {
    const play = playUntil('saleOpen');
    const before = play.context.schedule;
    play.mustGive('ISSUE_CORRIGENDUM', OFFICER, { text: 'Clause 4 of the tender document is worded anew.' });
    expect(play.context.schedule).toEqual({ ...before, version: 2 });
  });

  it('lets no clock run before the publication, and none after the end', () => {
    for (const stage of [
      'draft',
      'opening',
      'evaluated',
      'priceOpening',
      'qualified',
      'preferredBidderDeclared',
    ] as const) {
      expect(playUntil(stage).dueEvents()).toEqual([]);
    }
  });
});
