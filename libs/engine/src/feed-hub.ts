import type { Pool } from 'pg';
import { canonicalJson, sha256Hex, SYSTEM_ACTOR, type Actor } from '#case-kit';
import { hasSight, sightOf } from './access.js';
import type { CaseReader } from './case-reader.js';
import type { CaseEngine } from './engine.js';
import type { SeenCase } from './explain.js';

/** A change as one watcher is told it: opaque id, and the case as he may see it now; null: he has lost sight of it. */
export interface FeedEvent {
  readonly caseId: string;
  readonly id: string;
  readonly body: string | null;
}

export interface FeedSubscriber {
  readonly actor: Actor;
  readonly caseIds: readonly string[];
  /** Told at most once a tick per case. False: the reader is too slow and is dropped. */
  send(event: FeedEvent): boolean;
  drop(): void;
}

/** What a subscriber was last told of a case, and at which position of it; internal, never sent. */
interface Told {
  readonly seq: number;
  readonly id: string;
}

interface Watched {
  /** Position at which the case was last looked at for all. */
  seq: number;
  readonly subscribers: Map<FeedSubscriber, Told>;
}

const NOTHING_YET: Told = { seq: 0, id: '' };

const TICK_MS = 200;

/**
 * Tells watchers of cases what has changed, at most five times a second. Each tick renders a case once for each group
 * of viewers who see the same, and writes the same bytes to all of them in shuffled order. Only a changed view is
 * sent, so that a watcher cannot count what he may not see.
 */
export class FeedHub {
  private readonly watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | null = null;
  private ticking: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
    private readonly reader: CaseReader,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => {
      this.ticking = this.ticking
        .then(() => this.tick())
        .catch((error: unknown) => {
          this.engine.options.log.warn({ err: error }, 'a feed tick failed');
        });
    }, TICK_MS);
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    await this.ticking;
    for (const { subscribers } of this.watched.values()) for (const subscriber of subscribers.keys()) subscriber.drop();
    this.watched.clear();
  }

  /** Sends the present state of each case, then its changes, until the returned function is called. */
  async subscribe(subscriber: FeedSubscriber): Promise<() => void> {
    // Watched first, then shown: a change between the two is told at the next tick.
    for (const caseId of subscriber.caseIds) {
      const watched = this.watched.get(caseId) ?? { seq: -1, subscribers: new Map<FeedSubscriber, Told>() };
      watched.subscribers.set(subscriber, NOTHING_YET);
      this.watched.set(caseId, watched);
    }
    for (const caseId of subscriber.caseIds) {
      const seen = await this.reader.find(caseId, subscriber.actor);
      if (seen !== null) this.pass(subscriber, seen.row.seq, await this.render(caseId, seen, subscriber.actor));
    }
    return () => {
      this.unsubscribe(subscriber);
    };
  }

  private unsubscribe(subscriber: FeedSubscriber): void {
    for (const caseId of subscriber.caseIds) {
      const watched = this.watched.get(caseId);
      watched?.subscribers.delete(subscriber);
      if (watched?.subscribers.size === 0) this.watched.delete(caseId);
    }
  }

  /** Ends the streams of people whose rights have changed; they may come back with what they have now. */
  dropWhere(isDropped: (actor: Actor) => boolean): void {
    const all = new Set([...this.watched.values()].flatMap(({ subscribers }) => [...subscribers.keys()]));
    for (const subscriber of all) {
      if (!isDropped(subscriber.actor)) continue;
      this.unsubscribe(subscriber);
      subscriber.drop();
    }
  }

  private async render(caseId: string, seen: SeenCase | null, actor: Actor): Promise<FeedEvent> {
    if (seen === null) return { caseId, id: 'gone', body: null };
    const body = canonicalJson(await this.reader.view(seen, actor));
    return { caseId, id: sha256Hex(body).slice(0, 24), body };
  }

  /**
   * Tells a subscriber what he was not told yet. Looks at a case overtake one another, when he has just come above all:
   * an older one is not shown after a newer one. False: he is too slow.
   */
  private pass(subscriber: FeedSubscriber, seq: number, event: FeedEvent): boolean {
    const subscribers = this.watched.get(event.caseId)?.subscribers;
    const told = subscribers?.get(subscriber);
    if (told === undefined || seq < told.seq) return true;
    subscribers?.set(subscriber, { seq, id: event.id });
    return event.id === told.id || subscriber.send(event);
  }

  async tick(): Promise<void> {
    if (this.watched.size === 0) return;
    const { rows } = await this.pool.query<{ id: string; seq: number }>(
      'select id, seq from case_file where id = any($1)',
      [[...this.watched.keys()]],
    );
    await Promise.all(
      rows.map(async ({ id, seq }) => {
        const watched = this.watched.get(id);
        if (watched === undefined || watched.seq === seq) return;
        watched.seq = seq;
        await this.tell(id, watched);
      }),
    );
  }

  private async tell(caseId: string, watched: Watched): Promise<void> {
    const groups = new Map<string, FeedSubscriber[]>();
    for (const subscriber of watched.subscribers.keys()) {
      const group = this.groupOf(subscriber.actor);
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [subscriber]);
      else members.push(subscriber);
    }
    // One look at the case for all of them: whoever watches is told of the same state at the same time.
    const seen = await this.reader.find(caseId, SYSTEM_ACTOR);
    const seq = seen?.row.seq ?? watched.seq;
    const sight = seen === null ? [] : sightOf(seen.caseType, seen.row, seen.parties);
    const told = await Promise.all(
      [...groups.values()].map(async (members) => {
        const first = members[0];
        if (first === undefined) return [];
        const event = await this.render(caseId, hasSight(sight, first.actor) ? seen : null, first.actor);
        return members.map((subscriber) => ({ subscriber, event }));
      }),
    );
    for (const { subscriber, event } of shuffled(told.flat())) {
      if (this.pass(subscriber, seq, event)) continue;
      this.unsubscribe(subscriber);
      subscriber.drop();
    }
  }

  /** The public sees the same everywhere; everybody else sees what is his. */
  private groupOf(actor: Actor): string {
    return actor.role === 'public' ? 'public' : `${actor.personId} ${actor.role} ${actor.organisationId}`;
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const list = [...items];
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = Math.floor(Math.random() * (index + 1));
    const [a, b] = [list[index], list[other]];
    if (a !== undefined && b !== undefined) [list[index], list[other]] = [b, a];
  }
  return list;
}
