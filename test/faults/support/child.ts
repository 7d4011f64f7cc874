import pg from 'pg';
import { createCommandPool } from '#platform';
import { makeActor, makeEngine, tally } from '#testing';
import { commandOf, type Order, type Report } from './orders.js';

/** A process of its own with an engine of its own, which does what its parent says and may be made to die at it. */
process.once('message', (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  const pool = createCommandPool(order.appUrl, { applicationName: 'adit-spec-child' });
  if (order.death !== undefined) dieAtCommit(order.death);
  const engine = makeEngine(pool, { commandKeySecret: Buffer.from(order.keySecret, 'hex') });
  const keys = [...order.keys];
  const giveNext = async (): Promise<void> => {
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      const command = { ...commandOf(order.caseId, key), actor: makeActor('bidder'), receivedAt: Date.now() };
      const outcome = await engine.execute(command, tally);
      report({ kind: 'answer', key, outcome: outcome.kind, seq: 'seq' in outcome ? outcome.seq : 0 });
    }
  };
  await Promise.all(Array.from({ length: order.inFlight }, giveNext));
  report({ kind: 'done' });
  await engine.close();
  await pool.end();
  process.disconnect();
}

function report(message: Report): void {
  process.send?.(message);
}

/** Stands in the way of the driver: the process is gone before, while or after the server hears of the COMMIT. */
function dieAtCommit({ moment, commit }: NonNullable<Order['death']>): void {
  const client = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const { query } = client;
  let commits = 0;
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  client.query = function (this: unknown, ...args: unknown[]): unknown {
    commits += args[0] === 'commit' ? 1 : 0;
    if (args[0] !== 'commit' || commits !== commit) return query.apply(this, args);
    if (moment === 'before') die();
    const answer = query.apply(this, args) as Promise<unknown>;
    // It has gone out by the next turn of the loop, and its answer cannot be back by then.
    if (moment === 'during') setImmediate(die);
    return moment === 'after' ? answer.then(die) : answer;
  };
}
