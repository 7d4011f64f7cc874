import type { FactLoader, FactRequest, Sql } from '#case-kit';

interface Waiting {
  readonly requests: FactRequest[];
  readonly answers: Promise<readonly unknown[]>;
}

const desks = new WeakMap<Sql, Map<FactLoader, Waiting>>();

/**
 * One kind of facts for one viewer. Whatever is asked of the same kind in the same turn of the event loop is loaded with
 * one query: the answers to a whole batch of offers, and a tick of the feed to hundreds of bidders, cost one each.
 */
export async function askForFact(sql: Sql, loader: FactLoader, request: FactRequest): Promise<unknown> {
  const desk = desks.get(sql) ?? new Map<FactLoader, Waiting>();
  desks.set(sql, desk);
  const waiting = desk.get(loader) ?? beginWaiting(sql, desk, loader);
  const index = waiting.requests.push(request) - 1;
  return (await waiting.answers)[index];
}

function beginWaiting(sql: Sql, desk: Map<FactLoader, Waiting>, loader: FactLoader): Waiting {
  const requests: FactRequest[] = [];
  const answers = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
    desk.delete(loader);
    return await loader(sql, requests);
  });
  const waiting = { requests, answers };
  desk.set(loader, waiting);
  return waiting;
}
