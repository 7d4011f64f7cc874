import { WatchLog } from './watch-log.js';

const eventOf = (best: string): string => `event: case\nid: 1\ndata: {"view":{"round":{"best":"${best}"}}}\n\n`;

describe('the account of what streams are told', () => {
  it('measures from the first to the last stream that is told of the same state', () => {
    const log = new WatchLog(3);
    [10, 14, 35].forEach((at, stream) => log.read(stream, eventOf('60.05'), at));
    [50, 51, 53].forEach((at, stream) => log.read(stream, eventOf('60.20'), at));
    expect(log.report()).toEqual({ told: 2, toldInPart: 0, spreadP50Ms: 25, spreadP99Ms: 25, lost: 0 });
  });

  it('keeps apart what only some were told', () => {
    const log = new WatchLog(2);
    log.read(0, eventOf('60.05'), 10);
    log.read(0, eventOf('60.10'), 20);
    log.read(1, eventOf('60.10'), 21);
    expect(log.report()).toMatchObject({ told: 1, toldInPart: 1, spreadP99Ms: 1 });
  });

  it('puts together what arrives in pieces, and passes over the time', () => {
    const log = new WatchLog(1);
    const text = `retry: 2000\n\nevent: time\ndata: {}\n\n${eventOf('60.05')}`;
    log.read(0, text.slice(0, 60), 1);
    expect(log.watching).toBe(0);
    log.read(0, text.slice(60), 2);
    expect(log.watching).toBe(1);
    expect(log.report()).toMatchObject({ told: 1, spreadP99Ms: 0 });
  });

  it('counts streams that end or lose sight of the case, and begins anew when it is told to', () => {
    const log = new WatchLog(2);
    log.read(0, `${eventOf('60.05')}event: end\ndata: {}\n\n`, 1);
    log.end();
    log.begin();
    expect(log.report()).toEqual({ told: 0, toldInPart: 0, spreadP50Ms: 0, spreadP99Ms: 0, lost: 2 });
  });
});
