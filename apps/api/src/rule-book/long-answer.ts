import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { LongList } from '#rulebook';

/** About a millisecond's work: no other request waits longer for it. */
const ITEMS_AT_ONCE = 1_000;
/** A reader who takes nothing for so long is let go. */
const IDLE_MS = 30_000;

/** One at a time in the order of asking, each in a turn of the event loop of its own. */
class Turns {
  private last: Promise<void> = Promise.resolve();

  take(): Promise<void> {
    this.last = this.last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.last;
  }
}

/** Shared by all long answers of the process: however many are asked for, one piece is written in each turn. */
const turns = new Turns();

/** The answer as it can be sent: as it is, or, when it holds a list too long to be written at once, piece by piece. */
export function toSendable(answer: object): object {
  if (!holdsLongList(answer)) return answer;
  const stream: Readable = Readable.from(
    writeInTurns(answer, () => idle.refresh()),
    { objectMode: false },
  );
  const idle = setTimeout(() => stream.destroy(new Error('the reader of a long answer took nothing')), IDLE_MS);
  idle.unref();
  stream.once('close', () => clearTimeout(idle));
  return new StreamableFile(stream, { type: 'application/json; charset=utf-8' });
}

function holdsLongList(value: unknown): boolean {
  if (value instanceof LongList) return true;
  // Within a list everything is written at once, so that only members of objects are looked at.
  return isRecord(value) && Object.values(value).some(holdsLongList);
}

async function* writeInTurns(answer: object, onPiece: () => void): AsyncGenerator<string, void> {
  for (const piece of writeJson(answer)) {
    yield piece;
    onPiece();
    await turns.take();
  }
}

/** The same text as JSON.stringify would make, in pieces of which none takes long. */
function* writeJson(value: unknown): Generator<string, void> {
  if (value instanceof LongList) yield* writeList(value);
  else if (isRecord(value)) {
    let separator = '{';
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${separator}${JSON.stringify(name)}:`;
      yield* writeJson(member);
      separator = ',';
    }
    yield separator === '{' ? '{}' : '}';
  } else yield JSON.stringify(value);
}

function* writeList(items: Iterable<unknown>): Generator<string, void> {
  let separator = '[';
  let batch: unknown[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < ITEMS_AT_ONCE) continue;
    yield separator + JSON.stringify(batch).slice(1, -1);
    separator = ',';
    batch = [];
  }
  if (batch.length > 0) yield separator + JSON.stringify(batch).slice(1, -1);
  yield batch.length === 0 && separator === '[' ? '[]' : ']';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LongList);
}
