import { formatInstant } from '#case-kit';
import { caseTypeLaw } from '#case-types';
import { seedDemo } from '#identity';
import { registersLaw } from '#registers';
import { seedRuleBook } from '#rulebook';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { appointPerson, makeBidder, storePaper, type Bidder } from '../support/auction-bidders.js';
import { Auction, DRAFT, refusedBy, SCHEDULE, shift, type Refused } from '../support/auction-story.js';
import { expectStatus } from '../support/client.js';
import { readRecord } from '../support/refused-act.js';

interface Held {
  readonly id: string;
  readonly organisation: { readonly id: string };
}

const CORRIGENDUM = { text: 'Bids may come longer, because the revenue survey was supplemented.' };

describe('officers who may no longer act, or not yet', () => {
  let world: ApiWorld;
  let bidders: readonly Bidder[];

  beforeAll(async () => {
    world = await openApiWorld();
    bidders = await Promise.all(['bidder1', 'bidder2', 'bidder3'].map((name) => makeBidder(world, name)));
  }, 60_000);
  afterAll(() => world.close());

  /** A colleague in the office of somebody of the demonstration; answers his appointment. */
  const appointBeside = async (colleague: string, name: string, role: string): Promise<string> => {
    const me = await (await world.as(colleague)).get('/v1/me').then(expectStatus(200));
    const [held] = (me.body as { appointments: readonly Held[] }).appointments;
    return await appointPerson(world, name, held?.organisation.id ?? '', role);
  };
  const withdraw = async (appointmentId: string): Promise<void> => {
    const reason = 'Transferred to another department with effect from today.';
    const administrator = await world.as('administrator');
    await administrator.post(`/v1/appointments/${appointmentId}/revoke`, { reason }).then(expectStatus(204));
  };

  it('are refused from the very next command on when their appointment is withdrawn in the midst of their work', async () => {
    const appointment = await appointBeside('odisha', 'outgoing', 'state-officer');
    const auction = await Auction.publish(world);
    const client = await world.as('outgoing');
    const proposalId = await auction.propose('outgoing', 'issue-corrigendum', {
      ...CORRIGENDUM,
      bidsDueAt: shift(SCHEDULE.bidsDueAt, 86_400),
    });
    expectStatus(200)(await client.get(`/v1/cases/${auction.id}`));
    await withdraw(appointment);

    const before = await readRecord(world, auction.id);
    const seen = await auction.seenBy();
    // The very same token, at once: not one command more, of whatever kind, and nothing of it on the record.
    for (const [command, body] of [
      ['issue-corrigendum', CORRIGENDUM],
      ['withdraw-proposal', { proposalId }],
      ['place-hold', { kind: 'court-stay', orderReference: 'W.P.(C) 1/2027' }],
      ['annul', {}],
    ] as const) {
      const answer = await client.command(`${auction.path}/${command}`, body);
      expect([command, [401, 403].includes(answer.status)]).toEqual([command, true]);
    }
    expect(await readRecord(world, auction.id)).toEqual(before);
    expect((await auction.seenBy()).headers['etag']).toBe(seen.headers['etag']);
    // He is the public now, or nobody.
    const later = await client.get(`/v1/cases/${auction.id}`);
    expect(later.status === 403 || !JSON.stringify(later.body).includes('openQueries')).toBe(true);

    // What he proposed in office was proposed: it waits for its second person, whom only he is not.
    const { proposals } = (await auction.seenBy('approving')).body as { proposals: readonly { id: string }[] };
    expect(proposals.map(({ id }) => id)).toEqual([proposalId]);
    expect(refusedBy(await auction.give('odisha', 'withdraw-proposal', { proposalId }))).toEqual([
      422,
      ['proposer-withdraws'],
    ]);
    await auction.must('approving', 'confirm-proposal', { proposalId });
    expect(await auction.viewFor()).toMatchObject({ schedule: { bidsDueAt: shift(SCHEDULE.bidsDueAt, 86_400) } });
  });

  it('cannot confirm what they could have, and then what was proposed lapses by itself', async () => {
    const appointment = await appointBeside('approving', 'former', 'approving-officer');
    const auction = await Auction.publish(world);
    const proposalId = await auction.propose('odisha', 'issue-corrigendum', {
      ...CORRIGENDUM,
      bidsDueAt: shift(SCHEDULE.bidsDueAt, 86_400),
    });
    const client = await world.as('former');
    expectStatus(200)(await client.get('/v1/inbox'));
    await withdraw(appointment);
    for (const command of ['confirm-proposal', 'refuse-proposal']) {
      const answer = await client.command(`${auction.path}/${command}`, { proposalId });
      expect([command, [401, 403].includes(answer.status)]).toEqual([command, true]);
    }
    expect(await auction.viewFor()).toMatchObject({ schedule: { version: 1 } });
    await auction.advanceTo('2026-12-04T11:00:01+05:30');
    const gone = await auction.give('approving', 'confirm-proposal', { proposalId });
    expect(refusedBy(gone)).toEqual([409, ['proposal-is-open']]);
    const record = await readRecord(world, auction.id);
    expect(record.map(({ command }) => command)).toContain('engine.expire-proposal');
  });

  it('cannot finish the evaluation that they began, which others take up as they left it', async () => {
    const appointment = await appointBeside('member', 'leaving', 'evaluation-member');
    const auction = await Auction.closeBids(
      world,
      bidders.map((bidder) => [bidder, '50.00'] as const),
    );
    await auction.openTechnical();
    const [first, second] = await auction.bids();
    const finding = {
      result: 'PASSED',
      assessedNetWorth: '9000000000.00',
      reason: 'Papers complete and guarantee confirmed.',
    };
    await auction.must('leaving', 'record-finding', { ...finding, bidId: first?.bidId });
    await withdraw(appointment);
    const client = await world.as('leaving');
    const denied = await client.command(`${auction.path}/record-finding`, { ...finding, bidId: second?.bidId });
    expect([401, 403]).toContain(denied.status);
    const { bids } = await auction.viewFor<{ bids: readonly { bidId: string; finding: string | null }[] }>('chair');
    expect(bids.map(({ finding: found }) => found).filter((found) => found !== null)).toEqual(['PASSED']);
    await auction.findOnAll();
    await auction.freeze();
  });
});

/** An iron ore block that is ready to be auctioned for a mining lease, with its report and its value. */
async function recordBlock(world: ApiWorld, id: string): Promise<void> {
  const officer = await world.as('odisha');
  const corners = [
    [88.5, 19],
    [88.51, 19],
    [88.51, 19.01],
    [88.5, 19.01],
    [88.5, 19],
  ];
  const block = {
    id,
    name: 'Barsuan Demo Iron Ore Block',
    state: 'OD',
    concession: 'ML',
    minerals: [{ code: 'IRON_ORE' }],
    areaHa: '116.54',
    geometry: { type: 'Polygon', coordinates: [corners] },
    land: { forestHa: '16.54', governmentHa: '60.00', otherHa: '40.00' },
    demarcated: true,
    explorationLevel: 'G2',
    geologicalReportDocument: await storePaper(officer, 'report'),
  };
  await officer.post('/v1/blocks', block).then(expectStatus(201));
  const line = {
    mineral: 'IRON_ORE',
    tonnes: '1000.5',
    averageSalePrice: '1380.00',
    month: '2026-08',
    value: '1380690.00',
  };
  const value = { amount: '1380690.00', computedOn: '2026-10-12', worksheet: [line] };
  await officer.post(`/v1/blocks/${id}/values`, value).then(expectStatus(201));
}

describe('a notice on a number that nobody has signed', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    // A platform that may carry live cases; one owner of the rule book has published it, and nobody has signed.
    world = await openApiWorld(
      {},
      {
        engine: { liveObstacles: [] },
        before: async (pool, passwords) => {
          await seedDemo(pool, passwords);
          const { rows } = await pool.query<{ id: string }>(`select id from person where email = 'rules@adit.example'`);
          const parameters = [...caseTypeLaw, ...registersLaw];
          await seedRuleBook(pool, { signedBy: rows.map(({ id }) => id), parameters });
        },
      },
    );
  }, 60_000);
  afterAll(() => world.close());

  it('is refused for a live auction with each such number named, and taken for a rehearsal', async () => {
    await recordBlock(world, 'OD-BARSUAN-DEMO');
    const officer = await world.as('odisha');
    const days = (count: number): string => formatInstant(Date.now() + count * 86_400_000);
    const schedule = {
      queriesCloseAt: days(20),
      repliesDueAt: days(25),
      studyEndsAt: days(40),
      purchaseClosesAt: days(50),
      bidsDueAt: days(60),
    };
    const draft = { ...DRAFT, ...schedule, blockId: 'OD-BARSUAN-DEMO' };
    const opened = await officer.command('/v1/block-auctions', draft).then(expectStatus(201));
    const { caseId } = opened.body as { caseId: string };
    expect(caseId).toMatch(/^AUCTION-/);

    const answer = await officer.command(`/v1/block-auctions/${caseId}/publish-notice`);
    expect(refusedBy(answer)).toEqual([422, ['law-is-signed']]);
    const [refusal] = (answer.body as { refusals: readonly Refused[] }).refusals;
    expect(refusal).toMatchObject({
      ref: { act: 'Mineral (Auction) Rules, 2015', provision: 'r. 9(1)' },
      required: 'a value that was read in a source, or that two owners of the rule book have signed',
      cure: { who: 'an owner of the rule book' },
    });
    expect(refusal?.found).toMatch(/^\d numbers unverified and not signed by two: /);
    for (const name of ['auction.bid-documents', 'auction.extension-minutes']) {
      expect(refusal?.found).toContain(name);
      expect(refusal?.cure.how).toContain(name);
    }

    // It is still a draft that nobody outside knows of, and the attempt is on the record.
    expect((await world.anybody.get(`/v1/cases/${caseId}`)).status).toBe(404);
    expect((await readRecord(world, caseId)).at(-1)).toMatchObject({
      kind: 'refused',
      command: 'PUBLISH_NOTICE',
      failed: ['law-is-signed'],
    });
    const rehearsal = await Auction.publish(world, { blockId: 'OD-BARSUAN-DEMO' });
    expect(await rehearsal.statusFor()).toBe('Tender document on sale; study period');
  });
});
