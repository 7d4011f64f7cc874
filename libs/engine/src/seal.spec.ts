import fc from 'fast-check';
import type { SealedEnvelope } from '#case-kit';
import { BrokenEnvelope, makeSealPair, openEnvelope, sealField } from './seal.js';

const { key, privateJwk } = makeSealPair();

describe('a sealed field', () => {
  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (value) => {
        expect(openEnvelope('e', sealField(key, value), privateJwk)).toBe(value);
      }),
      { numRuns: 50 },
    );
  });

  it('shows nothing of a short value, not even its length', () => {
    const envelopes = ['', '1', '0.50', '123.45', '99999999999999.99', 'x'.repeat(100)].map((value) =>
      sealField(key, value),
    );
    for (const member of ['ciphertext', 'nonce', 'ephemeral', 'commitment'] as const) {
      expect(new Set(envelopes.map((envelope) => envelope[member].length)).size).toBe(1);
    }
  });

  it('is different every time, commitment included', () => {
    const [one, two] = [sealField(key, '12.50'), sealField(key, '12.50')];
    for (const member of ['ciphertext', 'nonce', 'ephemeral', 'commitment'] as const) {
      expect(one[member]).not.toBe(two[member]);
    }
  });

  it('is refused when a single bit of it was changed, wherever it lies', () => {
    const envelope = sealField(key, '12.50');
    const bytes = Buffer.from(envelope.ciphertext, 'base64url');
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(() => openEnvelope('e', { ...envelope, ciphertext: changed.toString('base64url') }, privateJwk)).toThrow(
          BrokenEnvelope,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is refused with any other member changed', () => {
    const envelope = sealField(key, '12.50');
    const other = sealField(key, '12.50');
    const forgeries: Partial<SealedEnvelope>[] = [
      { nonce: other.nonce },
      { ephemeral: other.ephemeral },
      { ciphertext: other.ciphertext },
      { commitment: other.commitment },
      { keyId: makeSealPair().key.keyId },
      { ciphertext: '' },
      { ciphertext: 'not base64 at all!' },
      { nonce: '' },
      { ephemeral: 'AAAA' },
      { commitment: '' },
      { commitment: 'é' },
    ];
    for (const forgery of forgeries) {
      expect(() => openEnvelope('e', { ...envelope, ...forgery }, privateJwk)).toThrow(BrokenEnvelope);
    }
  });

  it('is not opened by the key of another case', () => {
    const envelope = sealField(key, '12.50');
    expect(() => openEnvelope('e', envelope, makeSealPair().privateJwk)).toThrow(BrokenEnvelope);
  });

  it('names the envelope that does not open', () => {
    expect(() => openEnvelope('bid-7', sealField(makeSealPair().key, '1'), privateJwk)).toThrow(/bid-7/);
  });
});
