import { text } from 'node:stream/consumers';
import { StreamableFile } from '@nestjs/common';
import { LongList } from '#rulebook';
import { toSendable } from './long-answer.js';

const listTo = (length: number): LongList<object> =>
  new LongList(length, () => Array.from({ length }, (_, index) => ({ index, why: 'SUNDAY' })));

async function sent(answer: object): Promise<string> {
  const sendable = toSendable(answer);
  if (!(sendable instanceof StreamableFile)) throw new Error('it is not sent piece by piece');
  return await text(sendable.getStream());
}

describe('a long answer', () => {
  it('is sent as it is when nothing in it is long', () => {
    const answer = { result: { skipped: [1, 2] }, working: [], confidence: null };
    expect(toSendable(answer)).toBe(answer);
  });

  it.each([0, 1, 999, 1_000, 1_001, 5_000])('is the same text as at once, with %p items', async (length) => {
    const skipped = listTo(length);
    for (const answer of [
      { skipped },
      { result: { dueOn: '2026-01-05', nothing: undefined, skipped, none: {} }, working: ['"a"\n', 'b'], last: null },
    ]) {
      expect(await sent(answer)).toBe(JSON.stringify(answer));
    }
  });

  it('lets other work in between its pieces, and between those of every other', async () => {
    const reading = [1, 2, 3].map(() => sent({ skipped: listTo(20_000) }));
    let turns = 0;
    let done = false;
    const count = (): void => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(reading);
    done = true;
    expect(turns).toBeGreaterThan(60);
  });

  it('is not made any further when its reader has gone', async () => {
    let made = 0;
    const items = function* (): Generator<number> {
      for (; made < 1_000_000; made += 1) yield made;
    };
    const sendable = toSendable({ skipped: new LongList(1_000_000, items) }) as StreamableFile;
    const stream = sendable.getStream();
    await new Promise((resolve) => stream.once('readable', resolve));
    stream.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(made).toBeLessThan(100_000);
  });
});
