import { RandomPool } from './random-pool.js';

describe('a pool of random texts', () => {
  it('draws texts of its size, no two alike, however often it has to be filled', () => {
    const pool = new RandomPool(32, 'hex');
    const drawn = Array.from({ length: 1_000 }, () => pool.draw());
    expect(drawn.every((text) => /^[0-9a-f]{64}$/.test(text))).toBe(true);
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  it('writes them as it is asked to', () => {
    expect(new RandomPool(9, 'base64url').draw()).toMatch(/^[\w-]{12}$/);
  });
});
