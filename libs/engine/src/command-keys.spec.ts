import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson } from '#case-kit';
import { CommandKeys } from './command-keys.js';

const secret = Buffer.alloc(32, 1);
const keys = new CommandKeys(secret);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('command keys', () => {
  it('are stored as a hash of person and key together', () => {
    expect(keys.hashOf('asha', 'key')).toMatch(UUID);
    expect(keys.hashOf('asha', 'key')).toBe(keys.hashOf('asha', 'key'));
    expect(keys.hashOf('bina', 'key')).not.toBe(keys.hashOf('asha', 'key'));
    expect(keys.hashOf('asha', 'key 2')).not.toBe(keys.hashOf('asha', 'key'));
  });

  it('tell bodies apart, and not by the order of their members', () => {
    expect(keys.macOf('k', 't', { a: 1, b: 2 })).toBe(keys.macOf('k', 't', { b: 2, a: 1 }));
    expect(keys.macOf('k', 't', { a: 1 })).not.toBe(keys.macOf('k', 't', { a: '1' }));
    expect(keys.macOf('k', 't', { a: 1 })).not.toBe(keys.macOf('k', 'u', { a: 1 }));
  });

  it('are salted by the key itself: the same price under two keys gives no hint', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (one, two) => {
        fc.pre(one !== two);
        expect(keys.macOf(one, 't', { price: '1.00' })).not.toBe(keys.macOf(two, 't', { price: '1.00' }));
      }),
    );
  });

  it('are the first 128 bits of an HMAC under the server’s secret', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 150 }),
        fc.string({ unit: 'binary' }),
        fc.string(),
        (bytes, key, price) => {
          const whole = createHmac('sha256', bytes)
            .update(`${key}\nt\n${canonicalJson({ price })}`)
            .digest('hex');
          const mac = new CommandKeys(bytes).macOf(key, 't', { price });
          expect(mac.replaceAll('-', '')).toBe(whole.slice(0, 32));
        },
      ),
    );
    expect(new CommandKeys(Buffer.alloc(32, 2)).macOf('k', 't', { a: 1 })).not.toBe(keys.macOf('k', 't', { a: 1 }));
  });
});
