import fc from 'fast-check';
import { Throttle, type RefusalVerdict } from './throttle.js';

const HOUR = 3_600_000;

describe('the throttle', () => {
  const refuse = (
    throttle: Throttle,
    now: number,
    organisation = 'acme',
    caseId = 'c',
    command = 'CALL',
  ): RefusalVerdict => throttle.judgeRefusal(organisation, caseId, command, now);

  it('records ten refusals at once, notes the flood, and then only answers', () => {
    const throttle = new Throttle();
    const verdicts = Array.from({ length: 15 }, () => refuse(throttle, 0));
    expect(verdicts).toEqual([...Array<string>(10).fill('record'), 'note', 'drop', 'drop', 'drop', 'drop']);
  });

  it('records one more for each second that has passed', () => {
    const throttle = new Throttle();
    for (let count = 0; count < 11; count += 1) refuse(throttle, 0);
    expect(refuse(throttle, 999)).toBe('drop');
    expect(refuse(throttle, 1_000)).toBe('record');
    expect(refuse(throttle, 1_000)).toBe('drop');
    expect([refuse(throttle, 3_000), refuse(throttle, 3_000), refuse(throttle, 3_000)]).toEqual([
      'record',
      'record',
      'drop',
    ]);
  });

  it('never saves up more than ten', () => {
    const throttle = new Throttle();
    refuse(throttle, 0);
    const verdicts = Array.from({ length: 12 }, () => refuse(throttle, 10 * HOUR));
    expect(verdicts.filter((verdict) => verdict === 'record')).toHaveLength(10);
  });

  it('notes a flood once a minute', () => {
    const throttle = new Throttle();
    const notes: number[] = [];
    for (let now = 0; now <= 180_000; now += 100) if (refuse(throttle, now) === 'note') notes.push(now);
    expect(notes.length).toBe(3);
    expect(notes.every((at, index) => index === 0 || at - (notes[index - 1] ?? 0) >= 60_000)).toBe(true);
  });

  it('keeps one organisation, case and command from spending what is another’s', () => {
    const throttle = new Throttle();
    for (let count = 0; count < 20; count += 1) refuse(throttle, 0);
    expect(refuse(throttle, 0)).toBe('drop');
    expect(refuse(throttle, 0, 'zenith')).toBe('record');
    expect(refuse(throttle, 0, 'acme', 'd')).toBe('record');
    expect(refuse(throttle, 0, 'acme', 'c', 'APPLY')).toBe('record');
  });

  it('never records more than ten and one a second, however the refusals come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_500), { minLength: 1, maxLength: 200 }), (gaps) => {
        const throttle = new Throttle();
        let now = 0;
        let recorded = 0;
        for (const gap of gaps) {
          now += gap;
          if (refuse(throttle, now) === 'record') recorded += 1;
        }
        expect(recorded).toBeLessThanOrEqual(10 + now / 1_000);
      }),
    );
  });

  it('does not let a clock that stands still, or goes back, give anything away', () => {
    const throttle = new Throttle();
    for (let count = 0; count < 11; count += 1) refuse(throttle, 10_000);
    expect(refuse(throttle, 5_000)).toBe('drop');
  });

  it('holds back accepted commands only beyond their quota of the hour, and says for how long', () => {
    const throttle = new Throttle();
    const wait = (now: number): number => throttle.secondsUntilAllowed('acme', 'c', 'APPLY', 2, now);
    expect(wait(0)).toBe(0);
    throttle.countAccepted('acme', 'c', 'APPLY', 0);
    expect(wait(1_000)).toBe(0);
    throttle.countAccepted('acme', 'c', 'APPLY', 600_000);
    expect(wait(600_000)).toBe(3_000);
    expect(wait(HOUR - 1)).toBe(1);
    expect(wait(HOUR)).toBe(0);
    expect(throttle.secondsUntilAllowed('zenith', 'c', 'APPLY', 2, 600_000)).toBe(0);
  });

  it('does not hold back accepted commands because of refusals', () => {
    const throttle = new Throttle();
    for (let count = 0; count < 50; count += 1) refuse(throttle, 0);
    expect(throttle.secondsUntilAllowed('acme', 'c', 'CALL', 1, 0)).toBe(0);
  });
});
