import { formatInstant, parseInstant } from '#case-kit';
import fc from 'fast-check';
import { runCalculator } from '../calculators.js';
import { buildSeedLaw } from '../seed.js';
import type { FinalOfferResult } from './final-offer.js';

const law = buildSeedLaw();
const CLOSE = '2026-03-02T13:00:00+05:30';

function ask(body: object): FinalOfferResult {
  const request = {
    direction: 'ascending',
    boundPercent: '84.00',
    bestPercent: null,
    stepPercent: '0.05',
    offerPercent: '85.00',
    closesAt: CLOSE,
    receivedAt: '2026-03-02T12:00:00+05:30',
    extensionMinutes: 8,
    ...body,
  };
  const outcome = runCalculator('final-offer', request, law, '2026-11-23');
  if (outcome.status !== 200) throw new Error(JSON.stringify(outcome));
  return outcome.body.result as FinalOfferResult;
}

const hundredths = (n: number): string => (n / 100).toFixed(2);

describe('final offer', () => {
  it('reports the first failing test only, in the order of the contract', () => {
    const worst = { bestPercent: '90.00', offerPercent: '83.99', receivedAt: '2026-03-02T13:00:00.001+05:30' };
    expect(ask(worst).reason).toBe('AFTER_CLOSE');
    expect(ask({ ...worst, receivedAt: CLOSE }).reason).toBe('NOT_BETTER_THAN_BOUND');
    expect(ask({ ...worst, receivedAt: CLOSE, offerPercent: '89.99' }).reason).toBe('NOT_BETTER_THAN_BEST');
    expect(ask({ ...worst, receivedAt: CLOSE, offerPercent: '90.01' }).reason).toBe('OFF_STEP');
    expect(ask({ ...worst, receivedAt: CLOSE, offerPercent: '90.05' }).reason).toBeNull();
  });

  it('counts the grid from the bound, not from the best offer, which is taken as given', () => {
    expect(ask({ boundPercent: '84.02', bestPercent: '84.10', offerPercent: '84.15' }).reason).toBe('OFF_STEP');
    expect(ask({ boundPercent: '84.02', bestPercent: '84.10', offerPercent: '84.12' }).accepted).toBe(true);
    expect(ask({ boundPercent: '84.00', bestPercent: '80.00', offerPercent: '84.05' }).accepted).toBe(true);
  });

  it('asks for confirmation of more steps than agreed, whole or not, from the best offer or else from the bound', () => {
    const jump = (body: object): [boolean, boolean] => {
      const { accepted, needsConfirmation } = ask({ extensionMinutes: 0, ...body });
      return [accepted, needsConfirmation];
    };
    expect(jump({ offerPercent: '89.00' })).toEqual([true, false]);
    expect(jump({ offerPercent: '89.05' })).toEqual([false, true]);
    expect(jump({ offerPercent: '89.05', confirmed: true })).toEqual([true, false]);
    expect(jump({ bestPercent: '84.02', offerPercent: '84.10', jumpSteps: 1 })).toEqual([false, true]);
    expect(jump({ bestPercent: '84.05', offerPercent: '84.10', jumpSteps: 1 })).toEqual([true, false]);
    expect(jump({ offerPercent: '99999.00', jumpSteps: 1e300 })).toEqual([true, false]);
  });

  it('does not need confirmation when it fails', () => {
    expect(ask({ offerPercent: '180.01' })).toMatchObject({
      accepted: false,
      reason: 'OFF_STEP',
      needsConfirmation: false,
    });
  });

  it('holds these together for any offer', () => {
    const time = fc.integer({ min: -900_000, max: 900_000 });
    fc.assert(
      fc.property(
        fc.record({
          best: fc.option(fc.integer({ min: 8_000, max: 9_500 })),
          offer: fc.integer({ min: 8_000, max: 9_500 }),
        }),
        fc.record({ at: time, extension: fc.nat(20), confirmed: fc.boolean(), ascending: fc.boolean() }),
        ({ best, offer }, { at, extension, confirmed, ascending }) => {
          const close = parseInstant(CLOSE);
          const result = ask({
            direction: ascending ? 'ascending' : 'descending',
            boundPercent: '87.00',
            bestPercent: best === null ? null : hundredths(best),
            offerPercent: hundredths(offer),
            receivedAt: formatInstant(close + at),
            extensionMinutes: extension,
            confirmed,
          });
          const moved = Math.max(close, close + at + extension * 60_000);
          expect(result.closesAt).toBe(formatInstant(result.accepted ? moved : close));
          expect(Number(result.accepted) + Number(result.reason !== null) + Number(result.needsConfirmation)).toBe(1);
          const ahead = (than: number): boolean => (ascending ? offer > than : offer < than);
          const good = at <= 0 && ahead(8_700) && (best === null || ahead(best)) && (offer - 8_700) % 5 === 0;
          expect(result.reason === null).toBe(good);
          const jump = Math.abs(offer - (best ?? 8_700)) > 500;
          expect(result.needsConfirmation).toBe(good && jump && !confirmed);
        },
      ),
      { numRuns: 500 },
    );
  });
});
