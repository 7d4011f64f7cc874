import fc from 'fast-check';
import { formatInstant, parseInstant, Percent, type Hold } from '#case-kit';
import { lawOn, judgeFinalOffer, runCalculator } from '#rulebook';
import { DAY, HOUR, MINUTE, roundTwoEnd } from './block-auction.clock.js';
import { nextOfferOf } from './block-auction.offers.js';
import { spellPercent } from './block-auction.words.js';
import type { AuctionPlay } from './play.fixture.js';
import { playUntil } from './stages.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, DELTA, GAMMA, OFFICER, OPERATOR } = world;
const BIDDERS = [ALPHA, BETA, GAMMA];

const hundredths = (text: string): bigint => Percent.parse(text).hundredths;
const percentOf = (units: bigint): string => Percent.ofHundredths(units < 0n ? 0n : units).format();

/** A live round of an exploration licence: the lowest initial offer is 30.00. */
function playDescending(): AuctionPlay {
  const registers = { block: world.blockOf({ concession: 'EL', value: null }) };
  const form = { scheme: 'exploration-licence', bound: '60.00', statedSecurity: '50000000.00' };
  return playUntil('roundTwoLive', {
    offers: [
      [ALPHA, '45.00'],
      [BETA, '30.00'],
      [GAMMA, '52.50'],
    ],
    play: { registers, form },
  });
}

const play = { ascending: () => playUntil('roundTwoLive'), descending: playDescending } as const;

/** What the public calculator answers on an offer in the present situation of a play. */
function askCalculator(live: AuctionPlay, percent: string, confirmed: boolean) {
  const { round, published, terms } = live.context;
  return judgeFinalOffer(
    {
      direction: terms.scheme === 'exploration-licence' ? 'descending' : 'ascending',
      boundPercent: Percent.parse(round?.floor ?? ''),
      bestPercent: round?.best === null || round === null ? null : Percent.parse(round.best),
      stepPercent: Percent.parse(published?.step ?? ''),
      offerPercent: Percent.parse(percent),
      closesAt: roundTwoEnd(live.row) ?? 0,
      receivedAt: live.at,
      extensionMinutes: published?.extensionMinutes ?? 0,
      jumpSteps: published?.jumpSteps ?? 1,
      confirmed,
    },
    lawOn(live.law, '2026-12-01'),
  ).result;
}

const RULE_OF = {
  AFTER_CLOSE: 'offer-is-in-time',
  NOT_BETTER_THAN_BOUND: 'offer-beats-the-bound',
  NOT_BETTER_THAN_BEST: 'offer-beats-the-best',
  OFF_STEP: 'offer-is-on-a-step',
} as const;

/** Hundredths from the best offer, milliseconds of waiting, who offers, whether repeated. */
const offers = fc.array(
  fc.record({
    by: fc.constantFrom(...BIDDERS),
    distance: fc.oneof(fc.integer({ min: -30, max: 60 }), fc.integer({ min: 400, max: 900 }), fc.constant(5)),
    wait: fc.oneof(fc.integer({ min: 0, max: 5 * MINUTE }), fc.integer({ min: 0, max: 40 * MINUTE })),
    repeated: fc.boolean(),
    outage: fc.constantFrom(null, null, null, 10 * MINUTE),
  }),
  { minLength: 1, maxLength: 25 },
);

/** Pauses a play for an outage that began a while ago, and lets it go on. */
function breakDown(live: AuctionPlay, length: number): void {
  const began = Math.max(
    live.at - length,
    live.context.round?.startedAt ?? 0,
    ...(live.context.round?.pauses ?? []).map(({ until }) => until ?? 0),
  );
  live.mustGive('PAUSE_ROUND_TWO', OPERATOR, { outageBeganAt: formatInstant(began), reason: 'The network failed.' });
  live.mustGive('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt: formatInstant(live.at + HOUR) });
  live.letFallDue();
}

describe('the second round', () => {
  for (const direction of ['ascending', 'descending'] as const) {
    it(`judges random offers exactly as calculator 2 does, ${direction}, outages in between`, () => {
      fc.assert(
        fc.property(offers, (given) => {
          const live = play[direction]();
          const sign = direction === 'ascending' ? 1n : -1n;
          for (const { by, distance, wait, repeated, outage } of given) {
            live.at += wait;
            const end = roundTwoEnd(live.row) ?? 0;
            if (outage !== null && live.at <= end) breakDown(live, outage);
            const from = hundredths(live.context.round?.best ?? live.context.round?.floor ?? '');
            const percent = percentOf(from + sign * BigInt(distance));
            const form = {
              percent,
              ...(repeated ? { repeated: { figures: percent, words: spellPercent(Percent.parse(percent)) } } : {}),
            };
            const expected = askCalculator(live, percent, repeated);
            const before = live.context;
            const answer = live.give('FINAL_OFFER', by, form);
            expect(answer.kind === 'accepted').toBe(expected.accepted);
            if (answer.kind === 'refused') {
              const rules = Object.keys(answer.findings);
              expect(rules).toContain(expected.reason === null ? 'far-offer-is-repeated' : RULE_OF[expected.reason]);
              expect(rules.includes('far-offer-is-repeated')).toBe(expected.needsConfirmation);
              expect(live.context).toEqual(before);
            }
            expect(roundTwoEnd(live.row)).toBe(parseInstant(expected.closesAt));
          }
          const { round } = live.context;
          const accepted = live.memory.rows('final_offer').map(({ row }) => hundredths(String(row['percent'])));
          expect(round?.offers).toBe(accepted.length);
          for (const [index, offer] of accepted.slice(1).entries()) {
            expect(sign * (offer - (accepted[index] ?? 0n))).toBeGreaterThan(0n);
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  it('is the same as the public interface answers', () => {
    const live = playUntil('roundTwoLive');
    const body = {
      direction: 'ascending',
      boundPercent: live.context.round?.floor,
      bestPercent: null,
      stepPercent: '0.05',
      offerPercent: '63.60',
      closesAt: formatInstant(roundTwoEnd(live.row) ?? 0),
      receivedAt: formatInstant(live.at),
      extensionMinutes: 8,
    };
    const outcome = runCalculator('final-offer', body, live.law, '2026-12-01');
    expect(outcome).toMatchObject({ status: 200, body: { result: { accepted: true } } });
    expect(live.give('FINAL_OFFER', ALPHA, { percent: '63.60' }).kind).toBe('accepted');
    expect(formatInstant(roundTwoEnd(live.row) ?? 0)).toBe(
      outcome.status === 200 ? (outcome.body.result as { closesAt: string }).closesAt : '',
    );
  });

  it('keeps the round open for eight minutes after each offer, and closes when nobody betters it', () => {
    const live = playUntil('roundTwoLive');
    const announced = live.context.round?.closesAt ?? 0;
    live.at = announced - MINUTE;
    live.mustGive('FINAL_OFFER', ALPHA, { percent: '63.60' });
    expect(roundTwoEnd(live.row)).toBe(live.at + 8 * MINUTE);
    live.at += 8 * MINUTE;
    live.mustGive('FINAL_OFFER', BETA, { percent: '63.65' });
    expect(live.dueEvents()).toEqual([expect.objectContaining({ event: 'CLOSE_ROUND_TWO', at: live.at + 8 * MINUTE })]);
    live.letFallDue();
    expect(live.context.declared).toMatchObject({ percent: '63.65', at: live.at });
  });

  it('gives the time of an outage back from its beginning, and a whole extension at least', () => {
    const live = playUntil('roundTwoLive');
    const announced = live.context.round?.closesAt ?? 0;
    live.at = announced - 20 * MINUTE;
    breakDown(live, 10 * MINUTE);
    expect(roundTwoEnd(live.row)).toBe(live.at + 30 * MINUTE);
    live.at += 29 * MINUTE;
    breakDown(live, 0);
    expect(roundTwoEnd(live.row)).toBe(live.at + 8 * MINUTE);
  });

  it('takes no offer while it is paused, and does not close', () => {
    const live = playUntil('roundTwoPaused');
    expect(live.give('FINAL_OFFER', BETA, { percent: '64.05' }).kind).toBe('state');
    expect(roundTwoEnd(live.row)).toBeNull();
    expect(live.dueEvents()).toEqual([]);
    live.mustGive('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt: formatInstant(live.at + HOUR) });
    expect(live.dueEvents()).toEqual([expect.objectContaining({ event: 'RESUME_ROUND_TWO', at: live.at + HOUR })]);
  });

  it('is moved by a stay as long as it stood, whatever was offered before and after it', () => {
    const live = playUntil('roundTwoLive');
    live.at = (live.context.round?.closesAt ?? 0) - 2 * MINUTE;
    live.mustGive('FINAL_OFFER', ALPHA, { percent: '63.60' });
    const hold: Hold = {
      id: 'h',
      kind: 'court-stay',
      orderReference: 'W.P.(C) 1/2027',
      from: live.at + MINUTE,
      until: null,
      releasedAt: null,
    };
    live.row = { ...live.row, holds: [hold] };
    expect(roundTwoEnd(live.row)).toBeNull();
    expect(live.dueEvents()).toEqual([]);
    const released = live.at + MINUTE + 3 * DAY;
    live.row = { ...live.row, holds: [{ ...hold, releasedAt: released }] };
    expect(roundTwoEnd(live.row)).toBe(live.at + 8 * MINUTE + 3 * DAY);
    live.at = released + MINUTE;
    const expected = askCalculator(live, '63.65', false);
    live.mustGive('FINAL_OFFER', BETA, { percent: '63.65' });
    expect(roundTwoEnd(live.row)).toBe(parseInstant(expected.closesAt));
  });

  it('lets a bidder better his own offer, and an offer beyond a hundred per cent stand', () => {
    const live = playUntil('roundTwoLive');
    live.mustGive('FINAL_OFFER', ALPHA, { percent: '63.60' });
    live.mustGive('FINAL_OFFER', ALPHA, { percent: '63.65' });
    const repeated = { figures: '111.30', words: 'one hundred and eleven point three zero' };
    live.mustGive('FINAL_OFFER', BETA, { percent: '111.30', repeated });
    expect(live.context.round).toMatchObject({ best: '111.30', offers: 3 });
  });

  it('keeps a reported mistake beside the offer, which stands, in the round and after it', () => {
    const live = playUntil('roundTwoLive');
    live.mustGive('FINAL_OFFER', ALPHA, { percent: '64.00' });
    live.at += 30_000;
    const { notices } = live.mustGive('REPORT_MISTAKE', ALPHA, { percent: '64.00', explanation: '63.60 was meant.' });
    expect(notices).toContainEqual(
      expect.objectContaining({
        to: 'role:state-officer@OD',
        template: 'block-auction.mistake-reported',
        data: { alias: live.partyOf(ALPHA)?.alias, percent: '64.00', at: formatInstant(live.at) },
      }),
    );
    expect(live.context.round?.best).toBe('64.00');
    live.letFallDue();
    live.at += MINUTE;
    live.mustGive('REPORT_MISTAKE', ALPHA, { percent: '64.00', explanation: '63.60 was meant, as I said.' });
    expect(live.memory.rows('mistake_report').map(({ row }) => row['reportedAt'])).toEqual([
      expect.any(Number),
      live.at,
    ]);
    expect(live.give('REPORT_MISTAKE', DELTA, { percent: '64.00', explanation: 'I never bid.' }).kind).toBe('refused');
  });

  it('can be announced anew until it begins, with the same notice', () => {
    const live = playUntil('roundTwoScheduled');
    const again = formatInstant(live.at + 5 * DAY);
    live.mustGive('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: again });
    expect(live.dueEvents()).toEqual([expect.objectContaining({ event: 'START_ROUND_TWO', at: parseInstant(again) })]);
    live.letFallDue();
    expect(live.give('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: again }).kind).toBe('state');
  });

  it('names the next offer in either direction, and none below nothing', () => {
    expect(nextOfferOf(playUntil('roundTwoLive').context)).toBe('63.60');
    const live = playDescending();
    expect(nextOfferOf(live.context)).toBe('29.95');
    const { round } = live.context;
    expect(nextOfferOf({ ...live.context, round: round && { ...round, best: '0.00' } })).toBeNull();
  });

  it('speaks of points where no value of resources stands behind a percentage', () => {
    const live = playDescending();
    const answer = live.give('FINAL_OFFER', ALPHA, { percent: '20.00' });
    const finding = answer.kind === 'refused' ? answer.findings['far-offer-is-repeated'] : undefined;
    expect(finding?.cure.how).toContain('20.00 % lies 10.00 points from the floor of 30.00 %');
  });
});
