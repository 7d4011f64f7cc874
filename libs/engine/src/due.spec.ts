import fc from 'fast-check';
import { LawReader, type AnyCaseType, type CaseRow, type DueEvent, type Hold } from '#case-kit';
import { EMPTY_LAW, tally } from '#testing';
import { dueEventsOf, HOLD_ENDS, PROPOSAL_EXPIRES, standingHold } from './due.js';
import { blankRow } from './opening.js';

const REF = { act: 'Tally Rules', provision: 'r. 1' };
const law = new LawReader(EMPTY_LAW, {}, '2026-03-02');

function rowWith(more: Partial<CaseRow>): CaseRow {
  const blank = blankRow('TALLY-1', {
    type: 'tally',
    machineVersion: '1',
    jurisdiction: 'CENTRE',
    rootCaseId: 'TALLY-1',
    parentCaseId: null,
    blockId: null,
    rehearsal: false,
    clockAt: null,
    lawHash: 'empty',
    openedAt: 0,
  });
  return { ...blank, state: 'counting', ...more };
}

function typeWith(...events: DueEvent[]): AnyCaseType {
  return { ...tally, timers: () => events };
}

function holdOf(from: number, releasedAt: number | null, more: Partial<Hold> = {}): Hold {
  return { id: `h${from}`, kind: 'court-stay', orderReference: 'W.P. 1', from, until: null, releasedAt, ...more };
}

const clockAt = (at: number, more: Partial<DueEvent> = {}): DueEvent => ({
  clock: 'close',
  at,
  event: 'CLOSE',
  ref: REF,
  stoppedBy: { kinds: ['court-stay'], runsFrom: 0 },
  ...more,
});

const dueAt = (at: number, holds: readonly Hold[], more: Partial<DueEvent> = {}): number | null =>
  dueEventsOf(typeWith(clockAt(at, more)), rowWith({ holds }), law, false).find(({ event }) => event === 'CLOSE')?.at ??
  null;

describe('due events', () => {
  it('come earliest first, and by the name of their clock when they fall on one instant', () => {
    const events = [clockAt(30, { clock: 'z' }), clockAt(10, { clock: 'b' }), clockAt(10, { clock: 'a' })];
    expect(dueEventsOf(typeWith(...events), rowWith({}), law, false).map(({ clock, at }) => `${clock}${at}`)).toEqual([
      'a10',
      'b10',
      'z30',
    ]);
  });

  it('fall due once, and again only when their clock has moved on', () => {
    const row = rowWith({ fired: { close: 10 } });
    expect(dueEventsOf(typeWith(clockAt(10)), row, law, false)).toEqual([]);
    expect(dueEventsOf(typeWith(clockAt(9)), row, law, false)).toEqual([]);
    expect(dueEventsOf(typeWith(clockAt(11)), row, law, false)).toHaveLength(1);
  });

  it('are moved by as long as a hold stood', () => {
    expect(dueAt(100, [holdOf(40, 50)])).toBe(110);
  });

  it('stand still while a hold stands', () => {
    expect(dueAt(100, [holdOf(40, null)])).toBeNull();
  });

  it('are moved once by holds that overlap, touch or lie within each other', () => {
    expect(dueAt(100, [holdOf(40, 60), holdOf(50, 70)])).toBe(130);
    expect(dueAt(100, [holdOf(40, 50), holdOf(50, 60)])).toBe(120);
    expect(dueAt(100, [holdOf(40, 80), holdOf(50, 60)])).toBe(140);
  });

  it('are not moved by a hold that began after they had fallen due', () => {
    expect(dueAt(100, [holdOf(101, 200)])).toBe(100);
    expect(dueAt(100, [holdOf(101, null)])).toBe(100);
  });

  it('are moved by a hold that began at the very instant', () => {
    expect(dueAt(100, [holdOf(100, 150)])).toBe(150);
    expect(dueAt(100, [holdOf(100, null)])).toBeNull();
  });

  it('are moved by a hold that only an earlier hold brought within reach', () => {
    expect(dueAt(100, [holdOf(90, 120), holdOf(125, 135)])).toBe(140);
    expect(dueAt(100, [holdOf(90, 120), holdOf(131, 135)])).toBe(130);
  });

  it('count only what a hold stood after their clock had begun to run', () => {
    const stoppedBy = { kinds: ['court-stay'] as const, runsFrom: 50 };
    expect(dueAt(100, [holdOf(10, 40)], { stoppedBy })).toBe(100);
    expect(dueAt(100, [holdOf(10, 60)], { stoppedBy })).toBe(110);
  });

  it('are not moved by holds of another kind, nor when nothing stops them', () => {
    expect(dueAt(100, [holdOf(40, 50, { kind: 'central-direction' })])).toBe(100);
    expect(
      dueEventsOf(
        typeWith({ clock: 'c', at: 100, event: 'CLOSE', ref: REF }),
        rowWith({ holds: [holdOf(1, null)] }),
        law,
        false,
      ),
    ).toHaveLength(1);
  });

  it('agree with a clock that is run by hand, tick by tick, whatever holds there are', () => {
    const holds = fc.array(
      fc
        .tuple(fc.nat(60), fc.option(fc.nat(30), { nil: null }))
        .map(([from, length]) => holdOf(from, length === null ? null : from + length)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(holds, fc.nat(20), fc.integer({ min: 1, max: 40 }), (all, runsFrom, length) => {
        const stoppedBy = { kinds: ['court-stay'] as const, runsFrom };
        expect(dueAt(runsFrom + length, all, { stoppedBy })).toBe(runByHand(all, runsFrom, length));
      }),
      { numRuns: 2_000 },
    );
  });

  it('hold the expiry of every proposal, on a closed case too', () => {
    const proposal = {
      id: 'p1',
      command: 'SET',
      seq: 2,
      proposerId: 'a',
      proposerOrganisationId: 'o',
      proposedAt: 1,
      expiresAt: 70,
    };
    for (const closed of [false, true]) {
      expect(dueEventsOf(typeWith(), rowWith({ proposals: [proposal] }), law, closed)).toMatchObject([
        { clock: 'proposal:p1', at: 70, event: PROPOSAL_EXPIRES },
      ]);
    }
  });

  it('hold the fixed end of a hold that stands, and nothing of one that is over or has none', () => {
    const holds = [holdOf(1, null, { until: 80 }), holdOf(2, 30, { until: 90 }), holdOf(3, null)];
    expect(dueEventsOf(typeWith(), rowWith({ holds }), law, false)).toMatchObject([
      { clock: 'hold:h1', at: 80, event: HOLD_ENDS },
    ]);
    expect(standingHold(rowWith({ holds }))?.id).toBe('h1');
    expect(standingHold(rowWith({ holds: holds.slice(1, 2) }))).toBeUndefined();
  });

  it('of the case type are none once the case is closed', () => {
    expect(dueEventsOf(typeWith(clockAt(10)), rowWith({ state: 'closed' }), law, true)).toEqual([]);
  });
});

/** The clock runs a tick whenever no hold stands; it is due at the first instant at which it has run out and may run. */
function runByHand(holds: readonly Hold[], runsFrom: number, length: number): number | null {
  let left = length;
  for (let at = runsFrom; at < 1_000; at += 1) {
    const stopped = holds.some((hold) => hold.from <= at && (hold.releasedAt === null || at < hold.releasedAt));
    if (stopped) continue;
    if (left === 0) return at;
    left -= 1;
  }
  return null;
}
