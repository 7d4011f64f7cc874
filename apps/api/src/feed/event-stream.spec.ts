import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { PUBLIC_ACTOR } from '#case-kit';
import { EventStream } from './event-stream.js';

/** A response whose reader may have fallen asleep. */
class Sleeper extends EventEmitter {
  readonly written: string[] = [];
  writableLength = 0;
  destroyed = false;
  ended = false;
  asleep = false;

  writeHead(): this {
    return this;
  }

  write(text: string): boolean {
    this.written.push(text);
    if (this.asleep) this.writableLength += text.length;
    return !this.asleep;
  }

  end(text: string): void {
    this.written.push(text);
    this.ended = true;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

const streamTo = (sleeper: Sleeper): EventStream =>
  new EventStream(sleeper as unknown as ServerResponse, PUBLIC_ACTOR, ['A'], 0);
let drawn = 0;
const drawEvent = () => ({
  caseId: 'A',
  id: String((drawn += 1)),
  body: JSON.stringify({ padding: 'x'.repeat(10_000) }),
});

describe('a stream of events', () => {
  it('keeps a reader who reads, and drops one who has fallen too far behind', () => {
    const sleeper = new Sleeper();
    const stream = streamTo(sleeper);
    for (let sent = 0; sent < 100; sent += 1) expect(stream.send(drawEvent())).toBe(true);
    sleeper.asleep = true;
    let sent = 0;
    while (stream.send(drawEvent())) sent += 1;
    expect(sent).toBeGreaterThan(20);
    expect(sent).toBeLessThan(30);
    stream.drop();
    expect([sleeper.destroyed, sleeper.ended]).toEqual([true, false]);
  });

  it('ends with the time after which to come back, and writes nothing more', () => {
    const sleeper = new Sleeper();
    const stream = streamTo(sleeper);
    stream.begin();
    stream.drop();
    stream.drop();
    stream.sendTime('{}');
    expect(sleeper.written).toEqual(['retry: 2000\n\n', 'event: end\ndata: {}\nretry: 2000\n\n']);
    expect(stream.isOver).toBe(true);
  });

  it('tells the same only once', () => {
    const sleeper = new Sleeper();
    const stream = streamTo(sleeper);
    const event = drawEvent();
    for (const each of [event, event, { ...event, caseId: 'B' }, drawEvent(), event]) stream.send(each);
    expect(sleeper.written).toHaveLength(4);
  });

  it('says that a case is seen no more', () => {
    const sleeper = new Sleeper();
    streamTo(sleeper).send({ caseId: 'A', id: 'gone', body: null });
    expect(sleeper.written).toEqual(['event: gone\nid: gone\ndata: {"id":"A"}\n\n']);
  });

  it('is over when its reader has gone', () => {
    const sleeper = new Sleeper();
    const stream = streamTo(sleeper);
    sleeper.emit('close');
    stream.sendTime('{}');
    expect([stream.isOver, sleeper.written]).toEqual([true, []]);
  });
});
