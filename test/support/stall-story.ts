import type { Response } from 'supertest';
import type { ApiWorld } from './api-world.js';
import { drawKey, expectStatus } from './client.js';

export const STARTS_AT = '2026-01-05T10:00:00+05:30';
export const CLOSES_AT = '2026-01-14T17:00:00+05:30';
export const OPENING = {
  stallName: 'Corner stall at the east gate',
  applicationsCloseAt: CLOSES_AT,
  callingMinutes: 60,
};

/** A fair stall in rehearsal, told over HTTP step by step. */
export class Stall {
  private constructor(
    private readonly world: ApiWorld,
    readonly id: string,
  ) {}

  get path(): string {
    return `/v1/fair-stalls/${this.id}`;
  }

  /** In draft, opened by the officer of Odisha. */
  static async open(world: ApiWorld, opening: object = OPENING): Promise<Stall> {
    const officer = await world.as('odisha');
    const opened = await officer
      .command(`/v1/fair-stalls?rehearsalStartsAt=${encodeURIComponent(STARTS_AT)}`, opening)
      .then(expectStatus(201));
    return new Stall(world, opened.body.caseId as string);
  }

  /** Open for applications. */
  static async publish(world: ApiWorld): Promise<Stall> {
    const stall = await Stall.open(world);
    await stall.confirm('approving', await stall.propose('odisha', 'publish'));
    return stall;
  }

  /** Offers of two bidders are sealed; the chair may open them. */
  static async closeApplications(world: ApiWorld): Promise<Stall> {
    const stall = await Stall.publish(world);
    await stall.give('bidder1', 'apply', { offer: '1250.00' }).then(expectStatus(200));
    await stall.give('bidder2', 'apply', { offer: '1300.00' }).then(expectStatus(200));
    await stall.advanceTo('2026-01-14T17:00:01+05:30');
    return stall;
  }

  /** The calling is on; bidder2 holds the best offer, 1300.00. */
  static async callOpen(world: ApiWorld): Promise<Stall> {
    const stall = await Stall.closeApplications(world);
    await stall.confirm('member', await stall.propose('chair', 'open-envelopes'));
    return stall;
  }

  /** Waits for payment and inspection. */
  static async settle(world: ApiWorld): Promise<Stall> {
    const stall = await Stall.callOpen(world);
    await stall.advanceTo('2026-01-14T19:00:00+05:30');
    return stall;
  }

  async give(
    name: string,
    command: string,
    body: unknown = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const client = await this.world.as(name);
    return await client.command(`${this.path}/${command}`, body, headers);
  }

  /** Proposes a command that takes two; answers the id of the proposal. */
  async propose(name: string, command: string, body: unknown = {}): Promise<string> {
    const proposed = await this.give(name, command, body).then(expectStatus(202));
    return proposed.body.proposal.id as string;
  }

  async confirm(name: string, proposalId: string): Promise<void> {
    await this.give(name, 'confirm-proposal', { proposalId }).then(expectStatus(200));
  }

  async advanceTo(to: string): Promise<void> {
    await this.give('odisha', 'advance-clock', { to }).then(expectStatus(200));
  }

  /** The case as somebody sees it. */
  async seenBy(name: string): Promise<Response> {
    return await (await this.world.as(name)).get(`/v1/cases/${this.id}`);
  }

  async etagFor(name: string): Promise<string> {
    const { headers } = await this.seenBy(name).then(expectStatus(200));
    return String(headers['etag']);
  }
}

export { drawKey };
