import { parseOptions } from '@node-rs/argon2';
import { GateFull } from './gate.js';
import { Passwords, checkPassword } from './passwords.js';

const quick = { memoryCost: 64, timeCost: 1 };

describe('passwords', () => {
  it('are hashed with argon2id at 19 MiB and two passes, each with a salt of its own', async () => {
    const passwords = new Passwords();
    const [one, other] = await Promise.all([passwords.hash('open sesame now'), passwords.hash('open sesame now')]);
    expect(one).toMatch(/^\$argon2id\$/);
    expect(one).not.toBe(other);
    expect(parseOptions(one)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1, saltLen: 16 });
    expect(await passwords.verify(one, 'open sesame now')).toBe(true);
    expect(await passwords.verify(one, 'open sesame now!')).toBe(false);
  });

  it('are the same however the keyboard composed their letters', async () => {
    const passwords = new Passwords({ cost: quick });
    expect(await passwords.verify(await passwords.hash('caf\u00e9 au lait'), 'cafe\u0301 au lait')).toBe(true);
  });

  it('never match where there is no hash, after as much work as where there is one', async () => {
    const passwords = new Passwords();
    const stored = await passwords.hash('open sesame now');
    const time = async (hash: string | undefined) => {
      const begin = performance.now();
      expect(await passwords.verify(hash, 'some other guess')).toBe(false);
      return performance.now() - begin;
    };
    const best = { known: Infinity, unknown: Infinity };
    for (let i = 0; i < 8; i += 1) {
      best.known = Math.min(best.known, await time(stored));
      best.unknown = Math.min(best.unknown, await time(undefined));
    }
    // Without the work it would be a hundredth; the machine may be busy with other things.
    expect(best.unknown).toBeGreaterThan(best.known / 3);
    expect(best.unknown).toBeLessThan(best.known * 3);
  });

  it('are known to be outdated when the parameters of today differ', async () => {
    const old = new Passwords({ cost: quick });
    const stored = await old.hash('open sesame now');
    expect(old.isOutdated(stored)).toBe(false);
    expect(new Passwords().isOutdated(stored)).toBe(true);
  });

  it('are refused before they are hashed when too many wait', async () => {
    const passwords = new Passwords({ cost: quick, queueLimit: 3 });
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => passwords.hash('open sesame now')));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.every(({ reason }) => reason instanceof GateFull)).toBe(true);
    expect(await passwords.hash('open sesame now')).toMatch(/^\$argon2id\$/);
  });

  it.each([
    ['short', 'eleven char'],
    ['long', 'x1y2z'.repeat(26)],
    ['its owner’s e-mail', 'Meera.Long@Adit.example'],
    ['its owner’s name', 'meera longname'],
    ['one repeated sign', 'aaaaaaaaaaaaaaaa'],
  ])('are refused when they are too easy: %s', (_, password) => {
    const found = checkPassword(password, { email: 'meera.long@adit.example', name: 'Meera Longname' });
    expect(found).toMatchObject({ datum: 'password', cure: { who: 'you' } });
    // The finding is shown and logged; the password is not.
    expect(JSON.stringify(found)).not.toContain(password);
  });

  it('may be any long text', () => {
    expect(checkPassword('कोयला खदान नीलामी', { email: 'a@adit.example', name: 'A' })).toBe(true);
  });
});
