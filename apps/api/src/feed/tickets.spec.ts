import { createSecretKey, randomBytes } from 'node:crypto';
import { PUBLIC_ACTOR } from '#case-kit';
import { TICKET_LIFE_MS, TicketOffice } from './tickets.js';

const NOW = Date.parse('2026-01-05T10:00:00+05:30');

describe('a ticket to the feed', () => {
  const secret = createSecretKey(randomBytes(32));

  it('serves once, in every process that has the secret', () => {
    const office = new TicketOffice(secret);
    const ticket = office.issue(PUBLIC_ACTOR, ['STALL-0B7K2-9QX4M'], NOW);
    const other = new TicketOffice(secret);
    expect(other.redeem(ticket, NOW)).toMatchObject({ actor: PUBLIC_ACTOR, caseIds: ['STALL-0B7K2-9QX4M'] });
    expect(other.redeem(ticket, NOW)).toBeUndefined();
  });

  it('serves within its time only', () => {
    const office = new TicketOffice(secret);
    const ticket = office.issue(PUBLIC_ACTOR, [], NOW);
    expect(office.redeem(ticket, NOW + TICKET_LIFE_MS + 1)).toBeUndefined();
    expect(office.redeem(ticket, NOW + TICKET_LIFE_MS)).toBeDefined();
  });

  it('is nothing that somebody else could write or change', () => {
    const office = new TicketOffice(secret);
    const ticket = office.issue(PUBLIC_ACTOR, [], NOW);
    const stranger = new TicketOffice(createSecretKey(randomBytes(32)));
    expect(stranger.redeem(ticket, NOW)).toBeUndefined();
    expect(office.redeem(`${ticket.slice(0, -2)}AA`, NOW)).toBeUndefined();
    for (const text of ['', 'AAAA', 'not base64url!', ticket.slice(0, 20)])
      expect(office.redeem(text, NOW)).toBeUndefined();
  });
});
