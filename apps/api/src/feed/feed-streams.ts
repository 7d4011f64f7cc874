import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { formatInstant, type Actor, type Sql } from '#case-kit';
import type { IdentityChange } from '#identity';
import { Problem, sqlOf } from '#platform';
import { PARTS, type ApiParts } from '../parts.js';
import type { EventStream } from './event-stream.js';

/** How often streams are told the time. */
const TIME_EVERY_MS = 5_000;
/** A right may also end by the clock, which changes nothing that could be noticed: so it is asked for now and then. */
const RECHECK_EVERY = 3;
const LONGEST_MS = 3_600_000;
const MOST_PER_PERSON = 4;

/** The open streams of this process: how they begin, are kept honest, and end. */
@Injectable()
export class FeedStreams implements OnModuleInit, OnModuleDestroy {
  private readonly streams = new Set<EventStream>();
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private forget: () => void = () => undefined;

  private readonly sql: Sql;

  constructor(@Inject(PARTS) private readonly parts: ApiParts) {
    this.sql = sqlOf(parts.pool);
  }

  onModuleInit(): void {
    const { hub, identity } = this.parts;
    hub.start();
    this.forget = identity.authority.onRevocation((changes) => {
      hub.dropWhere((actor) => changes.some((change) => concerns(change, actor)));
    });
    this.timer = setInterval(() => {
      this.tick().catch((error: unknown) => this.parts.log.warn({ err: error }, 'the streams could not be checked'));
    }, TIME_EVERY_MS);
    this.timer.unref();
  }

  /** Ends every stream, telling its reader to come back. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.forget();
    await this.parts.hub.stop();
    for (const stream of this.streams) stream.drop();
  }

  /** @throws Problem too-many-requests for one stream too many of a person; one stream carries many cases. */
  assertRoom(personId: string): void {
    const own = [...this.streams].filter(({ actor, isOver }) => actor.personId === personId && !isOver);
    if (own.length < MOST_PER_PERSON) return;
    const detail = `At most ${MOST_PER_PERSON} streams of one person are open; one stream carries several cases`;
    throw new Problem('too-many-requests', { detail, extensions: { retryAfter: 5 } });
  }

  /** @throws Problem unauthenticated when the rights with which a ticket was given have ended since. */
  async assertStanding(actor: Actor): Promise<void> {
    const [stands] = await this.parts.identity.authority.recheck(this.sql, [actor]);
    if (stands !== true) throw new Problem('unauthenticated', { detail: 'Log in again' });
  }

  async open(stream: EventStream, onClose: (listener: () => void) => void): Promise<void> {
    this.streams.add(stream);
    stream.begin();
    stream.sendTime(this.describeTime());
    let unsubscribe: () => void = () => undefined;
    onClose(() => {
      this.streams.delete(stream);
      unsubscribe();
    });
    unsubscribe = await this.parts.hub.subscribe(stream);
    if (stream.isOver) unsubscribe();
  }

  private describeTime(): string {
    const { clock } = this.parts;
    return JSON.stringify({ at: formatInstant(clock.now()), uncertaintyMs: Math.ceil(clock.uncertaintyMs()) });
  }

  private async tick(): Promise<void> {
    const { clock, hub } = this.parts;
    const time = this.describeTime();
    const now = clock.now();
    for (const stream of this.streams) {
      if (now - stream.openedAt > LONGEST_MS) hub.dropWhere((actor) => actor === stream.actor);
      else stream.sendTime(time);
    }
    this.ticks += 1;
    if (this.ticks % RECHECK_EVERY === 0) await this.recheck();
  }

  private async recheck(): Promise<void> {
    const streams = [...this.streams];
    if (streams.length === 0) return;
    const { identity, hub } = this.parts;
    const standing = await identity.authority.recheck(
      this.sql,
      streams.map(({ actor }) => actor),
    );
    const fallen = new Set(streams.filter((_, index) => standing[index] !== true).map(({ actor }) => actor));
    hub.dropWhere((actor) => fallen.has(actor));
  }
}

function concerns({ personId, sessionId }: IdentityChange, actor: { personId: string; sessionId: string | null }) {
  return personId === actor.personId && (sessionId === null || sessionId === actor.sessionId);
}
