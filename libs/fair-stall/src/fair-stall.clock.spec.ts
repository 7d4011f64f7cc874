import { formatInstant, PUBLIC_ACTOR, type CaseRow, type Hold } from '#case-kit';
import { fairStall } from './fair-stall.case-type.js';
import { applicationsEndOf, callingEndOf, MINUTE } from './fair-stall.clock.js';
import { ASHA, BINA, lawOf, playUntil } from './fair-stall.fixture.js';
import type { FairStallContext } from './fair-stall.model.js';

function holdOf(from: number, releasedAt: number | null, kind: Hold['kind'] = 'court-stay'): Hold {
  return { id: `h${from}`, kind, orderReference: 'W.P. 1/2026', from, until: null, releasedAt };
}

describe('the clocks of the fair stall', () => {
  it('close applications at the closing time, moved by the holds since the publication', () => {
    const play = playUntil('applications');
    const { applicationsCloseAt, publishedAt } = play.row.context;
    const [due] = fairStall.timers(play.row, play.lawReader());
    expect(due).toMatchObject({
      clock: 'applications-close',
      event: 'CLOSE_APPLICATIONS',
      at: applicationsCloseAt,
      stoppedBy: { kinds: ['court-stay', 'central-direction'], runsFrom: publishedAt },
    });
    const stayed: CaseRow<FairStallContext> = { ...play.row, holds: [holdOf(play.at, play.at + 5 * MINUTE)] };
    expect(applicationsEndOf(stayed)).toBe(applicationsCloseAt + 5 * MINUTE);
  });

  it('close the calling at its announced end when the last call came long before it', () => {
    const play = playUntil('calling');
    play.mustGive('CALL', ASHA, { offer: '1550.00' });
    expect(callingEndOf(play.row, play.lawReader())).toBe(play.row.context.closesAt);
    const [due] = fairStall.timers(play.row, play.lawReader());
    expect(due).toEqual({
      clock: 'calling-closes',
      at: play.row.context.closesAt,
      event: 'CLOSE_CALLING',
      ref: { act: 'Fair Rules', provision: 'r. 12' },
    });
  });

  it('leave the minutes of the rule after every call, again and again', () => {
    const play = playUntil('calling');
    const callers = [ASHA, BINA];
    for (let count = 0; count < 10; count += 1) {
      play.at = callingEndOf(play.row, play.lawReader()) ?? 0;
      play.mustGive('CALL', callers[count % 2] ?? ASHA, { offer: `${1550 + 50 * count}.00` });
      expect(callingEndOf(play.row, play.lawReader())).toBe(play.at + 5 * MINUTE);
    }
  });

  it('never shorten the calling by a call that was received earlier than the one before it', () => {
    const play = playUntil('calling');
    play.at = play.row.context.closesAt ?? 0;
    play.mustGive('CALL', ASHA, { offer: '1550.00' });
    const end = callingEndOf(play.row, play.lawReader());
    play.at -= 2 * MINUTE;
    play.mustGive('CALL', BINA, { offer: '1600.00' });
    expect(callingEndOf(play.row, play.lawReader())).toBe(end);
  });

  it('never shorten the calling by a call after a hold gave time back', () => {
    const play = playUntil('calling');
    const start = play.row.context.calledFrom ?? 0;
    play.row = { ...play.row, holds: [holdOf(start + 20 * MINUTE, start + 40 * MINUTE)] };
    expect(callingEndOf(play.row, play.lawReader())).toBe(start + 80 * MINUTE);
    play.at = start + 58 * MINUTE;
    play.mustGive('CALL', ASHA, { offer: '1550.00' });
    expect(callingEndOf(play.row, play.lawReader())).toBe(start + 80 * MINUTE);
    play.at = start + 79 * MINUTE;
    play.mustGive('CALL', BINA, { offer: '1600.00' });
    expect(callingEndOf(play.row, play.lawReader())).toBe(start + 84 * MINUTE);
    const again = holdOf(start + 80 * MINUTE, start + 90 * MINUTE);
    expect(callingEndOf({ ...play.row, holds: [...play.row.holds, again] }, play.lawReader())).toBe(
      start + 94 * MINUTE,
    );
  });

  it('move with the law that the case goes by, forwards and back', () => {
    const play = playUntil('calling');
    play.at = play.row.context.closesAt ?? 0;
    play.mustGive('CALL', ASHA, { offer: '1550.00' });
    for (const minutes of [9, 3, 5]) {
      play.law = lawOf({ 'fair.extension-minutes': minutes });
      const end = play.at + minutes * MINUTE;
      expect(callingEndOf(play.row, play.lawReader())).toBe(end);
      expect(fairStall.timers(play.row, play.lawReader())).toMatchObject([{ clock: 'calling-closes', at: end }]);
      const live = fairStall.views.live?.(play.row, play.lawReader());
      expect([live, play.viewFor(PUBLIC_ACTOR)]).toMatchObject([
        { closesAt: formatInstant(end) },
        { closesAt: formatInstant(end) },
      ]);
    }
  });

  it('have no due event while a hold stands in the calling, and none in other phases', () => {
    const play = playUntil('calling');
    const stayed = { ...play.row, holds: [holdOf(play.at, null)] };
    expect(fairStall.timers(stayed, play.lawReader())).toEqual([]);
    for (const phase of ['draft', 'opening', 'settling', 'allotted'] as const) {
      const other = playUntil(phase);
      expect(fairStall.timers(other.row, other.lawReader())).toEqual([]);
    }
  });
});
