import fc from 'fast-check';
import { buildLawSnapshot } from '../law-book.js';
import { runCalculator } from '../calculators.js';
import { buildSeedLaw, readSeedLaw } from '../seed.js';

const law = buildSeedLaw();
const CRORE = 10_000_000n;

function ask(name: string, body: object, book = law): Record<string, unknown> {
  const outcome = runCalculator(name, body, book, '2026-11-23');
  if (outcome.status !== 200) throw new Error(JSON.stringify(outcome));
  return outcome.body.result as Record<string, unknown>;
}

const paise = (n: bigint): string => `${n / 100n}.${(n % 100n).toString().padStart(2, '0')}`;
const values = fc.bigInt({ min: 0n, max: 50_000n * CRORE * 100n });

describe('bid security', () => {
  it('is a quarter per cent, rounded half up once, and never above the cap', () => {
    fc.assert(
      fc.property(values, (value) => {
        const uncapped = (value * 25n + 5_000n) / 10_000n;
        const cap = 50n * CRORE * 100n;
        const above = value * 25n > cap * 10_000n;
        expect(ask('bid-security', { concession: 'ML', valueOfEstimatedResources: paise(value) })).toEqual({
          amount: paise(above ? cap : uncapped),
          cappedAt: above ? paise(cap) : null,
        });
      }),
    );
  });

  it('is capped as soon as the exact figure is above the cap, though it rounds to it', () => {
    const body = { concession: 'CL', valueOfEstimatedResources: '200000000000.01' };
    expect(ask('bid-security', body)).toEqual({ amount: '500000000.00', cappedAt: '500000000.00' });
    expect(ask('bid-security', { ...body, proposer: true })).toEqual({
      amount: '250000000.00',
      cappedAt: '500000000.00',
    });
  });

  it('is halved before it is rounded', () => {
    // 0.25 % of 3.96 is 0.0099, half of it 0.00495; half of the rounded 0.01 would be rounded up to a paisa.
    const half = (value: string): unknown =>
      ask('bid-security', { concession: 'CL', valueOfEstimatedResources: value, proposer: true })['amount'];
    expect(half('6.00')).toBe('0.01');
    expect(half('3.96')).toBe('0.00');
    expect(half('4.00')).toBe('0.01');
  });

  it('knows the share of the proposer from 14 December 2021 on', () => {
    const body = { concession: 'CL', valueOfEstimatedResources: '4000.00', proposer: true };
    expect(ask('bid-security', { ...body, asOf: '2021-12-13' })['amount']).toBe('10.00');
    expect(ask('bid-security', { ...body, asOf: '2021-12-14' })['amount']).toBe('5.00');
    expect(ask('bid-security', body)['amount']).toBe('5.00');
  });

  it('follows the rule book, where its numbers stand', () => {
    const { parameters, holidayLists } = readSeedLaw();
    const changed = parameters.map((version) =>
      version.name === 'bid-security.percent' ? { ...version, value: '0.50' } : version,
    );
    const body = { concession: 'ML', valueOfEstimatedResources: '100.00' };
    expect(ask('bid-security', body, buildLawSnapshot(changed, holidayLists))['amount']).toBe('0.50');
  });
});

describe('net worth', () => {
  const need = (value: bigint, applicant: string, concession: string): { share: bigint; atLeast: boolean } => {
    if (concession === 'CL') return { share: value * 100n, atLeast: false };
    if (value > 25n * CRORE * 100n) return { share: value * 400n, atLeast: false };
    return applicant === 'COMPANY' ? { share: value * 200n, atLeast: false } : { share: value * 100n, atLeast: true };
  };

  it('is compared with the exact need, and the need is published rounded', () => {
    fc.assert(
      fc.property(
        fc.oneof(values, fc.bigInt({ min: 0n, max: 30n * CRORE * 100n })),
        fc.bigInt({ min: -2n, max: 2n }),
        fc.constantFrom('COMPANY', 'INDIVIDUAL'),
        fc.constantFrom('ML', 'CL'),
        fc.constantFrom('2017-11-29', '2017-11-30'),
        (value, near, applicant, concession, asOf) => {
          const { share, atLeast } = need(value, applicant, concession);
          const cap = (concession === 'ML' ? 200n : 100n) * CRORE * 100n * 10_000n;
          const exact = asOf >= '2017-11-30' && share > cap ? cap : share;
          const worth = exact / 10_000n + near;
          const signed = worth < 0n ? `-${paise(-worth)}` : paise(worth);
          const body = { concession, applicant, valueOfEstimatedResources: paise(value), netWorth: signed, asOf };
          expect(ask('net-worth', body)).toEqual({
            eligible: atLeast ? worth * 10_000n >= exact : worth * 10_000n > exact,
            required: paise((exact + 5_000n) / 10_000n),
            comparison: atLeast ? 'AT_LEAST' : 'MORE_THAN',
          });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('may be negative, and is then too little', () => {
    const body = { concession: 'EL', applicant: 'INDIVIDUAL', netWorth: '-250000000.00', asOf: '1990-01-01' };
    expect(ask('net-worth', body)).toEqual({ eligible: false, required: '250000000.00', comparison: 'AT_LEAST' });
    expect(ask('net-worth', { ...body, netWorth: '250000000' })['eligible']).toBe(true);
  });

  it('suffices as zero for an individual where nothing is to be mined', () => {
    const body = { concession: 'ML', applicant: 'INDIVIDUAL', valueOfEstimatedResources: '0', netWorth: '-0.00' };
    expect(ask('net-worth', body)['eligible']).toBe(true);
    expect(ask('net-worth', { ...body, applicant: 'COMPANY' })['eligible']).toBe(false);
  });
});
