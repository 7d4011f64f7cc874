import type { ApiWorld } from '../support/api-world.js';
import { makeBidder, storePaper } from '../support/auction-bidders.js';
import { Auction } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';
import { DRAFTS, RuleBookDesk } from '../support/rule-book-desk.js';
import { Stall } from '../support/stall-story.js';
import { beginUpload } from '../support/uploads.js';
import { recordPaper } from '../support/papers.js';
import { stickMessage } from '../support/undelivered.js';
import { CALLERS, type Caller } from './callers.js';
import type { Person } from './people.js';

/** What is asked for, all of it real: a 404 must never mean that there was nothing. */
export interface Subjects {
  /** Ids of cases by the name of their situation. */
  readonly cases: ReadonlyMap<string, string>;
  readonly draftId: string;
  readonly personId: string;
  /** Delegated by the officer of the State. */
  readonly delegationId: string;
  /** Stored by who stands at `own`, by role. */
  readonly documents: ReadonlyMap<string, string>;
  readonly legalName: string;
  /** Begun by who stands at `own`, by role and method: one of them is cancelled. */
  readonly uploads: ReadonlyMap<string, string>;
  readonly law: string;
  readonly attemptId: string;
  /** Numbers of stuck messages, one for each caller because one is tried again once. */
  readonly messages: ReadonlyMap<Caller, string>;
}

const SENDERS = [
  'bidder',
  'central-officer',
  'state-officer',
  'approving-officer',
  'evaluation-member',
  'evaluation-chair',
  'agency-officer',
];

export async function makeSubjects(world: ApiWorld, people: ReadonlyMap<Caller, Person>): Promise<Subjects> {
  const nameAt = (role: string, standing: string): string => {
    const found = [...people].find(([caller]) => caller.role === role && caller.standing === standing);
    if (found === undefined) throw new Error(`nobody stands as ${role}, ${standing}`);
    return found[1].name;
  };
  const own = await makeBidder(world, nameAt('bidder', 'own'));
  await makeRival(world, nameAt('bidder', 'other organisation'));
  const documents = new Map([['bidder', own.documentId]]);
  for (const role of SENDERS.filter((each) => each !== 'bidder')) {
    documents.set(role, await storePaper(await world.as(nameAt(role, 'own')), role));
  }
  const uploads = new Map<string, string>();
  for (const role of SENDERS) {
    const sender = await world.as(nameAt(role, 'own'));
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const begun = await beginUpload(sender, 1_000).then(expectStatus(201));
      uploads.set(`${role} ${method}`, (begun.headers['location'] as string).split('/').at(-1) ?? '');
    }
  }
  await recordPaper(await world.as(nameAt('bidder', 'own')), own.documentId);
  const desk = new RuleBookDesk(world);
  const draft = await world
    .as('rules')
    .then(async (owner) => await owner.command(DRAFTS, await desk.change('auction.proposal-hours', 47)))
    .then(expectStatus(201));
  const administrator = await world.as('administrator');
  const deputy = await findPerson(world, 'odisha-deputy@adit.example');
  const held = await administrator.get(`/v1/appointments?personId=${deputy}`).then(expectStatus(200));
  const book = await world.anybody.get('/v1/rule-book').then(expectStatus(200));
  const attempts = await world.anybody.get('/v1/attempts?limit=1').then(expectStatus(200));
  return {
    cases: await makeCases(world, own),
    draftId: (draft.body as { id: string }).id,
    personId: deputy,
    delegationId: (held.body as { id: string }[])[0]?.id ?? '',
    documents,
    legalName: own.legalName,
    uploads,
    law: (book.body as { publication: { law: string } }).publication.law,
    attemptId: itemsOf<{ attemptId: string }>(attempts)[0]?.attemptId ?? '',
    messages: await stickMessages(world),
  };
}

async function makeCases(
  world: ApiWorld,
  bidder: Awaited<ReturnType<typeof makeBidder>>,
): Promise<Map<string, string>> {
  const over = await Auction.publish(world);
  // Nobody bids, so the attempt ends by the clock.
  await over.advanceTo('2027-01-27T11:00:00+05:30');
  const central = await Auction.draft(world, { blockId: 'PRACTICE-ML-CENTRE' }, 'central');
  const bidding = await Auction.takeBids(world, [bidder]);
  await bidding.must(bidder.name, 'submit-bid', await bidding.bidOf(bidder, '41.00'));
  return new Map([
    ['block-auction: in draft', (await Auction.draft(world)).id],
    ['block-auction: in draft at the Centre, for a block of the other State', central.id],
    ['block-auction: bids may come', bidding.id],
    ['block-auction: over', over.id],
    ['fair-stall: in draft', (await Stall.open(world)).id],
    ['fair-stall: published', (await Stall.publish(world)).id],
    ['stall-inspection: to be visited', await findInspection(world)],
  ]);
}

/** A stall that is to be settled asks for its inspection, which a worker opens. */
async function findInspection(world: ApiWorld): Promise<string> {
  await Stall.settle(world);
  const agency = await world.as('agency');
  for (let tries = 0; tries < 200; tries += 1) {
    const [visit] = itemsOf<{ id: string }>(await agency.get('/v1/inbox').then(expectStatus(200)));
    if (visit !== undefined) return visit.id;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no inspection was opened');
}

async function makeRival(world: ApiWorld, name: string): Promise<void> {
  const rival = await world.as(name);
  const form = { legalName: 'Rival Demo Company Limited', kind: 'COMPANY' };
  await rival.post('/v1/bidder-profile', form).then(expectStatus(201));
}

async function findPerson(world: ApiWorld, email: string): Promise<string> {
  const administrator = await world.as('administrator');
  const found = await administrator.get(`/v1/people?search=${encodeURIComponent(email)}`).then(expectStatus(200));
  return (found.body as { id: string }[])[0]?.id ?? '';
}

async function stickMessages(world: ApiWorld): Promise<Map<Caller, string>> {
  const messages = new Map<Caller, string>();
  for (const caller of CALLERS) messages.set(caller, await stickMessage(world));
  return messages;
}
