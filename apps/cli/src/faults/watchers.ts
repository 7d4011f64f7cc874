import { setTimeout as sleep } from 'node:timers/promises';
import { EventReader } from '../drive/event-reader.js';
import type { People } from '../drive/people.js';
import type { RecordedAct } from '../drive/record.js';

const LOOK_MS = 40;
const COME_BACK_MS = 100;
const READ_ON_MS = 300;

/** The second round as one event of the feed showed it. */
export interface SeenRound {
  readonly status: string;
  readonly best: string | null;
  /** How many offers were accepted; told to officials alone. */
  readonly offers: number | undefined;
}

interface SeenCase {
  readonly view: {
    readonly status: string;
    readonly offers?: number;
    readonly round: { readonly best?: string | null; readonly offers?: number } | null;
  };
}

/** Watches a case on the live feed, and comes back with what it was told last whenever the stream is lost. */
export class Watcher {
  readonly seen: SeenRound[] = [];
  /** Streams that were opened. */
  streams = 0;
  private isOver = false;
  private lastEventId: string | undefined;
  private watching: Promise<void> = Promise.resolve();

  constructor(
    readonly login: string,
    /** Asked in turn: first the one at whose api the watching begins. */
    private readonly people: readonly People[],
    private readonly caseId: string,
  ) {}

  /** Answers when he has been told of the case for the first time. */
  async begin(): Promise<void> {
    this.watching = this.watch();
    while (this.seen.length === 0 && !this.isOver) await sleep(LOOK_MS);
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.watching;
  }

  private async watch(): Promise<void> {
    for (let turn = 0; !this.isOver; turn += 1) {
      try {
        await this.watchOne(this.people[turn % this.people.length] as People);
      } catch {
        // Nobody answered there: the other door is next.
      }
      if (!this.isOver) await sleep(COME_BACK_MS);
    }
  }

  private async watchOne(people: People): Promise<void> {
    const client = people.as(this.login);
    const { href } = await client.post<{ readonly href: string }>('/v1/feed-tickets', { cases: [this.caseId] });
    const reader = await EventReader.open(`${client.baseUrl}${href}`, this.lastEventId);
    if (reader.status === 200) this.streams += 1;
    let taken = 0;
    const take = (): void => {
      for (const { event, id, data } of reader.events.slice(taken)) {
        if (event !== 'case') continue;
        this.lastEventId = id;
        this.seen.push(readRound(data as SeenCase));
      }
      taken = reader.events.length;
    };
    while (!this.isOver && !reader.isOver) {
      await sleep(LOOK_MS);
      take();
    }
    reader.close();
    take();
  }
}

function readRound({ view: { status, offers, round } }: SeenCase): SeenRound {
  return { status, best: round?.best ?? null, offers: offers ?? round?.offers };
}

interface RecordPage {
  readonly items: readonly RecordedAct[];
  readonly next: string | null;
}

/** An auditor who reads the record of a case on while it grows, page after page. */
export class RecordFollower {
  /** Hashes of the accepted offers, in the order in which he came to read them. */
  readonly hashes: string[] = [];
  readonly oddities: string[] = [];
  private isOver = false;
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly people: readonly People[],
    private readonly path: string,
  ) {}

  begin(): void {
    this.following = this.follow();
  }

  /** Answers when he has read the record to its end. */
  async end(): Promise<void> {
    this.isOver = true;
    await this.following;
  }

  private async follow(): Promise<void> {
    let cursor: string | null = null;
    for (let turn = 0; ; turn += 1) {
      // What is begun after the end has been announced shows the end.
      const isLast = this.isOver;
      const client = (this.people[turn % this.people.length] as People).as('auditor');
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: RecordPage = await client.get(`${this.path}/transitions?limit=200${after}`);
      this.take(page.items);
      cursor = page.next ?? cursor;
      if (page.next === null && isLast) return;
      if (page.next === null) await sleep(READ_ON_MS);
    }
  }

  /** A page that was not full is read again: what was on it stands there as it did, and what is new comes after. */
  private take(items: readonly RecordedAct[]): void {
    const offers = items
      .filter(({ command, kind }) => command === 'FINAL_OFFER' && kind === 'accepted')
      .map(({ hash }) => hash);
    const [first] = offers;
    const start = first === undefined ? -1 : this.hashes.indexOf(first);
    const known = start < 0 ? [] : this.hashes.slice(start);
    if (known.some((hash, index) => index < offers.length && offers[index] !== hash)) {
      this.oddities.push('a page of the record, read again, has another order than it had');
    }
    this.hashes.push(...offers.slice(known.length));
  }
}
