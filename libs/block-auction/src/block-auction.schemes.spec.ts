import { Rupees } from '#case-kit';
import { runCalculator } from '#rulebook';
import { judgeNetWorth, securityDueFrom } from './block-auction.schemes.js';
import type { AuctionPlay } from './play.fixture.js';
import { playUntil, secondAttempt, TOO_FEW } from './stages.fixture.js';
import { nextOffer } from './schemes/scheme.js';
import { explorationLicence } from './schemes/exploration-licence.js';
import { miningLease } from './schemes/mining-lease.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, CHAIR, GAMMA, OFFICER } = world;

const EXPLORATION = {
  registers: { block: world.blockOf({ concession: 'EL', value: null, explorationLevel: null }) },
  form: { scheme: 'exploration-licence', bound: '60.00', statedSecurity: '50000000.00' },
} as const;
const COMPOSITE = {
  registers: { block: world.blockOf({ concession: 'CL', explorationLevel: 'G4' }) },
  form: { scheme: 'composite-licence' },
} as const;

const answerOf = (name: string, body: object, play: AuctionPlay): unknown => {
  const outcome = runCalculator(name, body, play.law, '2026-12-01');
  return outcome.status === 200 ? outcome.body.result : outcome;
};

describe('the schemes', () => {
  it('run a composite licence like a lease, ascending', () => {
    const play = playUntil('concluded', { play: COMPOSITE });
    expect(play.context).toMatchObject({ terms: { scheme: 'composite-licence' }, declared: { percent: '64.00' } });
  });

  it('run an exploration licence downwards: the lowest share leads, from the lowest initial offer on', () => {
    const offers = [
      [ALPHA, '45.00'],
      [BETA, '30.00'],
      [GAMMA, '52.50'],
    ] as const;
    const play = playUntil('roundTwoLive', { offers, play: EXPLORATION });
    expect(play.context.round?.floor).toBe('30.00');
    expect(play.give('FINAL_OFFER', ALPHA, { percent: '30.05' }).kind).toBe('refused');
    expect(play.give('FINAL_OFFER', ALPHA, { percent: '29.95' }).kind).toBe('accepted');
    expect(play.give('FINAL_OFFER', BETA, { percent: '29.95' }).kind).toBe('refused');
    expect(play.give('FINAL_OFFER', BETA, { percent: '29.90' }).kind).toBe('accepted');
    play.letFallDue();
    expect(play.context.declared).toMatchObject({ percent: '29.90' });
    expect(play.viewFor(OFFICER)['terms']).toMatchObject({
      ceiling: '60.00',
      direction: 'descending',
      bidSecurity: '50000000.00',
    });
  });

  it('reject a share above the ceiling of an exploration licence', () => {
    const offers = [
      [ALPHA, '60.00'],
      [BETA, '60.01'],
      [GAMMA, '25.00'],
    ] as const;
    const again = {
      form: { ...EXPLORATION.form, ...secondAttempt().form },
      registers: { ...EXPLORATION.registers, attempts: [{ ...TOO_FEW, scheme: 'exploration-licence' as const }] },
    };
    const play = playUntil('priceOpening', { offers, play: again });
    play.mustGive('OPEN_PRICES', CHAIR);
    expect(play.row.state).toBe('decideProceed');
    expect(play.memory.rows('opened_offer').map(({ row }) => row['rejection'])).toEqual([null, 'BEYOND_BOUND', null]);
  });

  it('cite the chapter of the concession with the rule that it follows', () => {
    const offers = [[ALPHA, '40.00']] as const;
    const provisions = [undefined, COMPOSITE, EXPLORATION].map((options) => {
      const play = playUntil('priceOpening', options === undefined ? { offers } : { offers, play: options });
      play.mustGive('OPEN_PRICES', CHAIR);
      return play.context.annulment?.provision;
    });
    expect(provisions).toEqual([
      'Mineral (Auction) Rules, 2015, r. 9(10)',
      'Mineral (Auction) Rules, 2015, r. 17 with r. 9(10)',
      'Mineral (Auction) Rules, 2015, r. 19E with r. 9(10)',
    ]);
  });

  it('ask for the bid security of calculator 3', () => {
    const play = playUntil('saleOpen');
    const { value } = play.context.published ?? {};
    expect(
      answerOf('bid-security', { concession: 'ML', valueOfEstimatedResources: value, asOf: '2026-12-01' }, play),
    ).toEqual({
      amount: securityDueFrom('org-alpha', play.context, play.lawReader()),
      cappedAt: null,
    });
    const licence = playUntil('saleOpen', {
      play: { ...COMPOSITE, form: { ...COMPOSITE.form, proposer: 'org-alpha' } },
    });
    const halved = { concession: 'CL', valueOfEstimatedResources: value, proposer: true, asOf: '2026-12-01' };
    expect(answerOf('bid-security', halved, licence)).toMatchObject({
      amount: securityDueFrom('org-alpha', licence.context, licence.lawReader()),
    });
    expect(securityDueFrom('org-beta', licence.context, licence.lawReader())).toBe('50000000.00');
  });

  it('judge net worth as calculator 6 does, of companies, individuals and explorers', () => {
    for (const [options, concession] of [
      [undefined, 'ML'],
      [COMPOSITE, 'CL'],
      [EXPLORATION, 'EL'],
    ] as const) {
      const play = playUntil('saleOpen', options === undefined ? {} : { play: options });
      const value = play.context.published?.value;
      for (const applicant of ['COMPANY', 'INDIVIDUAL'] as const) {
        for (const netWorth of [
          '-1.00',
          '200000000.00',
          '200000000.01',
          '250000000.00',
          '800000000.00',
          '800000000.01',
        ]) {
          const body = {
            concession,
            applicant,
            netWorth,
            asOf: '2026-12-01',
            ...(concession === 'EL' ? {} : { valueOfEstimatedResources: value }),
          };
          const amount = Rupees.findSigned(netWorth) ?? Rupees.ZERO;
          expect(judgeNetWorth(play.context, applicant, amount, play.lawReader())).toEqual(
            answerOf('net-worth', body, play),
          );
        }
      }
    }
  });

  it('know the next offer in their direction', () => {
    expect(nextOffer(miningLease, '63.55', '0.05')).toBe('63.60');
    expect(nextOffer(explorationLicence, '63.55', '0.05')).toBe('63.50');
    expect(nextOffer(explorationLicence, '0.04', '0.05')).toBeNull();
  });
});
