import { randomBytes, type KeyObject } from 'node:crypto';
import type { Actor } from '#case-kit';
import { SealedText } from '../reads/cursor.js';

/** How long a ticket waits to be used, milliseconds. */
export const TICKET_LIFE_MS = 30_000;
const BINDING = 'feed';

export interface Ticket {
  readonly id: string;
  readonly actor: Actor;
  readonly caseIds: readonly string[];
  readonly expiresAt: number;
}

/**
 * Tickets stand in for the header that EventSource cannot send. Each process believes them, since they are sealed
 * with the common secret; each takes one only once, and they are gone in half a minute.
 */
export class TicketOffice {
  private readonly box: SealedText;
  private readonly used = new Map<string, number>();

  constructor(secret: KeyObject) {
    this.box = new SealedText(secret, 'feed ticket');
  }

  issue(actor: Actor, caseIds: readonly string[], now: number): string {
    const id = randomBytes(16).toString('base64url');
    const ticket: Ticket = { id, actor, caseIds, expiresAt: now + TICKET_LIFE_MS };
    return this.box.seal(ticket, BINDING);
  }

  /** The ticket, or undefined when it is not ours, too old or used. */
  redeem(text: string, now: number): Ticket | undefined {
    for (const [id, expiresAt] of this.used) if (expiresAt < now) this.used.delete(id);
    const ticket = this.box.open(text, BINDING) as Ticket | undefined;
    if (ticket === undefined || ticket.expiresAt < now || this.used.has(ticket.id)) return undefined;
    this.used.set(ticket.id, ticket.expiresAt);
    return ticket;
  }
}
