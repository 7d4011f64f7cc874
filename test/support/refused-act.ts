import type { Response } from 'supertest';
import type { ApiWorld } from './api-world.js';
import { refusedBy, type Auction, type Refused } from './auction-story.js';
import { itemsOf } from './client.js';

interface Recorded {
  readonly seq: number;
  readonly kind: string;
  readonly command: string;
  readonly hash: string;
  readonly organisation: string;
  readonly failed: readonly string[];
}

interface ActShown {
  readonly id: string;
  readonly kind: string;
}

export interface Act {
  readonly by: string;
  readonly command: string;
  readonly body?: unknown;
}

/** The record as it is kept, everything in it. */
export async function readRecord(world: ApiWorld, caseId: string): Promise<readonly Recorded[]> {
  const { rows } = await world.database.pool.query<Recorded>(
    `select seq::int as seq, kind, command, hash, text::jsonb ->> 'organisation' as organisation,
            text::jsonb -> 'failed' as failed
       from transition where case_id = $1 order by seq`,
    [caseId],
  );
  return rows;
}

/** Everything of a case on which a later decision can rest, and its rows in the tables of its type. */
async function readStanding(world: ApiWorld, caseId: string): Promise<unknown> {
  const { pool } = world.database;
  const { rows } = await pool.query(
    `select state, context, anchors, holds, proposals, seal_key, clock_at, party_seq, fired, due_hash, sight_hash
       from case_file where id = $1`,
    [caseId],
  );
  const counts = await pool.query(
    `select (select count(*) from tender_purchase where case_id = $1)::int as purchases,
            (select count(*) from bid where case_id = $1)::int as bids,
            (select count(*) from auction_schedule where case_id = $1)::int as schedules,
            (select count(*) from final_offer where case_id = $1)::int as offers,
            (select count(*) from outbox where case_id = $1)::int as notices`,
    [caseId],
  );
  return { rows, counts: counts.rows };
}

/** The views and records of these people, as they get them. */
async function readSights(world: ApiWorld, auction: Auction, people: readonly string[]): Promise<unknown> {
  const seen: unknown[] = [];
  for (const name of [undefined, ...people]) {
    const client = name === undefined ? world.anybody : await world.as(name);
    const view = await client.get(`/v1/cases/${auction.id}`);
    const record = await client.get(`/v1/cases/${auction.id}/transitions?limit=200`);
    const { instance: _request, ...body } = view.body as { readonly instance?: string };
    seen.push([name, view.status, view.headers['etag'], body, itemsOf(record)]);
  }
  return seen;
}

/**
 * Gives a command that must be refused by these rules, and shows that it moved nothing: the case stands where it
 * stood, the public and the other bidders named see what they saw, and the record has this one refusal more, which its
 * own organisation can read. Answers the refusals.
 */
export async function refuseRecorded(
  world: ApiWorld,
  auction: Auction,
  act: Act,
  [status, rules]: readonly [409 | 422, readonly string[]],
  others: readonly string[],
): Promise<readonly Refused[]> {
  const before = await readRecord(world, auction.id);
  const answer = await tryInVain(world, auction, act, others);
  expect([act.command, ...refusedBy(answer)]).toEqual([act.command, status, rules]);
  const { transition, refusals } = answer.body as { transition: string; refusals: readonly Refused[] };
  const added = (await readRecord(world, auction.id)).slice(before.length);
  expect(added).toMatchObject([{ kind: 'refused', command: commandOf(act), failed: rules }]);
  expect(added[0]?.hash.startsWith(transition)).toBe(true);
  const own = await (await world.as(act.by)).get(`/v1/cases/${auction.id}/transitions?order=desc&limit=1`);
  expect(itemsOf<ActShown>(own)).toMatchObject([{ id: transition, kind: 'refused' }]);
  return refusals;
}

/** As above for what is no matter of the record: what is malformed or not the caller's to ask. Answers the problem. */
export async function refuseUnrecorded(
  world: ApiWorld,
  auction: Auction,
  act: Act,
  status: number,
  others: readonly string[],
): Promise<Response> {
  const before = await readRecord(world, auction.id);
  const answer = await tryInVain(world, auction, act, others);
  expect([act.command, answer.status]).toEqual([act.command, status]);
  expect(await readRecord(world, auction.id)).toEqual(before);
  return answer;
}

async function tryInVain(world: ApiWorld, auction: Auction, act: Act, others: readonly string[]): Promise<Response> {
  const before = [await readStanding(world, auction.id), await readSights(world, auction, others)];
  const answer = await auction.give(act.by, act.command, act.body);
  expect([await readStanding(world, auction.id), await readSights(world, auction, others)]).toEqual(before);
  return answer;
}

const commandOf = ({ command }: Act): string => command.toUpperCase().replaceAll('-', '_');
