import { ERASE, findErasure, listErasures, parsePayload, parseText, UnreadableEntry } from './entry.js';

const form = { seq: 2, ground: 'DPDP Act 2023, s. 12(3)', by: 'person-1' };
const erasure = (more: object = {}): string =>
  JSON.stringify({ form, context: '', given: { checkpoint: {} }, ...more });

describe('entries of the record', () => {
  it('are refused when they are not what a transition looks like', () => {
    for (const text of ['', 'null', '[]', '1', '{"v":1}', '{"v":1,"seq":1.5}']) {
      expect(() => parseText(text)).toThrow(UnreadableEntry);
    }
    for (const payload of ['{', '[]', '{}', '{"form":null,"context":""}', '{"form":{}}']) {
      expect(() => parsePayload(payload)).toThrow(UnreadableEntry);
    }
    expect(() => parseText('{')).toThrow('the text cannot be read: it is not JSON');
  });

  it('tell of an erasure only when they record one', () => {
    expect(findErasure({ seq: 5, command: ERASE, payload: erasure() })).toEqual({
      ...form,
      recordedAt: 5,
      checkpoint: {},
    });
    expect(findErasure({ seq: 5, command: 'ADD', payload: erasure() })).toBeUndefined();
    expect(findErasure({ seq: 5, command: ERASE, payload: null })).toBeUndefined();
    expect(findErasure({ seq: 5, command: ERASE, payload: '{' })).toBeUndefined();
    expect(findErasure({ seq: 5, command: ERASE, payload: erasure({ form: { seq: 2 } }) })).toBeUndefined();
  });

  it('erase nothing that comes after them', () => {
    const entries = [2, 5].map((seq) => ({ seq, command: ERASE, payload: erasure() }));
    expect([...listErasures(entries)].map(([seq, { recordedAt }]) => [seq, recordedAt])).toEqual([[2, 5]]);
  });
});
