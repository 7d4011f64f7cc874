import type { ApiWorld } from '../support/api-world.js';
import { appointPerson, makeBidder, paperOf, storePaper, type Bidder } from '../support/auction-bidders.js';
import { Auction, REASON } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';
import { PAPER, recordPaper } from '../support/papers.js';
import { RuleBookDesk } from '../support/rule-book-desk.js';
import { Stall } from '../support/stall-story.js';
import { stickMessage } from '../support/undelivered.js';
import { appendPiece, beginUpload } from '../support/uploads.js';

/** Prices in sealed envelopes that are never opened: no answer and no line of the log may hold them. */
export const SECRETS = { percents: ['913571.37', '826462.73'], offers: ['726193845.19', '635284957.31'] } as const;

export interface Told {
  /** Cases whose envelopes stay closed. */
  readonly sealed: readonly string[];
  /** People who are there to be disabled, enabled and appointed. */
  readonly spare: readonly { readonly name: string; readonly personId: string; readonly appointmentId: string }[];
  /** Numbers of messages that wait for the operator. */
  readonly undelivered: readonly string[];
}

/** Tells one story after the other, leaving a case in every stage: each route is asked once for what it is there for. */
export async function tellStories(world: ApiWorld): Promise<Told> {
  const bidders = [
    await makeBidder(world, 'bidder1'),
    await makeBidder(world, 'bidder2'),
    await makeBidder(world, 'bidder3'),
  ] as const;
  const stall = await tellStalls(world);
  const auction = await tellTender(world, bidders);
  await tellRounds(world, bidders);
  await tellHolds(world);
  await tellRuleBook(world);
  await tellRegisters(world);
  await tellPapers(world);
  const spare = await tellPeople(world);
  await tellReadings(world);
  return { sealed: [stall, auction], spare, undelivered: await tellOperations(world) };
}

async function tellStalls(world: ApiWorld): Promise<string> {
  await Stall.open(world);
  const amended = await Stall.open(world);
  const etag = await amended.etagFor('odisha');
  await amended
    .give('odisha', 'amend-notice', { stallName: 'Corner stall at the west gate' }, { 'If-Match': etag })
    .then(expectStatus(200));
  await amended.propose('odisha', 'publish');
  await Stall.closeApplications(world);
  const called = await Stall.callOpen(world);
  await called.give('bidder1', 'call', { offer: '1350.00' }).then(expectStatus(200));
  const settled = await Stall.settle(world);
  await settled.give('operator', 'pay', { reference: 'UTR 1', amount: '1300.00' }).then(expectStatus(200));
  const annulled = await Stall.publish(world);
  await annulled.confirm(
    'approving',
    await annulled.propose('odisha', 'annul', { reason: 'The ground was sold meanwhile.' }),
  );
  await tellInspection(world);
  const sealed = await Stall.publish(world);
  await sealed.give('bidder3', 'apply', { offer: '1000.00' }).then(expectStatus(200));
  await sealed.give('bidder3', 'withdraw').then(expectStatus(200));
  for (const [index, offer] of SECRETS.offers.entries()) {
    await sealed.give(`bidder${index + 1}`, 'apply', { offer }).then(expectStatus(200));
  }
  return sealed.id;
}

async function tellInspection(world: ApiWorld): Promise<void> {
  const agency = await world.as('agency');
  let visits: readonly { id: string }[] = [];
  for (let tries = 0; visits.length < 2 && tries < 400; tries += 1) {
    if (tries === 0) await Stall.settle(world);
    visits = itemsOf<{ id: string }>(await agency.get('/v1/inbox').then(expectStatus(200)));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const [first, second] = visits;
  if (first === undefined || second === undefined) throw new Error('no inspection was opened');
  const path = `/v1/stall-inspections/${first.id}`;
  const officer = await world.as('odisha');
  await tellOrders(world, path, { targetState: 'visiting' });
  await officer.get(`/v1/cases/${second.id}`).then(expectStatus(200));
  await agency
    .command(`${path}/inspect`, { result: 'passed', remarks: 'Dry, level and clean.' })
    .then(expectStatus(200));
}

/** What the engine gives to every case: holds, and an order that is proposed, refused, withdrawn and confirmed. */
async function tellOrders(world: ApiWorld, path: string, judgment: object): Promise<void> {
  const officer = await world.as('odisha');
  const second = await world.as(path.includes('inspection') ? 'agency' : 'approving');
  const order = { orderReference: 'W.P.(C) 77/2026, order of 2026-01-06' };
  const placed = await officer.command(`${path}/place-hold`, { kind: 'court-stay', ...order }).then(expectStatus(200));
  const { holds } = (placed.body as { case: { holds: { id: string; standing: boolean }[] } }).case;
  await officer.command(`${path}/release-hold`, { holdId: holds.at(-1)?.id, ...order }).then(expectStatus(200));
  const propose = async (): Promise<string> => {
    const form = { ...order, document: 'File 12', ...judgment };
    const proposed = await officer.command(`${path}/set-aside`, form).then(expectStatus(202));
    return (proposed.body as { proposal: { id: string } }).proposal.id;
  };
  await officer.command(`${path}/withdraw-proposal`, { proposalId: await propose() }).then(expectStatus(200));
  const refusal = { proposalId: await propose(), reason: 'The order names another case.' };
  await second.command(`${path}/refuse-proposal`, refusal).then(expectStatus(200));
  await second.command(`${path}/confirm-proposal`, { proposalId: await propose() }).then(expectStatus(200));
  const seen = await officer.get(`/v1/cases/${path.split('/').at(-1)}`).then(expectStatus(200));
  const { clock } = seen.body as { clock: string };
  const to = new Date(Date.parse(clock) + 60_000).toISOString();
  await officer.command(`${path}/advance-clock`, { to }).then(expectStatus(200));
}

async function tellHolds(world: ApiWorld): Promise<void> {
  await tellOrders(world, (await Stall.publish(world)).path, { targetState: 'applications' });
  await tellOrders(world, (await Auction.publish(world)).path, { targetState: 'saleOpen' });
}

/** From the draft to prices that are open, with a case left in each stage. */
async function tellTender(world: ApiWorld, bidders: readonly [Bidder, Bidder, Bidder]): Promise<string> {
  const bids = bidders.map((bidder, index) => [bidder, ['41.00', '63.55', '55.00'][index] ?? ''] as const);
  const [one, two] = bidders;
  const draft = await Auction.draft(world);
  const officer = await world.as('odisha');
  const seen = await officer.get(`/v1/cases/${draft.id}`).then(expectStatus(200));
  const ifMatch = { 'If-Match': String(seen.headers['etag']) };
  await officer.command(`${draft.path}/amend-draft`, { tenderFee: '310000.00' }, ifMatch).then(expectStatus(200));

  const sale = await Auction.publish(world);
  await sale.must(one.name, 'purchase-tender', await sale.purchaseOf(one.name));
  await sale.must(one.name, 'ask-query', { text: 'Is the eastern road a public one?' });
  const { openQueries } = await sale.viewFor<{ openQueries: { id: string }[] }>('odisha');
  await sale.must('odisha', 'publish-replies', { replies: [{ queryId: openQueries[0]?.id, text: 'It is.' }] });
  await sale.giveByTwo('issue-corrigendum', 'odisha', 'approving', {
    text: 'Bids may come two days longer, because the survey was supplemented.',
    bidsDueAt: '2027-01-27T17:00:00+05:30',
  });
  const annulled = await Auction.publish(world);
  await annulled.giveByTwo('annul', 'odisha', 'approving', {
    ground: 'BLOCK_CHANGED',
    provision: 'Mineral (Auction) Rules, 2015, r. 9(12)',
    reason: 'A third of the block was notified as a heritage site.',
  });

  const sealed = await Auction.takeBids(world, [one, two]);
  await sealed.must(two.name, 'submit-bid', await sealed.bidOf(two, '70.00'));
  await sealed.must(two.name, 'withdraw-bid');
  for (const [index, percent] of SECRETS.percents.entries()) {
    const bidder = bidders[index] ?? one;
    await sealed.must(bidder.name, 'submit-bid', await sealed.bidOf(bidder, percent));
  }

  await Auction.closeBids(world, bids);
  const evaluated = await Auction.closeBids(world, bids);
  await evaluated.openTechnical();
  const asked = (await evaluated.bids()).find(({ organisationId }) => organisationId === one.organisationId);
  const question = {
    bidId: asked?.bidId,
    question: 'Furnish the report of the auditor.',
    answerBy: '2027-02-03T17:00:00+05:30',
  };
  await evaluated.must('member', 'request-clarification', question);
  const { own } = await evaluated.viewFor<{ own: { clarifications: { id: string }[] } }>(one.name);
  const answer = { clarificationId: own.clarifications[0]?.id, answer: 'It is attached.', documentId: one.documentId };
  await evaluated.must(one.name, 'answer-clarification', answer);
  for (const reader of ['member', one.name]) {
    await (await world.as(reader)).get(`/v1/cases/${evaluated.id}/documents/${one.documentId}`).then(expectStatus(200));
  }
  await (await Auction.evaluate(world, bids)).openPrices();

  const first = await Auction.evaluate(world, bids.slice(0, 2));
  await first.openPrices();
  const again = { attempt: 'SECOND', previousCaseId: first.id, repeatFee: '25000.00' };
  const second = await Auction.evaluate(world, bids.slice(0, 1), again);
  await second.openPrices();
  await second.giveByTwo('decide-to-proceed', 'odisha', 'approving', {
    reason: `${REASON} A third notice would cost a year.`,
  });
  return sealed.id;
}

/** Second rounds: under way, paused, resumed, over and settled. */
async function tellRounds(world: ApiWorld, bidders: readonly [Bidder, Bidder, Bidder]): Promise<void> {
  const [one, two, three] = bidders;
  const bids = [
    [one, '41.00'],
    [two, '63.55'],
    [three, '55.00'],
  ] as const;
  expectStatus(200)(await (await Auction.callOpen(world, bids)).offer(one, '63.60'));
  const round = await Auction.callOpen(world, bids);
  expectStatus(200)(await round.offer(one, '64.00'));
  await round.must(one.name, 'report-mistake', { percent: '64.00', explanation: '64.00 was typed for 63.60.' });
  await round.must('operator', 'pause-round-two', {
    outageBeganAt: '2027-02-10T11:00:01+05:30',
    reason: 'Two networks failed.',
  });
  await round.must('operator', 'announce-resumption', { resumesAt: '2027-02-10T14:00:00+05:30' });
  await round.advanceTo('2027-02-10T20:00:00+05:30');
  await round.giveByTwo('forfeit-security', 'odisha', 'approving', {
    organisationId: two.organisationId,
    guaranteeNumber: `BG/${two.name}`,
    ground: 'FALSE_DECLARATION',
    provision: 'Tender document, clause 14.5',
    reason: 'The bidder declared no affiliate, but its parent had bid as well.',
  });
  await round.must('odisha', 'return-security', returnOf(three));
  await round.must('odisha', 'conclude');
  await world.anybody.get(`${round.path}/protocol`).then(expectStatus(200));
  const central = await Auction.callOpen(world, bids, { blockId: 'PRACTICE-ML-CENTRE' }, 'central');
  expectStatus(200)(await central.offer(two, '64.00'));
  await central.advanceTo('2027-02-10T14:00:00+05:30');
  await central.must('central', 'intimate-state', { letter: 'F. No. 1/14/2027-M.VI of 2027-02-10' });
}

const returnOf = ({ organisationId, name }: Bidder): object => ({
  organisationId,
  guaranteeNumber: `BG/${name}`,
  returnedOn: '2027-02-10',
  reference: 'Letter 88 to the bank',
});

/** Drafts at every step of their way. Nothing is enacted that would change what the other stories rest on. */
async function tellRuleBook(world: ApiWorld): Promise<void> {
  const desk = new RuleBookDesk(world);
  const change = await desk.change('auction.proposal-hours', 49, '2030-01-01');
  const propose = async (): Promise<string> =>
    ((await desk.propose(change).then(expectStatus(201))).body as { id: string }).id;
  await propose();
  const withdrawn = await propose();
  await desk
    .act(withdrawn, 'revise', 'rules', { body: await desk.change('auction.proposal-hours', 50, '2030-01-01') })
    .then(expectStatus(200));
  await desk.act(withdrawn, 'withdraw', 'rules', { version: 2 }).then(expectStatus(200));
  await desk.enact(change);
}

async function tellRegisters(world: ApiWorld): Promise<void> {
  const officer = await world.as('odisha');
  const entry = {
    name: 'Fuzzed Block (invented)',
    state: 'OD',
    concession: 'ML',
    minerals: [{ code: 'IRON_ORE' }],
    areaHa: '10.00',
  };
  await officer.post('/v1/blocks', { id: 'FUZZ-1', rehearsal: true, ...entry }).then(expectStatus(201));
  await officer
    .post('/v1/blocks/FUZZ-1/versions', { ...entry, areaHa: '11.00' }, { 'If-Match': '"1"' })
    .then(expectStatus(201));
  const worksheet = [{ mineral: 'IRON_ORE', tonnes: '2', averageSalePrice: '3.00', month: '2026-08', value: '6.00' }];
  await officer
    .post('/v1/blocks/FUZZ-1/values', { amount: '6.00', computedOn: '2026-10-12', worksheet })
    .then(expectStatus(201));
  const paper = await officer.send('post', '/v1/documents?name=fuzz.pdf', (test) =>
    test.set('Content-Type', 'application/pdf').send(paperOf('fuzz')),
  );
  expectStatus(201)(paper);
}

async function tellPapers(world: ApiWorld): Promise<void> {
  const bidder = await world.as('bidder1');
  const paper = await storePaper(bidder, 'bidder1');
  await recordPaper(bidder, paper);
  await bidder.get(`/v1/documents/${paper}`).then(expectStatus(200));
  await bidder.get('/v1/bidder-profile/papers').then(expectStatus(200));
  await bidder.get(`/v1/bidder-profile/papers/${PAPER.kind}`).then(expectStatus(200));
  const whole = paperOf('pieces');
  const begun = await beginUpload(bidder, whole.length).then(expectStatus(201));
  const path = begun.headers['location'] as string;
  await appendPiece(bidder, path, 0, whole.subarray(0, 20)).then(expectStatus(204));
  await bidder.get(path).then(expectStatus(200));
  await bidder.get('/v1/uploads').then(expectStatus(200));
  await bidder.delete(path).then(expectStatus(204));
}

async function tellPeople(world: ApiWorld): Promise<Told['spare']> {
  const administrator = await world.as('administrator');
  const organisation = await administrator
    .post('/v1/organisations', { kind: 'state-directorate', name: 'Directorate to be fuzzed', jurisdiction: 'OD' })
    .then(expectStatus(201));
  const { id: organisationId } = organisation.body as { id: string };
  const spare: Told['spare'][number][] = [];
  for (const name of ['spare-one', 'spare-two', 'spare-three']) {
    const appointmentId = await appointPerson(world, name, organisationId, 'state-officer');
    const [person] = (await administrator.get(`/v1/people?search=${name}`).then(expectStatus(200))).body as {
      id: string;
    }[];
    spare.push({ name, personId: person?.id ?? '', appointmentId });
  }
  const [one, two, three] = spare.map(({ personId }) => personId);
  const holder = await world.as('spare-one');
  const delegation = { personId: two, until: '2027-12-31T00:00:00Z' };
  const appointment = spare[0]?.appointmentId ?? '';
  await administrator
    .post(`/v1/appointments/${appointment}/delegations`, { ...delegation, personId: three })
    .then(expectStatus(422));
  await holder.post('/v1/feed-tickets', { cases: [(await Stall.publish(world)).id] }).then(expectStatus(201));
  const reason = { reason: 'Told for the sake of the story' };
  const newcomer = await administrator
    .post('/v1/people', { name: 'Newcomer Demo', email: 'newcomer@adit.example' })
    .then(expectStatus(201));
  const { id: personId } = newcomer.body as { id: string };
  await holder.post(`/v1/appointments/${appointment}/delegations`, { ...delegation, personId }).then(expectStatus(201));
  await administrator.post(`/v1/people/${one}/password-reset`, reason).then(expectStatus(200));
  await administrator.post(`/v1/people/${three}/disable`, reason).then(expectStatus(204));
  await administrator.post(`/v1/people/${three}/enable`, reason).then(expectStatus(204));
  return spare;
}

/** Messages that could not be delivered. */
async function tellOperations(world: ApiWorld): Promise<readonly string[]> {
  const ids = [await stickMessage(world), await stickMessage(world), await stickMessage(world)];
  const operator = await world.as('operator');
  await operator.post(`/v1/operations/undelivered/${ids[0]}/retry`).then(expectStatus(200));
  return ids;
}

/** Public pages that a request made at random reads seldom, and a session of one's own. */
async function tellReadings(world: ApiWorld): Promise<void> {
  const deadline = { from: '2025-12-12', rollOver: 'NEXT_WORKING_DAY', days: 45 };
  await world.anybody.post('/v1/rules/deadline', deadline).then(expectStatus(200));
  const parameter = 'rule-book/parameters/bid-security.cap/history';
  const changes = 'rule-book/changes?from=2025-12-30&to=2026-01-01';
  for (const page of ['minerals', 'blocks?limit=1', 'blocks.geojson?limit=1', parameter, changes]) {
    await world.anybody.get(`/v1/${page}`).then(expectStatus(200));
  }
  const session = await world.anybody
    .post('/v1/sessions', { email: 'bidder1b@adit.example', password: 'adit-demo-password' })
    .then(expectStatus(201));
  const { accessToken, refreshToken } = session.body as { accessToken: string; refreshToken: string };
  const client = world.anybody.withToken(accessToken);
  const change = { currentPassword: 'adit-demo-password', newPassword: 'a-longer-demo-password' };
  expectStatus(204)(await client.send('put', '/v1/me/password', (test) => test.send(change)));
  await world.anybody.post('/v1/sessions/refresh', { refreshToken }).then(expectStatus(200));
  const other = await world.anybody
    .post('/v1/sessions', { email: 'bidder1b@adit.example', password: 'a-longer-demo-password' })
    .then(expectStatus(201));
  const leaving = world.anybody.withToken((other.body as { accessToken: string }).accessToken);
  await leaving.delete('/v1/sessions/current').then(expectStatus(204));
  await client.delete('/v1/sessions').then(expectStatus(204));
}
