import { CommandKeys } from '#engine';
import type { Acknowledgement, SentCommand } from './journal.js';
import { checkFollower, checkWatcher } from './outside-checks.js';
import { checkCommands, type Written } from './record-checks.js';
import { listSeeds } from './seeds.js';
import type { RecordFollower, SeenRound, Watcher } from './watchers.js';

const PERSON = 'person-1';
const keys = new CommandKeys(new Uint8Array());
const hashOf = (seq: number): string => String(seq).padEnd(64, 'a');

function write(seq: number, more: Partial<Written> = {}): Written {
  const percent = `${60 + seq}.00`;
  return {
    seq,
    kind: 'accepted',
    command: 'FINAL_OFFER',
    hash: hashOf(seq),
    keyHash: keys.hashOf(PERSON, `key-${seq}`),
    text: { actor: PERSON, capacity: 'bidder' } as Written['text'],
    payload: { form: { percent }, context: '' },
    ...more,
  };
}

function send(seq: number, more: Partial<Acknowledgement> | null = {}): SentCommand {
  const acknowledgement = { status: 200, transition: hashOf(seq).slice(0, 32), refusedBy: [], repeated: false };
  return {
    key: `key-${seq}`,
    request: { method: 'POST', path: '/v1/final-offer', body: { percent: `${60 + seq}.00` } },
    sendAgain: () => Promise.reject(new Error('nobody asks')),
    acknowledgement: more === null ? undefined : { ...acknowledgement, ...more },
  };
}

describe('the check of what was acknowledged', () => {
  it('finds nothing where all is as it was told', () => {
    const refused = write(2, { kind: 'refused', payload: { form: { percent: '62.00' }, refusals: [], context: '' } });
    expect(checkCommands([send(1), send(2, { status: 422 })], [write(1), refused])).toEqual([]);
  });

  it('lets the platform act by itself', () => {
    const timer = write(2, { kind: 'timer', keyHash: null, text: { capacity: 'system' } as Written['text'] });
    expect(checkCommands([send(1)], [write(1), timer])).toEqual([]);
  });

  it.each([
    ['is not there', [send(1)], [], 'acknowledged with 200 and is not on the record'],
    ['is there twice', [send(1)], [write(1), write(2, { keyHash: write(1).keyHash })], 'on the record 2 times'],
    ['has another hash', [send(1)], [write(1, { hash: hashOf(9) })], 'has the hash'],
    ['has another outcome', [send(1)], [write(1, { kind: 'refused' })], 'on the record as refused'],
    ['has other contents', [send(1)], [write(1, { payload: { form: { percent: '1.00' }, context: '' } })], 'with 1.00'],
    ['was never answered', [send(1, null)], [write(1)], 'never acknowledged'],
    [
      'was refused by other rules',
      [send(1, { status: 422, refusedBy: ['a'] })],
      [write(1, { kind: 'refused' })],
      'by a',
    ],
    ['was not to have an entry', [send(1, { status: 422, transition: undefined })], [write(1)], 'without an entry'],
  ])('finds a command that %s', (_, commands, written, sentence) => {
    expect(checkCommands(commands, written).join()).toContain(sentence);
  });

  it.each([
    ['with a key of nobody', write(2)],
    ['without any key', write(2, { keyHash: null })],
  ])('finds an entry %s', (_, foreign) => {
    expect(checkCommands([send(1)], [write(1), foreign])).toEqual([
      'number 2 (FINAL_OFFER, accepted) was sent by nobody',
    ]);
  });
});

describe('the check of what a watcher was shown', () => {
  const written = [write(1), write(2), write(3)];
  const LAST = { status: 'Preferred bidder declared', best: '63.00', offers: 3 };
  const live = (best: string | null, offers?: number): SeenRound => ({ status: 'Second round', best, offers });
  const check = (...seen: SeenRound[]): string =>
    checkWatcher({ login: 'auditor', seen } as unknown as Watcher, written).join();

  it('lets several offers pass between two looks, and the same be shown again after a loss', () => {
    expect(check(live(null, 0), live('61.00', 1), live('61.00', 1), live('63.00', 3), LAST)).toBe('');
  });

  it.each([
    ['a step back', [live('62.00'), live('61.00'), LAST], 'offer 1 after offer 2'],
    ['an offer that was none', [live('70.00'), LAST], 'which the round never was'],
    ['another count than there were offers', [live('61.00', 2), LAST], 'which the round never was'],
    ['no end', [live('63.00', 3)], 'not how the round ended'],
  ])('finds %s', (_, seen, sentence) => {
    expect(check(...seen)).toContain(sentence);
  });
});

describe('the check of whoever read the record on', () => {
  const written = [write(1), write(2)];
  const check = (hashes: readonly string[], oddities: readonly string[] = []): readonly string[] =>
    checkFollower({ hashes, oddities } as unknown as RecordFollower, written);

  it('wants every offer once, in order', () => {
    expect(check([hashOf(1), hashOf(2)])).toEqual([]);
    expect(check([hashOf(1)])).toHaveLength(1);
    expect(check([hashOf(2), hashOf(1)])).toHaveLength(1);
    expect(check([hashOf(1), hashOf(2)], ['a page has changed'])).toEqual(['a page has changed']);
  });
});

describe('the seeds of a row of runs', () => {
  it('begin with those that found something once, and name none twice', () => {
    const known = [{ seed: 12, found: 'a lost offer' }];
    expect(listSeeds(known, 11, 3)).toEqual([12, 11, 13]);
    expect(listSeeds([], 5, 2)).toEqual([5, 6]);
  });
});
