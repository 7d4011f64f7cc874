import type { Actor, AppliedRow, FactRequest, SealedEnvelope, Sql } from '#case-kit';
import { seedRegisters } from '#registers';
import { openTestDatabase, type TestDatabase } from '#testing';
import { blockAuctionStore as store } from './block-auction.store.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, DELTA, GAMMA } = world;

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await openTestDatabase();
  sql = {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await database.pool.query<Row>(text, [...params])).rows,
  };
  await seedRegisters(database.pool);
  for (const { organisationId } of [ALPHA, BETA, GAMMA]) {
    await sql.query(
      `insert into bidder (organisation_id, version, legal_name, kind, net_worth, recorded_by) values ($1, 1, $2, $3, '900.00', 'p')`,
      [
        organisationId,
        `${organisationId.slice(4)} Minerals Ltd`,
        organisationId === GAMMA.organisationId ? 'INDIVIDUAL' : 'COMPANY',
      ],
    );
  }
});

afterAll(async () => {
  await database?.close();
});

function envelopeOf(name: string): SealedEnvelope {
  return {
    sealed: 'x25519-hkdf-sha256-aes256gcm',
    keyId: 'key-1',
    ephemeral: `e-${name}`,
    nonce: `n-${name}`,
    ciphertext: `c-${name}`,
    commitment: `m-${name}`,
  };
}

const askOf = (caseId: string, form: Readonly<Record<string, unknown>> = {}, actor: Actor = ALPHA): FactRequest => ({
  caseId,
  form,
  actor,
});

const rowOf = (caseId: string, seq: number, row: Readonly<Record<string, unknown>>): AppliedRow => ({
  caseId,
  seq,
  row,
});

function attemptOf(caseId: string, seq: number, changes: Readonly<Record<string, unknown>> = {}): AppliedRow {
  return rowOf(caseId, seq, {
    blockId: 'PRACTICE-ML-STATE',
    lineageId: 'block:PRACTICE-ML-STATE',
    ordinal: 1,
    kind: 'FIRST',
    scheme: 'mining-lease',
    previousCaseId: null,
    rehearsal: false,
    phase: 'DRAFTED',
    reason: null,
    hadTqb: null,
    nextAttempts: [],
    record: {},
    ...changes,
  });
}

function bidOf(
  caseId: string,
  seq: number,
  bidder: Actor,
  changes: Readonly<Record<string, unknown>> = {},
): AppliedRow {
  const { organisationId } = bidder;
  return rowOf(caseId, seq, {
    bidId: `b-${caseId}-${seq}`,
    organisationId,
    receivedAt: 1_700_000_000_000 + seq,
    withdrawn: false,
    envelope: envelopeOf(`${organisationId}-${seq}`),
    security: { guaranteeNumber: `BG-${seq}`, bank: 'SBI', amount: '50.00', expiresOn: '2027-12-31' },
    affiliates: [],
    ...changes,
  });
}

const withdrawalOf = (caseId: string, seq: number, bidder: Actor): AppliedRow =>
  bidOf(caseId, seq, bidder, { withdrawn: true, envelope: null, security: null });

describe('the store of the block auction: registers', () => {
  it('answers the block of the form before there is a case, with value and parts of the schedule', async () => {
    const [state, centre, none] = (await store.facts.block(sql, [
      askOf('A1', { blockId: 'PRACTICE-ML-STATE' }),
      askOf('A2', { blockId: 'PRACTICE-ML-CENTRE' }),
      askOf('A3', { blockId: 'NO-SUCH-BLOCK' }),
    ])) as Record<string, unknown>[];
    expect(state).toMatchObject({
      id: 'PRACTICE-ML-STATE',
      version: 1,
      state: 'OD',
      concession: 'ML',
      demarcated: true,
      landClassified: true,
      explorationLevel: 'G2',
      geologicalReport: expect.stringMatching(/^[0-9a-f]{64}$/),
      rehearsal: true,
      minerals: [
        { code: 'IRON_ORE', periods: expect.arrayContaining([expect.objectContaining({ part: 'C', until: null })]) },
        { code: 'MANGANESE', periods: expect.any(Array) },
      ],
      value: {
        version: 1,
        blockVersion: 1,
        amount: expect.stringMatching(/^\d+\.\d{2}$/),
        worksheet: expect.any(Array),
      },
    });
    expect(centre).toMatchObject({
      minerals: [
        {
          code: 'POTASH',
          periods: [
            { part: null, from: null, until: '2023-08-17' },
            { part: 'D', from: '2023-08-17', until: null },
          ],
        },
      ],
    });
    expect(none).toBeNull();
  });

  it('answers the block of the case afterwards, whatever a form says', async () => {
    await store.apply.auction_attempt(sql, [
      attemptOf('A4', 1, { blockId: 'PRACTICE-EL', lineageId: 'block:PRACTICE-EL' }),
    ]);
    const [block] = await store.facts.block(sql, [askOf('A4', { blockId: 'PRACTICE-ML-STATE' })]);
    expect(block).toMatchObject({ id: 'PRACTICE-EL', concession: 'EL', value: null });
  });

  it('answers the other attempts of a block as they stand, and a rehearsal only those of its own line', async () => {
    const line = (lineageId: string) => ({ lineageId, blockId: 'PRACTICE-CL', scheme: 'composite-licence' });
    const real = line('block:PRACTICE-CL');
    await store.apply.auction_attempt(sql, [
      attemptOf('L1', 1, real),
      attemptOf('L1', 9, {
        ...real,
        phase: 'ANNULLED',
        reason: 'LT3_TQB',
        hadTqb: true,
        nextAttempts: ['SECOND', 'DE_NOVO'],
      }),
      attemptOf('L2', 1, { ...real, ordinal: 2, kind: 'SECOND', previousCaseId: 'L1' }),
      attemptOf('REHEARSAL-L1', 1, { ...line('REHEARSAL-L1'), rehearsal: true }),
      attemptOf('REHEARSAL-L1', 5, {
        ...line('REHEARSAL-L1'),
        rehearsal: true,
        phase: 'ANNULLED',
        reason: 'NIL_BIDS',
        hadTqb: false,
        nextAttempts: ['DE_NOVO'],
      }),
    ]);
    const answers = (await store.facts.attempts(sql, [
      askOf('L3', { blockId: 'PRACTICE-CL' }),
      askOf('L2'),
      askOf('REHEARSAL-L2', { blockId: 'PRACTICE-CL' }),
      askOf('REHEARSAL-L2', { blockId: 'PRACTICE-CL', previousCaseId: 'REHEARSAL-L1' }),
      askOf('REHEARSAL-L2', { blockId: 'PRACTICE-EL', previousCaseId: 'REHEARSAL-L1' }),
      askOf('REHEARSAL-L2', { blockId: 'PRACTICE-CL', previousCaseId: 'L1' }),
    ])) as { caseId: string; phase: string }[][];
    expect(answers.map((attempts) => attempts.map(({ caseId, phase }) => `${caseId} ${phase}`))).toEqual([
      ['L1 ANNULLED', 'L2 DRAFTED'],
      ['L1 ANNULLED'],
      [],
      ['REHEARSAL-L1 ANNULLED'],
      [],
      [],
    ]);
    expect(answers[0]?.[0]).toEqual({
      caseId: 'L1',
      lineageId: 'block:PRACTICE-CL',
      ordinal: 1,
      kind: 'FIRST',
      scheme: 'composite-licence',
      phase: 'ANNULLED',
      reason: 'LT3_TQB',
      hadTqb: true,
      nextAttempts: ['SECOND', 'DE_NOVO'],
    });
  });

  it('refuses a second published attempt of the same place in one line', async () => {
    const place = { lineageId: 'block:X', blockId: 'X', phase: 'PUBLISHED' };
    await store.apply.auction_attempt(sql, [attemptOf('P1', 2, place)]);
    await expect(store.apply.auction_attempt(sql, [attemptOf('P2', 2, place)])).rejects.toThrow(
      'auction_attempt_published',
    );
  });

  it('answers the caller’s entry with links and debarments, directors apart', async () => {
    await sql.query(
      `insert into bidder_link (organisation_id, version, related_party, relation, source) values
         ('org-alpha', 1, 'Alpha Holdings Ltd.', 'CONTROLLED_BY', 'declared'),
         ('org-alpha', 2, 'A. Director', 'DIRECTOR', 'declared'),
         ('org-beta', 1, 'ALPHA HOLDINGS LIMITED', 'CONTROLLED_BY', 'register of companies')`,
    );
    await sql.query(
      `insert into debarment (organisation_id, basis, issued_by, from_on) values ('org-alpha', 'MDPA', 'Odisha', '2026-01-01')`,
    );
    const [alpha, delta] = await store.facts.bidder(sql, [askOf('R1'), askOf('R1', {}, DELTA)]);
    expect(alpha).toEqual({
      legalName: 'alpha Minerals Ltd',
      kind: 'COMPANY',
      netWorth: '900.00',
      links: ['ALPHA HOLDINGS LIMITED'],
      debarments: [{ basis: 'MDPA', issuedBy: 'Odisha', from: '2026-01-01', until: null }],
    });
    expect(delta).toBeNull();
  });

  it('finds the links that a form does not declare, in whatever spelling', async () => {
    const answers = await store.facts.undeclaredLinks(sql, [
      askOf('R1', { affiliates: [] }),
      askOf('R1', { affiliates: ['alpha holdings ltd'] }),
      askOf('R1', {}, GAMMA),
    ]);
    expect(answers).toEqual([['Alpha Holdings Ltd.'], [], []]);
  });

  it('answers only the documents that the caller’s organisation has stored, for the case or for any', async () => {
    const [own, foreign, pending, elsewhere] = ['1', '2', '3', '4'].map((digit) => digit.repeat(64));
    await sql.query(
      `insert into document (id, organisation_id, case_id, name, media_type, bytes, stored_by, status) values
         ($1, 'org-alpha', null, 'a', 'application/pdf', 1, 'p', 'stored'), ($2, 'org-beta', null, 'b', 'application/pdf', 1, 'p', 'stored'),
         ($3, 'org-alpha', null, 'c', 'application/pdf', 1, 'p', 'pending'), ($4, 'org-alpha', 'R9', 'd', 'application/pdf', 1, 'p', 'stored')`,
      [own, foreign, pending, elsewhere],
    );
    const documents = [own, foreign, pending, elsewhere].map((documentId) => ({ kind: 'PAN', documentId }));
    expect(
      await store.facts.ownDocuments(sql, [
        askOf('R1', { documents }),
        askOf('R9', { documentId: elsewhere }),
        askOf('R1'),
      ]),
    ).toEqual([[own], [elsewhere], []]);
  });

  it('answers of the named documents what a scanner warned of, and until when a paper is valid', async () => {
    const [clean, infected, pending, paper, foreign] = ['5', '6', '7', '8', '9'].map((digit) => digit.repeat(64));
    for (const [id, owner] of [
      [clean, 'org-alpha'],
      [infected, 'org-alpha'],
      [pending, 'org-alpha'],
      [paper, 'org-alpha'],
      [foreign, 'org-beta'],
    ])
      await sql.query(
        `insert into document (id, organisation_id, case_id, name, media_type, bytes, stored_by, status)
         values ($1, $2, null, 'a', 'application/pdf', 1, 'p', 'stored')`,
        [id, owner],
      );
    await sql.query(
      `insert into document_scan (document_id, state) values ($1, 'pending'), ($1, 'clean'), ($2, 'infected'),
         ($3, 'pending'), ($4, 'infected')`,
      [clean, infected, pending, foreign],
    );
    await sql.query(
      `insert into bidder_paper (organisation_id, kind, version, document_id, issued_on, valid_until, recorded_by) values
         ('org-alpha', 'AFFIDAVIT', 1, $1, '2026-01-01', '2026-06-30', 'p'),
         ('org-alpha', 'AFFIDAVIT', 2, $1, '2026-01-01', '2027-06-30', 'p'),
         ('org-beta', 'AFFIDAVIT', 1, $1, '2026-01-01', '2029-06-30', 'p')`,
      [paper],
    );
    const documents = [clean, infected, pending, paper, foreign].map((documentId) => ({ kind: 'PAN', documentId }));
    expect(
      await store.facts.namedPapers(sql, [
        askOf('R1', { documents }),
        askOf('R1', { documentId: infected }),
        askOf('R1'),
      ]),
    ).toEqual([
      [
        { documentId: infected, scan: 'infected', validUntil: null },
        { documentId: pending, scan: 'pending', validUntil: null },
        { documentId: paper, scan: 'not-scanned', validUntil: '2027-06-30' },
      ],
      [{ documentId: infected, scan: 'infected', validUntil: null }],
      [],
    ]);
  });

  it('answers purchases in this attempt and in earlier ones of its line', async () => {
    const purchase = (caseId: string, seq: number): AppliedRow =>
      rowOf(caseId, seq, {
        organisationId: 'org-alpha',
        purchasedAt: seq,
        amount: '300000.00',
        reference: `UTR ${seq}`,
      });
    await store.apply.tender_purchase(sql, [purchase('L1', 3), purchase('L2', 4), purchase('A4', 5)]);
    const [here, none] = await store.facts.ownPurchases(sql, [askOf('L2'), askOf('L2', {}, BETA)]);
    expect(here).toEqual([
      { caseId: 'L1', purchasedAt: 3, reference: 'UTR 3' },
      { caseId: 'L2', purchasedAt: 4, reference: 'UTR 4' },
    ]);
    expect(none).toEqual([]);
  });
});

describe('the store of the block auction: bids', () => {
  it('answers the standing bids: the latest of each organisation, not withdrawn, in order of receipt', async () => {
    await store.apply.bid(sql, [
      bidOf('B1', 3, ALPHA),
      bidOf('B1', 4, BETA),
      bidOf('B1', 5, GAMMA),
      bidOf('B1', 6, ALPHA),
      withdrawalOf('B1', 7, GAMMA),
      bidOf('B2', 3, GAMMA),
    ]);
    const [first, none] = (await store.facts.bids(sql, [askOf('B1'), askOf('B9')])) as { seq: number }[][];
    expect(first).toEqual([
      {
        bidId: 'b-B1-4',
        organisationId: 'org-beta',
        seq: 4,
        receivedAt: 1_700_000_000_004,
        envelope: envelopeOf('org-beta-4'),
      },
      {
        bidId: 'b-B1-6',
        organisationId: 'org-alpha',
        seq: 6,
        receivedAt: 1_700_000_000_006,
        envelope: envelopeOf('org-alpha-6'),
      },
    ]);
    expect(none).toEqual([]);
    expect(await store.facts.bidCount(sql, [askOf('B1'), askOf('B2'), askOf('B9')])).toEqual([2, 1, 0]);
  });

  it('answers to each organisation its own bid with its papers, and null to who has none or has withdrawn', async () => {
    await store.apply.bid_document(sql, [
      rowOf('B1', 6, { bidId: 'b-B1-6', place: 2, kind: 'PAN', documentId: 'd2' }),
      rowOf('B1', 6, { bidId: 'b-B1-6', place: 1, kind: 'GST', documentId: 'd1' }),
    ]);
    const [alpha, gamma, delta] = await store.facts.ownBid(sql, [
      askOf('B1'),
      askOf('B1', {}, GAMMA),
      askOf('B1', {}, DELTA),
    ]);
    expect(alpha).toMatchObject({
      bidId: 'b-B1-6',
      documents: [
        { kind: 'GST', documentId: 'd1' },
        { kind: 'PAN', documentId: 'd2' },
      ],
      security: { guaranteeNumber: 'BG-6' },
    });
    expect([gamma, delta]).toEqual([null, null]);
  });

  it('gives each bid its newest finding, its open clarification and the links of declaration and newest screening', async () => {
    const finding = (seq: number, result: string): AppliedRow =>
      rowOf('B1', seq, {
        bidId: 'b-B1-6',
        organisationId: 'org-alpha',
        result,
        grounds: result === 'FAILED' ? ['NET_WORTH'] : [],
        assessedNetWorth: '-5.00',
        reason: `reason ${seq}`,
        recordedBy: `p${seq}`,
      });
    await store.apply.bid_finding(sql, [finding(10, 'FAILED'), finding(11, 'PASSED')]);
    const asked = { bidId: 'b-B1-4', organisationId: 'org-beta', question: 'Q?', askedAt: 1, answerBy: 2 };
    await store.apply.bid_clarification(sql, [
      rowOf('B1', 12, { ...asked, clarificationId: 'c-1' }),
      rowOf('B1', 13, { ...asked, clarificationId: 'c-2', answerBy: 9 }),
    ]);
    await store.apply.bid_clarification_answer(sql, [
      rowOf('B1', 14, { clarificationId: 'c-1', answer: 'A', documentId: null, answeredAt: 2 }),
    ]);
    const link = (seq: number, party: string): AppliedRow =>
      rowOf('B1', seq, { place: 1, organisationId: 'org-alpha', party, relation: 'CONTROLS', source: 's' });
    for (const seq of [15, 16]) {
      await store.apply.affiliate_screening(sql, [rowOf('B1', seq, { method: 'm', recordedBy: 'p' })]);
      await store.apply.affiliate_link(sql, [link(seq, seq === 15 ? 'Old Link' : 'New Link Pvt. Ltd')]);
    }
    const [bids] = await store.facts.evaluation(sql, [askOf('B1')]);
    expect(bids).toEqual([
      {
        bidId: 'b-B1-4',
        organisationId: 'org-beta',
        result: null,
        reason: null,
        grounds: [],
        recordedBy: null,
        openClarification: { id: 'c-2', askedAt: 1, answerBy: 9 },
        affiliates: ['ORG BETA'],
      },
      {
        bidId: 'b-B1-6',
        organisationId: 'org-alpha',
        result: 'PASSED',
        reason: 'reason 11',
        grounds: [],
        recordedBy: 'p11',
        openClarification: null,
        affiliates: ['NEW LINK PRIVATE LIMITED', 'ORG ALPHA'],
      },
    ]);
    expect(
      await store.facts.ownFinding(
        sql,
        [ALPHA, BETA].map((actor) => askOf('B1', {}, actor)),
      ),
    ).toEqual([{ result: 'PASSED', reason: 'reason 11', grounds: [] }, null]);
    expect(await store.facts.screenedAt(sql, [askOf('B1'), askOf('B2')])).toEqual([16, null]);
    expect(await store.facts.clarifications(sql, [askOf('B1')])).toEqual([
      [
        { id: 'c-1', ...asked, answer: 'A', documentId: null, answeredAt: 2 },
        { id: 'c-2', ...asked, answerBy: 9, answer: null, documentId: null, answeredAt: null },
      ],
    ]);
  });

  it('answers technical bids with name and kind of the bidder, and the one that a form names', async () => {
    const [all] = (await store.facts.technicalBids(sql, [askOf('B1')])) as Record<string, unknown>[][];
    expect(all?.map(({ bidId, legalName, applicant }) => [bidId, legalName, applicant])).toEqual([
      ['b-B1-4', 'beta Minerals Ltd', 'COMPANY'],
      ['b-B1-6', 'alpha Minerals Ltd', 'COMPANY'],
    ]);
    expect(JSON.stringify(all)).not.toContain('ciphertext');
    const [named, withdrawn, individual] = await store.facts.bidInQuestion(sql, [
      askOf('B1', { bidId: 'b-B1-6' }),
      askOf('B1', { bidId: 'b-B1-5' }),
      askOf('B2', { bidId: 'b-B2-3' }),
    ]);
    expect(named).toMatchObject({ organisationId: 'org-alpha', commitment: 'm-org-alpha-6' });
    expect(withdrawn).toBeNull();
    expect(individual).toMatchObject({ applicant: 'INDIVIDUAL' });
  });

  it('follows the links of the register through any party, and knows who has an interest', async () => {
    const [links] = (await store.facts.registerLinks(sql, [askOf('B1')])) as {
      organisationId: string;
      party: string;
      relation: string;
    }[][];
    const partiesOf = (id: string) =>
      links?.filter(({ organisationId }) => organisationId === id).map(({ party }) => party);
    expect(partiesOf('org-alpha')).toEqual(partiesOf('org-beta'));
    expect(partiesOf('org-alpha')).toEqual(
      expect.arrayContaining([
        'ALPHA HOLDINGS LIMITED',
        'ALPHA MINERALS LIMITED',
        'BETA MINERALS LIMITED',
        'ORG ALPHA',
        'ORG BETA',
      ]),
    );
    expect(
      links?.find(({ organisationId, party }) => organisationId === 'org-beta' && party === 'ALPHA HOLDINGS LIMITED'),
    ).toEqual({
      organisationId: 'org-beta',
      party: 'ALPHA HOLDINGS LIMITED',
      relation: 'CONTROLLED_BY',
      source: 'register of companies',
    });
    const holding = world.actorOf('evaluation-member', 'alpha-holdings-ltd');
    const committee = world.actorOf('evaluation-member', 'org-committee');
    expect(await store.facts.interested(sql, [askOf('B1', {}, holding), askOf('B1', {}, committee)])).toEqual([
      ['alpha-holdings-ltd', 'org-alpha', 'org-beta'],
      ['org-alpha', 'org-beta'],
    ]);
  });

  it('joins questions and replies', async () => {
    await store.apply.tender_query(sql, [
      rowOf('B1', 1, { queryId: 'q-1', organisationId: 'org-alpha', text: 'Q1', askedAt: 1 }),
      rowOf('B1', 2, { queryId: 'q-2', organisationId: 'org-beta', text: 'Q2', askedAt: 2 }),
    ]);
    await store.apply.tender_reply(sql, [rowOf('B1', 3, { queryId: 'q-2', text: 'A2', repliedAt: 3 })]);
    expect(await store.facts.queries(sql, [askOf('B1')])).toEqual([
      [
        { id: 'q-1', organisationId: 'org-alpha', text: 'Q1', askedAt: 1, reply: null, repliedAt: null },
        { id: 'q-2', organisationId: 'org-beta', text: 'Q2', askedAt: 2, reply: 'A2', repliedAt: 3 },
      ],
    ]);
  });

  it('lists every instrument that came with a bid, replaced and withdrawn ones too, with what became of it', async () => {
    await store.apply.bid_security_event(sql, [
      rowOf('B1', 30, {
        organisationId: 'org-gamma',
        guaranteeNumber: 'BG-5',
        settled: 'RETURNED',
        recordedBy: 'p',
        record: {},
      }),
    ]);
    const [securities] = (await store.facts.securities(sql, [askOf('B1')])) as Record<string, unknown>[][];
    expect(
      securities?.map(({ organisationId, guaranteeNumber, settled }) => [organisationId, guaranteeNumber, settled]),
    ).toEqual([
      ['org-alpha', 'BG-3', null],
      ['org-beta', 'BG-4', null],
      ['org-gamma', 'BG-5', 'RETURNED'],
      ['org-alpha', 'BG-6', null],
    ]);
    expect(securities?.[0]).toMatchObject({ bank: 'SBI', amount: '50.00', expiresOn: '2027-12-31' });
  });
});

describe('the store of the block auction: the second round', () => {
  const place = (caseId: string, seq: number, bidder: Actor, alias: string): AppliedRow =>
    rowOf(caseId, seq, { organisationId: bidder.organisationId, alias });
  const offer = (caseId: string, seq: number, bidder: Actor, percent: string): AppliedRow =>
    rowOf(caseId, seq, { organisationId: bidder.organisationId, alias: 'x', receivedAt: seq, percent });

  it('answers the same roster to every caller, that of the newest opening', async () => {
    await store.apply.auction_roster(sql, [place('C1', 9, ALPHA, 'Bidder B'), place('C1', 9, BETA, 'Bidder A')]);
    const roster = [
      { organisationId: 'org-beta', alias: 'Bidder A' },
      { organisationId: 'org-alpha', alias: 'Bidder B' },
    ];
    expect(await store.facts.roster(sql, [askOf('C1'), askOf('C1', {}, DELTA), askOf('C9')])).toEqual([
      roster,
      roster,
      [],
    ]);
  });

  it('ranks by the last offer, which is the best, and forgets offers before the newest opening', async () => {
    await store.apply.final_offer(sql, [
      offer('C1', 3, ALPHA, '999.00'),
      offer('C1', 10, BETA, '64.00'),
      offer('C1', 11, ALPHA, '64.05'),
      offer('C1', 12, BETA, '140.10'),
    ]);
    expect(await store.facts.standings(sql, [askOf('C1')])).toEqual([
      [
        { organisationId: 'org-beta', alias: 'Bidder A', percent: '140.10' },
        { organisationId: 'org-alpha', alias: 'Bidder B', percent: '64.05' },
      ],
    ]);
    expect(
      await store.facts.ownStanding(
        sql,
        [BETA, ALPHA, DELTA].map((actor) => askOf('C1', {}, actor)),
      ),
    ).toEqual([
      { alias: 'Bidder A', percent: '140.10', rank: 1 },
      { alias: 'Bidder B', percent: '64.05', rank: 2 },
      null,
    ]);
    const [named, foreign, none] = await store.facts.namedOffer(sql, [
      askOf('C1', { percent: '64.05' }),
      askOf('C1', { percent: '140.10' }),
      askOf('C1'),
    ]);
    expect(named).toEqual({ percent: '64.05', receivedAt: 11 });
    expect([foreign, none]).toEqual([null, null]);
  });

  it('reads what all callers have in common once for each case, and answers each of them', async () => {
    const asked: string[] = [];
    const counting: Sql = {
      query: async (text, params) => {
        asked.push(JSON.stringify(params));
        return await sql.query(text, params);
      },
    };
    const requests = [askOf('C1'), askOf('NO-SUCH'), askOf('C1', {}, BETA)];
    const [first, none, second] = await store.facts.standings(counting, requests);
    expect(asked).toEqual(['[["C1","NO-SUCH"]]']);
    expect([second, none]).toEqual([first, []]);
  });

  it('keeps opened offers, reported mistakes, schedules and names', async () => {
    const opened = { qualified: true, rejection: null, rank: 1, percent: '63.55' };
    await store.apply.opened_offer(sql, [
      rowOf('C1', 9, { organisationId: 'org-alpha', bidId: 'b-1', ...opened }),
      rowOf('C1', 9, {
        organisationId: 'org-beta',
        bidId: 'b-2',
        percent: null,
        rank: null,
        qualified: false,
        rejection: 'AFFILIATE',
      }),
    ]);
    expect(await store.facts.openedOffers(sql, [askOf('C1')])).toEqual([
      [
        { organisationId: 'org-alpha', ...opened },
        { organisationId: 'org-beta', percent: null, rank: null, qualified: false, rejection: 'AFFILIATE' },
      ],
    ]);
    expect(
      await store.facts.ownOpenedOffer(
        sql,
        [BETA, GAMMA].map((actor) => askOf('C1', {}, actor)),
      ),
    ).toEqual([
      { organisationId: 'org-beta', percent: null, rank: null, qualified: false, rejection: 'AFFILIATE' },
      null,
    ]);
    const mistake = {
      organisationId: 'org-beta',
      alias: 'Bidder A',
      percent: '140.10',
      reportedAt: 13,
      explanation: '104.10 was meant',
    };
    await store.apply.mistake_report(sql, [rowOf('C1', 13, mistake)]);
    expect(await store.facts.mistakes(sql, [askOf('C1')])).toEqual([[mistake]]);
    await store.apply.auction_schedule(sql, [
      rowOf('C1', 2, { version: 1, issuedAt: 2, text: 'Notice', documentId: null, schedule: { bidsDueAt: 5 } }),
      rowOf('C1', 3, { version: 2, issuedAt: 3, text: 'Later', documentId: 'ab', schedule: { bidsDueAt: 6 } }),
    ]);
    expect(await sql.query(`select schedule from auction_schedule where case_id = 'C1' order by seq`)).toEqual([
      { schedule: { bidsDueAt: 5 } },
      { schedule: { bidsDueAt: 6 } },
    ]);
    expect(await store.facts.corrigenda(sql, [askOf('C1'), askOf('C9')])).toEqual([
      [{ version: 2, issuedAt: 3, text: 'Later', documentId: 'ab' }],
      [],
    ]);
    expect(await store.facts.names(sql, [askOf('L2'), askOf('C9')])).toEqual([
      { 'org-alpha': 'alpha Minerals Ltd' },
      {},
    ]);
  });

  it('is append-only: the application login may neither change nor delete nor empty a table', async () => {
    for (const table of Object.keys(store.apply)) {
      for (const act of [`update ${table} set seq = 1`, `delete from ${table}`, `truncate ${table}`]) {
        await expect(sql.query(act)).rejects.toThrow('permission denied');
      }
    }
  });

  it('refuses a bid that is neither sealed nor withdrawn, and a failure without a ground', async () => {
    await expect(store.apply.bid(sql, [bidOf('G1', 1, ALPHA, { envelope: null })])).rejects.toThrow('check constraint');
    const finding = {
      bidId: 'b',
      organisationId: 'o',
      result: 'FAILED',
      grounds: [],
      assessedNetWorth: '1.00',
      reason: 'r',
      recordedBy: 'p',
    };
    await expect(store.apply.bid_finding(sql, [rowOf('G1', 2, finding)])).rejects.toThrow('check constraint');
  });
});
