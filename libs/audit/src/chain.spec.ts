import { canonicalJson, sha256Hex, SYSTEM_ACTOR } from '#case-kit';
import { GENESIS, NO_FACTS, recordTransition, type TransitionRow } from '#engine';
import { Chain } from './chain.js';

const AT = Date.parse('2026-01-05T10:00:00+05:30');

function makeChain(count: number): TransitionRow[] {
  const rows: TransitionRow[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const draft = {
      command: 'ADD',
      actor: SYSTEM_ACTOR,
      receivedAt: AT + seq,
      decidedAt: AT + seq + 1,
      factsHash: NO_FACTS.hash,
      lawHash: 'law',
      logicVersion: 'test',
      cause: undefined,
      confirms: undefined,
    };
    const result = {
      caseId: 'TALLY-1',
      seq,
      kind: 'accepted',
      from: 'counting',
      to: 'counting',
      rules: [],
      refusals: [],
      reads: [],
      payload: { form: { by: seq }, context: 'hash' },
    } as const;
    rows.push(recordTransition(draft, result, rows.at(-1)?.hash ?? GENESIS));
  }
  return rows;
}

const faultsOf = (rows: readonly TransitionRow[]): string[] => {
  const chain = new Chain('TALLY-1');
  return rows.flatMap((row) => chain.take(row)).map(({ seq, what }) => `${seq} ${what}`);
};

describe('the chain of a case', () => {
  const rows = makeChain(4);
  const change = (index: number, more: (row: TransitionRow) => Partial<TransitionRow>): TransitionRow[] =>
    rows.map((row, at) => (at === index ? { ...row, ...more(row) } : row));

  it('is whole as it was written, and knows its end', () => {
    const chain = new Chain('TALLY-1');
    expect(chain.end).toEqual({ head: GENESIS, seq: 0 });
    expect(rows.flatMap((row) => chain.take(row))).toEqual([]);
    expect(chain.end).toEqual({ head: rows[3]?.hash, seq: 4 });
  });

  it('is not whole under the name of another case', () => {
    const chain = new Chain('TALLY-2');
    expect(rows.flatMap((row) => chain.take(row)).map(({ what }) => what)).toEqual(Array(4).fill('columns'));
  });

  it('shows every byte of a text that was changed', () => {
    const { length } = rows[1]?.text ?? '';
    for (let at = 0; at < length; at += 1) {
      const faults = faultsOf(change(1, ({ text }) => ({ text: `${text.slice(0, at)}~${text.slice(at + 1)}` })));
      expect(faults).toContain('2 hash');
    }
  });

  it('shows a text that was changed together with its hash at the link after it', () => {
    const forged = change(1, ({ text }) => {
      const other = text.replace('"to":"counting"', '"to":"closed"');
      return { text: other, hash: sha256Hex(other) };
    });
    expect(faultsOf(forged)).toEqual(['3 prev']);
  });

  it('shows a text that says the same in another form', () => {
    const other = (text: string): string => JSON.stringify(JSON.parse(text), null, 1);
    const spaced = change(3, ({ text }) => ({ text: other(text), hash: sha256Hex(other(text)) }));
    expect(faultsOf(spaced)).toEqual(['4 canonical']);
  });

  it('shows payloads and salts that were exchanged', () => {
    const [first, second] = rows;
    expect(faultsOf(change(0, () => ({ payload: second?.payload ?? '' })))).toEqual(['1 commitment']);
    expect(faultsOf(change(1, () => ({ salt: first?.salt ?? '' })))).toEqual(['2 commitment']);
  });

  it('shows columns that say something else than the text', () => {
    expect(faultsOf(change(2, () => ({ kind: 'refused' })))).toEqual(['3 columns']);
    expect(faultsOf(change(2, ({ receivedAt }) => ({ receivedAt: receivedAt - 0.001 })))).toEqual(['3 columns']);
    expect(faultsOf(change(2, ({ decidedAt }) => ({ decidedAt: decidedAt + 1 })))).toEqual(['3 columns']);
  });

  it('does not begin with a part of another chain', () => {
    const texts = rows.slice(1).map((row, index) => {
      const text = canonicalJson({ ...(JSON.parse(row.text) as object), seq: index + 1 });
      return { ...row, seq: index + 1, text, hash: sha256Hex(text) };
    });
    expect(faultsOf(texts)[0]).toBe('1 prev');
  });
});
