import fc from 'fast-check';
import { sha256Hex, type SealedEnvelope } from '#case-kit';
import type { Application } from './fair-stall.model.js';
import { addSteps, countSteps, drawAliases, getEnvelope, rankOffers } from './fair-stall.offers.js';

function envelopeOf(salt: string): SealedEnvelope {
  return {
    sealed: 'x25519-hkdf-sha256-aes256gcm',
    keyId: 'k',
    ephemeral: 'e',
    nonce: 'n',
    ciphertext: sha256Hex(salt),
    commitment: 'c',
  };
}

function applicationsOf(count: number, salt = 'x'): Application[] {
  return Array.from({ length: count }, (_, index) => ({
    organisationId: `org-${index}`,
    seq: index + 3,
    receivedAt: index,
    envelope: envelopeOf(`${salt}${index}`),
  }));
}

const amount = fc
  .bigInt({ min: 1n, max: 10_000_000n })
  .map((paise) => `${paise / 100n}.${String(paise % 100n).padStart(2, '0')}`);

describe('offers for a stall', () => {
  it('are counted in whole steps, exactly', () => {
    expect(countSteps('1500.00', '1550.00', '50.00')).toBe(1);
    expect(countSteps('1500.00', '1549.99', '50.00')).toBeNull();
    expect(countSteps('1500.00', '1450.00', '50.00')).toBe(-1);
    expect(countSteps('0.10', '0.30', '0.10')).toBe(2);
    expect(() => countSteps('1.00', '2.00', '0.00')).toThrow(RangeError);
    fc.assert(
      fc.property(amount, fc.nat(5_000), amount, (from, steps, step) => {
        expect(countSteps(from, addSteps(from, steps, step), step)).toBe(steps);
      }),
    );
  });

  it('rank from the highest down, the earlier first among equals', () => {
    const applications = applicationsOf(4);
    const opened = { '3': '100.00', '4': '200.00', '5': '200.00', '6': '150.00' };
    const roster = rankOffers([...applications].reverse(), opened, '50.00');
    expect(roster.map(({ organisationId, rank, offer }) => [organisationId, rank, offer])).toEqual([
      ['org-1', 1, '200.00'],
      ['org-2', 2, '200.00'],
      ['org-3', 3, '150.00'],
      ['org-0', 4, '100.00'],
    ]);
  });

  it('leave out what is no amount, nothing, off the steps or was not opened', () => {
    const applications = applicationsOf(6);
    const opened = { '3': '100.01', '4': 'a lot', '5': '0.00', '6': '', '7': '100.00' };
    expect(rankOffers(applications, opened, '50.00').map(({ organisationId }) => organisationId)).toEqual(['org-4']);
  });

  it('give each trader an alias of his own, the same at every replay', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.string(), (count, salt) => {
        const applications = applicationsOf(count, salt);
        const organisations = applications.map(({ organisationId }) => organisationId);
        const drawn = drawAliases(organisations, applications);
        expect(new Set(drawn.values()).size).toBe(count);
        expect([...drawAliases([...organisations].reverse(), applications)].sort()).toEqual([...drawn].sort());
        for (const alias of drawn.values()) expect(alias).toMatch(/^Trader [A-Z]{1,2}$/);
      }),
    );
  });

  it('draw aliases anew for each calling, and not to be computed without every envelope', () => {
    const organisations = applicationsOf(12).map(({ organisationId }) => organisationId);
    const drawn = drawAliases(organisations, applicationsOf(12, 'a'));
    expect([...drawAliases(organisations, applicationsOf(12, 'b'))]).not.toEqual([...drawn]);
    expect([...drawAliases(organisations, applicationsOf(11, 'a'))]).not.toEqual([...drawn]);
  });

  it('are refused in clear where only envelopes may be', () => {
    expect(() => getEnvelope('1250.00')).toThrow('in clear');
    expect(getEnvelope(envelopeOf('x'))).toEqual(envelopeOf('x'));
  });
});
