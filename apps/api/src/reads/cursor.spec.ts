import { createSecretKey, randomBytes } from 'node:crypto';
import { SealedText } from './cursor.js';

describe('a sealed text', () => {
  const secret = createSecretKey(randomBytes(32));
  const box = new SealedText(secret, 'cursor');
  const binding = { personId: 'p', query: { sort: 'due' } };

  it('opens to what was sealed, for the same binding whatever its order, in every process', () => {
    const text = box.seal({ key: '2026', id: 'A' }, binding);
    const other = new SealedText(secret, 'cursor');
    expect(other.open(text, { query: { sort: 'due' }, personId: 'p' })).toEqual({ key: '2026', id: 'A' });
  });

  it('opens for nobody else, for no other query and no other purpose', () => {
    const text = box.seal(7, binding);
    expect(box.open(text, { ...binding, personId: 'q' })).toBeUndefined();
    expect(box.open(text, { ...binding, query: {} })).toBeUndefined();
    expect(new SealedText(secret, 'feed ticket').open(text, binding)).toBeUndefined();
    expect(new SealedText(createSecretKey(randomBytes(32)), 'cursor').open(text, binding)).toBeUndefined();
  });

  it('says nothing of what is in it, and never the same', () => {
    const first = box.seal(41, binding);
    const second = box.seal(42, binding);
    expect(first).toHaveLength(second.length);
    expect(box.seal(41, binding)).not.toBe(first);
  });

  it.each(['', 'A', 'nonsense', 'A'.repeat(500), '%%%'])('is not %p', (text) => {
    expect(box.open(text, binding)).toBeUndefined();
  });
});
