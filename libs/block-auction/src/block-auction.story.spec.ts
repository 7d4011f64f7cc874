import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replayCase, type RecordedEntry } from '#audit';
import { formatInstant, parseInstant, PUBLIC_ACTOR, ROLES, sha256Hex, type Actor, type CaseRow } from '#case-kit';
import { caseTypes, logicVersionOf } from '#case-types';
import { CaseReader, FileKeyHolder, OutboxWorker, sealField, type CaseEngine, type Outcome } from '#engine';
import { createCommandPool } from '#platform';
import { seedRegisters } from '#registers';
import { drawKey, makeActor, makeEngine, openTestDatabase, type TestDatabase } from '#testing';
import type { AuctionContext } from './block-auction.model.js';
import { lawOf, PAPERS } from './world.fixture.js';

/*
 * The whole auction of a practice block as a rehearsal on its own clock, through the one door and on a real database:
 * what the engine and this case type promise each other. The specs beside the other files are about the parts.
 */

const START = parseInstant('2026-12-01T11:00:00+05:30');
const territory = { jurisdiction: 'OD' };
const OFFICER = makeActor('state-officer', { ...territory, organisationId: 'org-mines-od' });
const APPROVER = makeActor('approving-officer', { ...territory, organisationId: 'org-mines-od' });
const CHAIR = makeActor('evaluation-chair', { ...territory, organisationId: 'org-committee' });
const MEMBER = makeActor('evaluation-member', { ...territory, organisationId: 'org-committee' });
const OPERATOR = makeActor('platform-operator', { organisationId: 'org-platform' });
const AUDITOR = makeActor('auditor');
const NAMES = ['alpha', 'beta', 'gamma', 'delta'] as const;
const [ALPHA, BETA, GAMMA, DELTA] = NAMES.map((name) =>
  makeActor('bidder', { organisationId: `org-${name}`, personId: `person-of-${name}` }),
) as [Actor, Actor, Actor, Actor];
const PLANTED = { alpha: '477.70', beta: '577.71', gamma: '677.72', delta: '866.66' } as const;

let database: TestDatabase;
let engine: CaseEngine;
let reader: CaseReader;
let outbox: OutboxWorker;
let keyDirectory: string;
let caseId: string;
const told: string[] = [];
const law = lawOf({}, []);

const paperOf = (name: string, kind: string): string => sha256Hex(name, kind);

beforeAll(async () => {
  database = await openTestDatabase();
  keyDirectory = mkdtempSync(join(tmpdir(), 'auction-keys-'));
  engine = makeEngine(database.pool, {
    caseTypes,
    logicVersionOf,
    law: { current: () => law, find: () => law, load: () => Promise.resolve(law) },
    keyHolder: new FileKeyHolder(keyDirectory, { now: () => Date.now() }),
  });
  reader = new CaseReader(database.pool, engine);
  outbox = new OutboxWorker(database.pool, engine, {
    deliver: async ({ to, template, data }) => void told.push(`${to} ${template} ${JSON.stringify(data)}`),
  });
  await seedRegisters(database.pool);
  for (const name of NAMES) {
    await database.pool.query(
      `insert into bidder (organisation_id, version, legal_name, kind, net_worth, recorded_by)
       values ($1, 1, $2, 'COMPANY', '90000000000.00', 'p')`,
      [`org-${name}`, `${name} Minerals Limited`],
    );
    for (const kind of PAPERS) {
      await database.pool.query(
        `insert into document (id, organisation_id, name, media_type, bytes, stored_by, status)
         values ($1, $2, $3, 'application/pdf', 1, 'p', 'stored')`,
        [paperOf(name, kind), `org-${name}`, kind],
      );
    }
  }
});

afterAll(async () => {
  await engine?.close();
  await database?.close();
  rmSync(keyDirectory, { recursive: true, force: true });
});

async function open(form: object, rehearsalStartsAt?: number): Promise<Outcome> {
  const options = rehearsalStartsAt === undefined ? {} : { rehearsalStartsAt };
  const command = {
    caseType: 'block-auction',
    form: { ...form },
    actor: OFFICER,
    receivedAt: Date.now(),
    key: drawKey(),
  };
  return await engine.open({ ...command, ...options });
}

async function give(name: string, actor: Actor, form: object = {}, id = caseId): Promise<Outcome> {
  return await engine.execute({ name, caseId: id, form: { ...form }, actor, receivedAt: Date.now(), key: drawKey() });
}

async function mustGive(name: string, actor: Actor, form: object = {}): Promise<void> {
  expect({ name, ...(await give(name, actor, form)) }).toMatchObject({ name, kind: 'accepted' });
}

async function row(id = caseId): Promise<CaseRow<AuctionContext>> {
  const seen = await reader.find(id, { ...OFFICER, role: 'central-officer', jurisdiction: 'CENTRE' });
  if (seen === null) throw new Error(`nobody sees ${id}`);
  return seen.row as CaseRow<AuctionContext>;
}

/** Proposed by one, confirmed by the other. */
async function giveByTwo(name: string, proposer: Actor, confirmer: Actor, form: object = {}): Promise<void> {
  expect({ name, ...(await give(name, proposer, form)) }).toMatchObject({ name, kind: 'proposed' });
  const proposal = (await row()).proposals.find(({ command }) => command === name);
  await mustGive('engine.confirm-proposal', confirmer, { proposalId: proposal?.id });
}

async function advanceTo(at: number): Promise<void> {
  await mustGive('engine.advance-clock', OFFICER, { to: formatInstant(at) });
}

async function bid(bidder: Actor, offer: string): Promise<Outcome> {
  const { sealKey } = await row();
  if (sealKey === null) throw new Error('the case has no key');
  const name = bidder.organisationId.slice(4);
  return await give('SUBMIT_BID', bidder, {
    initialPriceOffer: sealField(sealKey, offer),
    documents: PAPERS.map((kind) => ({ kind, documentId: paperOf(name, kind) })),
    security: { guaranteeNumber: `BG/${name}`, bank: 'SBI', amount: '500000000.00', expiresOn: '2027-12-31' },
  });
}

/** All that a viewer is given: the case with its transitions, or null when he may not know of it. */
async function shownTo(viewer: Actor): Promise<string | null> {
  const seen = await reader.find(caseId, viewer);
  if (seen === null) return null;
  const record = await reader.transitions(seen, viewer, { after: null, limit: 200, order: 'asc' });
  return JSON.stringify([await reader.view(seen, viewer), record.items.map(({ view, refusals }) => [view, refusals])]);
}

async function viewFor(viewer: Actor): Promise<Readonly<Record<string, unknown>>> {
  const seen = await reader.find(caseId, viewer);
  if (seen === null) throw new Error('not seen');
  return (await reader.view(seen, viewer)).view;
}

/** Every command of every role in the present state: available, or refused as an officer would write it. */
async function expectExplained(): Promise<void> {
  for (const role of ROLES.filter((one) => one !== 'system')) {
    const actor = {
      ...makeActor(role, role === 'bidder' ? {} : territory),
      organisationId: role === 'bidder' ? 'org-alpha' : `org-${role}`,
    };
    const seen = await reader.find(caseId, actor);
    if (seen === null) continue;
    for (const command of await reader.explain(seen, actor)) {
      expect({ command: command.name, available: command.available }).toEqual({
        command: command.name,
        available: command.refusals.length === 0,
      });
      for (const refusal of command.refusals) {
        expect(refusal).toMatchObject({
          rule: expect.stringMatching(/^[a-z-]+$/),
          ref: { act: expect.any(String), provision: expect.any(String) },
          text: expect.stringMatching(/^[A-Z].*\.$/),
          cure: { who: expect.stringMatching(/./), how: expect.stringMatching(/./) },
        });
        expect(refusal.required).toBeDefined();
      }
    }
  }
}

/** One entry of each source and target a round. */
async function deliver(): Promise<void> {
  while ((await outbox.round()) > 0);
}

const FORM = {
  blockId: 'PRACTICE-ML-STATE',
  scheme: 'mining-lease',
  attempt: 'FIRST',
  bound: '20.00',
  tenderFee: '300000.00',
  queriesCloseAt: '2026-12-15T17:00:00+05:30',
  repliesDueAt: '2026-12-22T17:00:00+05:30',
  studyEndsAt: '2027-01-05T17:00:00+05:30',
  purchaseClosesAt: '2027-01-20T17:00:00+05:30',
  bidsDueAt: '2027-01-25T17:00:00+05:30',
} as const;
const PURCHASE = { paymentReference: 'UTR N1', amount: '300000.00' };

describe('the story of a block', () => {
  it('is not drafted by the wrong authority, nor as an attempt that it is not', async () => {
    expect(await open({ ...FORM, blockId: 'PRACTICE-ML-CENTRE' }, START)).toMatchObject({
      kind: 'refused',
      refusals: [{ rule: 'authority-may-draft', cure: { who: 'an officer of the Centre' } }],
    });
    expect(await open({ ...FORM, attempt: 'SECOND' }, START)).toMatchObject({
      kind: 'refused',
      refusals: [{ rule: 'attempt-follows-the-last' }],
    });
  });

  it('is published as a real one neither on an invented block nor on a number that nobody vouches for', async () => {
    const opened = await open(FORM);
    if (opened.kind !== 'accepted') throw new Error(JSON.stringify(opened));
    const outcome = await give('PUBLISH_NOTICE', OFFICER, {}, opened.caseId);
    if (outcome.kind !== 'refused') throw new Error(JSON.stringify(outcome));
    const refusals = new Map(outcome.refusals.map((refusal) => [refusal.rule, refusal]));
    expect(refusals.get('practice-block-stays-in-practice')).toBeDefined();
    expect(refusals.get('law-is-signed')).toMatchObject({
      datum: 'auction.bid-documents, auction.round-two-minutes, auction.extension-minutes',
      cure: { who: 'an owner of the rule book' },
    });
    expect((await row(opened.caseId)).state).toBe('draft');
  });

  it('begins with a notice that only officials see, published by two', async () => {
    const opened = await open(FORM, START);
    if (opened.kind !== 'accepted') throw new Error(JSON.stringify(opened));
    caseId = opened.caseId;
    expect(caseId).toMatch(/^REHEARSAL-AUCTION-/);
    expect(await shownTo(PUBLIC_ACTOR)).toBeNull();
    expect(await give('PURCHASE_TENDER', ALPHA, PURCHASE)).toEqual({ kind: 'not-found' });
    await expectExplained();
    await giveByTwo('PUBLISH_NOTICE', OFFICER, APPROVER);
    expect(await row()).toMatchObject({
      state: 'saleOpen',
      anchors: { notice: '2026-12-01' },
      blockId: 'PRACTICE-ML-STATE',
    });
    expect(await viewFor(PUBLIC_ACTOR)).toMatchObject({
      terms: { step: '0.05', valueOfEstimatedResources: expect.stringMatching(/^\d+\.00$/) },
    });
  });

  it('sells the document, answers questions to all and takes a corrigendum', async () => {
    for (const bidder of [ALPHA, BETA, GAMMA, DELTA]) await mustGive('PURCHASE_TENDER', bidder, PURCHASE);
    await mustGive('ASK_QUERY', ALPHA, { text: 'Is there forest in the east of it?' });
    const { openQueries } = (await viewFor(OFFICER)) as { openQueries: { id: string }[] };
    await mustGive('PUBLISH_REPLIES', OFFICER, { replies: [{ queryId: openQueries[0]?.id, text: 'None.' }] });
    expect(
      await give('ISSUE_CORRIGENDUM', OFFICER, { text: 'Shorter study.', studyEndsAt: '2027-01-04T17:00:00+05:30' }),
    ).toMatchObject({
      kind: 'refused',
      refusals: [{ rule: 'study-period-is-not-shortened' }],
    });
    await giveByTwo('ISSUE_CORRIGENDUM', OFFICER, APPROVER, {
      text: 'The due time is extended by a day.',
      bidsDueAt: '2027-01-26T17:00:00+05:30',
    });
    await expectExplained();
    expect(await bid(ALPHA, '40.00')).toMatchObject({ kind: 'refused', status: 409 });
    await advanceTo(parseInstant('2027-01-06T11:00:00+05:30'));
    expect((await row()).state).toBe('bidding');
    await expectExplained();
  });

  it('takes sealed bids, of which nobody learns how many, whose or what', async () => {
    const watching = [PUBLIC_ACTOR, AUDITOR, OFFICER, CHAIR, makeActor('administrator')];
    const before = await Promise.all(watching.map(shownTo));
    for (const [bidder, offer] of [
      [ALPHA, '40.00'],
      [BETA, PLANTED.beta],
      [GAMMA, PLANTED.gamma],
      [DELTA, PLANTED.delta],
      [ALPHA, PLANTED.alpha],
    ] as const) {
      expect(await bid(bidder, offer)).toMatchObject({ kind: 'accepted' });
    }
    await mustGive('WITHDRAW_BID', DELTA);
    expect(await Promise.all(watching.map(shownTo))).toEqual(before);
    const own = await viewFor(BETA);
    expect(own).toMatchObject({
      own: { bid: { receivedAt: '2027-01-06T11:00:00+05:30', commitment: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    });
  });

  it('opens the technical bids by two after the due time, and evaluates them with reasons', async () => {
    await advanceTo(parseInstant('2027-01-27T11:00:00+05:30'));
    expect(await bid(DELTA, '40.00')).toMatchObject({ kind: 'refused', status: 409 });
    await expectExplained();
    await giveByTwo('OPEN_TECHNICAL', CHAIR, MEMBER);
    const { bids } = (await viewFor(CHAIR)) as { bids: { bidId: string; organisationId: string }[] };
    expect(bids.map(({ organisationId }) => organisationId).sort()).toEqual(['org-alpha', 'org-beta', 'org-gamma']);
    await mustGive('REQUEST_CLARIFICATION', MEMBER, {
      bidId: bids[0]?.bidId,
      question: 'Furnish the report.',
      answerBy: '2027-02-01T17:00:00+05:30',
    });
    const asked = [ALPHA, BETA, GAMMA].find(
      ({ organisationId }) => organisationId === bids[0]?.organisationId,
    ) as Actor;
    const { own } = (await viewFor(asked)) as { own: { clarifications: { id: string }[] } };
    await mustGive('ANSWER_CLARIFICATION', asked, {
      clarificationId: own.clarifications[0]?.id,
      answer: 'It is attached.',
    });
    for (const { bidId } of bids) {
      await mustGive('RECORD_FINDING', MEMBER, {
        bidId,
        result: 'PASSED',
        assessedNetWorth: '90000000000.00',
        reason: 'Papers complete, guarantee confirmed, net worth above that of Schedule I.',
      });
    }
    await mustGive('RECORD_SCREENING', MEMBER, {
      links: [],
      method: 'Declarations and registers were compared for all bidders.',
    });
    await expectExplained();
    await giveByTwo('FREEZE_EVALUATION', CHAIR, APPROVER);
    await expectExplained();
  });

  it('has kept every price out of tables, views and notices until it is opened', async () => {
    const admin = createCommandPool(database.adminUrl, { max: 1 });
    try {
      const tables = await admin.query<{ name: string }>(
        `select tablename as name from pg_tables where schemaname = 'public'`,
      );
      expect(tables.rows.length).toBeGreaterThan(40);
      for (const { name } of tables.rows) {
        const found = await admin.query(`select t::text as text from "${name}" t where t::text like any($1)`, [
          Object.values(PLANTED).map((planted) => `%${planted}%`),
        ]);
        expect({ name, rows: found.rows }).toEqual({ name, rows: [] });
      }
    } finally {
      await admin.end();
    }
    await deliver();
    for (const planted of Object.values(PLANTED)) expect(told.join('\n')).not.toContain(planted);
  });

  it('opens the prices by two, ranks and qualifies, and tells nobody whose they are', async () => {
    await giveByTwo('OPEN_PRICES', CHAIR, MEMBER);
    expect(await row()).toMatchObject({
      state: 'qualified',
      context: { qualified: 3, round: { floor: PLANTED.gamma } },
    });
    const { openedOffers } = (await viewFor(OFFICER)) as { openedOffers: object[] };
    expect(openedOffers).toHaveLength(3);
    expect(JSON.stringify(openedOffers)).not.toContain('org-');
    const log = readFileSync(join(keyDirectory, 'openings.log'), 'utf8').trim().split('\n');
    expect(log.at(-1)).toContain(CHAIR.personId);
    expect(log.at(-1)).toContain(MEMBER.personId);
    await expectExplained();
    await mustGive('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: '2027-02-10T11:00:00+05:30' });
    await expectExplained();
  });

  it('holds the second round: anonymous, confirmed where far, and every offer in one order', async () => {
    await advanceTo(parseInstant('2027-02-10T11:00:01+05:30'));
    expect((await row()).state).toBe('roundTwoLive');
    await expectExplained();
    expect(await give('FINAL_OFFER', DELTA, { percent: '677.77' })).toMatchObject({
      kind: 'refused',
      refusals: [{ rule: 'offerer-is-qualified' }],
    });
    expect(await give('FINAL_OFFER', ALPHA, { percent: '777.77' })).toMatchObject({
      kind: 'refused',
      refusals: [
        {
          rule: 'far-offer-is-repeated',
          required: { figures: '777.77', words: 'seven hundred and seventy-seven point seven seven' },
        },
      ],
    });
    // Eight rivals in one moment: some are too late for the best of their neighbours, none is lost.
    const outcomes = await Promise.all(
      ['677.77', '677.82', '677.87', '677.92', '677.97', '678.02', '678.07', '678.12'].map((percent, index) =>
        give('FINAL_OFFER', [ALPHA, BETA, GAMMA][index % 3] as Actor, { percent }),
      ),
    );
    expect(outcomes.every(({ kind }) => kind === 'accepted' || kind === 'refused')).toBe(true);
    const seqs = outcomes.map((outcome) => ('seq' in outcome ? outcome.seq : 0)).sort((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
    const accepted = outcomes.filter(({ kind }) => kind === 'accepted').length;
    expect((await row()).context.round).toMatchObject({ best: '678.12', offers: accepted });
    await mustGive('REPORT_MISTAKE', BETA, { percent: '678.12', explanation: '678.02 was meant.' });
    for (const viewer of [PUBLIC_ACTOR, AUDITOR, OFFICER, OPERATOR, CHAIR, makeActor('administrator')]) {
      const shown = await shownTo(viewer);
      for (const name of NAMES)
        expect({ viewer: viewer.role, name, seen: shown?.includes(name) }).toMatchObject({ seen: false });
    }
    expect(await viewFor(GAMMA)).toMatchObject({ own: { alias: expect.stringMatching(/^Bidder [A-C]$/) } });
  });

  it('gives the time of an outage back', async () => {
    await advanceTo(parseInstant('2027-02-10T12:50:00+05:30'));
    await mustGive('PAUSE_ROUND_TWO', OPERATOR, {
      outageBeganAt: '2027-02-10T12:45:00+05:30',
      reason: 'The network of the platform failed.',
    });
    await expectExplained();
    expect(await give('FINAL_OFFER', GAMMA, { percent: '678.17' })).toMatchObject({ kind: 'refused', status: 409 });
    await mustGive('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt: '2027-02-10T14:00:00+05:30' });
    await advanceTo(parseInstant('2027-02-10T14:00:01+05:30'));
    const seen = await reader.find(caseId, PUBLIC_ACTOR);
    const due = seen === null ? [] : reader.dueDates(seen, PUBLIC_ACTOR);
    expect(due).toMatchObject([{ event: 'CLOSE_ROUND_TWO', at: parseInstant('2027-02-10T14:15:00+05:30') }]);
  });

  it('declares the preferred bidder by itself, for all to see', async () => {
    await advanceTo(parseInstant('2027-02-10T15:00:00+05:30'));
    expect(await row()).toMatchObject({ state: 'preferredBidderDeclared', anchors: { preferredBidder: '2027-02-10' } });
    expect(await viewFor(PUBLIC_ACTOR)).toMatchObject({
      preferredBidder: {
        organisation: 'org-beta',
        name: 'beta Minerals Limited',
        percent: '678.12',
        declaredAt: '2027-02-10T14:15:00+05:30',
      },
    });
    await deliver();
    expect(told.some((line) => line.startsWith('public block-auction.preferred-bidder-declared'))).toBe(true);
    await expectExplained();
  });

  it('returns the securities and is concluded', async () => {
    for (const name of ['alpha', 'gamma', 'delta']) {
      await mustGive('RETURN_SECURITY', OFFICER, {
        organisationId: `org-${name}`,
        guaranteeNumber: `BG/${name}`,
        returnedOn: '2027-02-10',
        reference: 'Letter 88 to the bank',
      });
    }
    await mustGive('CONCLUDE', OFFICER);
    expect((await row()).state).toBe('concluded');
    await expectExplained();
    const phases = await database.pool.query(`select phase from auction_attempt where case_id = $1 order by seq`, [
      caseId,
    ]);
    expect(phases.rows).toEqual(['DRAFTED', 'PUBLISHED', 'DECLARED', 'CONCLUDED'].map((phase) => ({ phase })));
  });

  it('is told again, without a difference, by its record alone after the registers were changed', async () => {
    await database.pool.query(
      `insert into block (id, version, name, state, concession, minerals, rehearsal, sources, recorded_by)
       select id, version + 1, name || ' (resurveyed)', state, concession, minerals, rehearsal, sources, 'p'
         from block where id = 'PRACTICE-ML-STATE'`,
    );
    const entries = await database.pool.query<RecordedEntry & { received_at: Date; decided_at: Date }>(
      `select seq, kind, command, received_at, decided_at, hash, text, salt, payload
         from transition where case_id = $1 order by seq`,
      [caseId],
    );
    const facts = await database.pool.query<{ hash: string; text: string }>('select hash, text from fact_text');
    const texts = new Map(facts.rows.map(({ hash, text }) => [hash, text]));
    const report = replayCase(
      caseId,
      entries.rows.map(({ received_at, decided_at, ...entry }) => ({
        ...entry,
        seq: Number(entry.seq),
        receivedAt: received_at.getTime(),
        decidedAt: decided_at.getTime(),
      })),
      {
        findLogic: (id) => caseTypes.find((caseType) => caseType.id === id),
        findLaw: (hash) => (hash === law.hash ? law : undefined),
        findFacts: (hash) => texts.get(hash),
      },
    );
    expect(report.differences).toEqual([]);
    expect(report.redecided).toBe(entries.rows.length);
  });
});
