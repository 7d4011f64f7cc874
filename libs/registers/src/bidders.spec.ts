import fc from 'fast-check';
import pg from 'pg';
import { makeActor, openTestDatabase, type TestDatabase } from '#testing';
import { groupParties, type Tie } from './affiliates.js';
import { DECLARED, maskPan, type BidderContent, type LinkContent } from './bidder.model.js';
import { Bidders } from './bidders.js';
import { Debarments } from './debarments.js';

const CONTENT: BidderContent = {
  legalName: 'Konark Demo Minerals Limited',
  kind: 'COMPANY',
  panMasked: maskPan('AAACK1234F'),
  incorporation: 'U13209OD2001PLC006543',
  netWorth: '2500000000.00',
  netWorthAsOn: '2026-03-31',
  netWorthDocument: null,
  holdingOrganisation: null,
};

const link = (relatedParty: string, more: Partial<LinkContent> = {}): LinkContent => ({
  relatedParty,
  relation: 'ASSOCIATE',
  sharePercent: null,
  source: 'annual return',
  evidenceDocument: null,
  ...more,
});

const bidder = (organisationId: string) => makeActor('bidder', { organisationId });
const officer = makeActor('central-officer');

describe('grouping parties', () => {
  const party = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  const ties = fc.array(fc.record({ a: party, b: party, evidence: fc.nat() }), { maxLength: 14 });
  const asked = fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']);

  /** Warshall's closure, as plain as it can be written. */
  function closure(all: readonly Tie<number>[]): (x: string, y: string) => boolean {
    const names = [...'abcdefgh'];
    const reach = new Set(names.map((name) => `${name}${name}`));
    for (const { a, b } of all) reach.add(`${a}${b}`).add(`${b}${a}`);
    for (const via of names) {
      for (const x of names) {
        for (const y of names) if (reach.has(`${x}${via}`) && reach.has(`${via}${y}`)) reach.add(`${x}${y}`);
      }
    }
    return (x, y) => reach.has(`${x}${y}`);
  }

  it('puts together exactly those whom ties connect, in any direction and through anybody', () => {
    fc.assert(
      fc.property(asked, ties, (parties, all) => {
        const groups = groupParties(parties, all);
        const connected = closure(all);
        const groupOf = new Map(groups.flatMap((group) => group.members.map((member) => [member, group] as const)));
        for (const x of parties) {
          for (const y of parties) {
            if (x === y) continue;
            const together = groupOf.has(x) && groupOf.get(x) === groupOf.get(y);
            expect(together).toBe(connected(x, y));
          }
        }
      }),
    );
  });

  it('shows for every member a shortest way to the first, each step of which is a tie', () => {
    fc.assert(
      fc.property(asked, ties, (parties, all) => {
        for (const { members, paths } of groupParties(parties, all)) {
          expect(paths.map(({ to }) => to)).toEqual(members.slice(1));
          for (const { to, steps } of paths) {
            expect(steps[0]?.from).toBe(members[0]);
            expect(steps.at(-1)?.to).toBe(to);
            steps.forEach((step, index) => {
              if (index > 0) expect(step.from).toBe(steps[index - 1]?.to);
              const shows = all.some(
                ({ a, b, evidence }) =>
                  evidence === step.evidence &&
                  ((a === step.from && b === step.to) || (b === step.from && a === step.to)),
              );
              expect(shows).toBe(true);
            });
            expect(new Set(steps.map((step) => step.from)).size).toBe(steps.length);
          }
        }
      }),
    );
  });

  it('does not depend on the order or direction of what is given, and grows with more ties', () => {
    fc.assert(
      fc.property(asked, ties, fc.array(fc.boolean(), { maxLength: 14 }), (parties, all, flips) => {
        const members = (given: readonly Tie<number>[], of = parties) =>
          groupParties(of, given).map((group) => group.members);
        const turned = [...all]
          .reverse()
          .map(({ a, b, evidence }, i) => (flips[i] ? { a: b, b: a, evidence } : { a, b, evidence }));
        expect(members(turned, [...parties].reverse())).toEqual(members(all));
        const fewer = members(all.slice(1)).flat();
        const more = new Set(members(all).flat());
        for (const member of fewer) expect(more.has(member)).toBe(true);
      }),
    );
  });
});

describe('the register of bidders', () => {
  let database: TestDatabase;
  let bidders: Bidders;

  let admin: pg.Client;

  beforeAll(async () => {
    database = await openTestDatabase();
    bidders = new Bidders(database.pool);
    admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
  });
  beforeEach(() => admin.query('truncate bidder, bidder_link'));
  afterAll(async () => {
    await admin.end();
    await database.close();
  });

  const enter = (organisationId: string, legalName: string, links: string[] = [], more: Partial<BidderContent> = {}) =>
    bidders.recordBidder(
      bidder(organisationId),
      {
        content: { ...CONTENT, legalName, ...more },
        links: links.map((party) => ({
          relatedParty: party,
          relation: 'ASSOCIATE',
          sharePercent: null,
          evidenceDocument: null,
        })),
      },
      null,
    );

  it('keeps each version of an entry and asks on which one the next is based', async () => {
    const { entry } = await enter('org-a', 'Konark Demo Minerals Limited');
    expect(entry.bidder).toMatchObject({
      ...CONTENT,
      organisationId: 'org-a',
      version: 1,
      recordedBy: 'person-bidder',
    });
    const changed = { content: { ...CONTENT, netWorth: '-1.00' }, links: [] };
    await expect(bidders.recordBidder(bidder('org-a'), changed, null)).rejects.toMatchObject({
      slug: 'precondition-failed',
    });
    await bidders.recordBidder(bidder('org-a'), changed, 1);
    expect(await bidders.findBidder('org-a')).toMatchObject({ version: 2, netWorth: '-1.00' });
    expect(await bidders.findBidder('org-a', 1)).toMatchObject({ version: 1, netWorth: '2500000000.00' });
    expect(await bidders.recordBidder(bidder('org-a'), changed, 1)).toMatchObject({
      unchanged: true,
      entry: { bidder: { version: 2 } },
    });
    expect(await bidders.findBidder('org-b')).toBeUndefined();
    expect(await bidders.findEntry('org-b')).toBeUndefined();
  });

  it('ends the links that an organisation declares no more, and leaves those that others found', async () => {
    await enter('org-a', 'Konark Demo Minerals Limited', ['Chilika Holdings', 'Bhubaneswar Ores']);
    await bidders.recordLink(officer, 'org-a', link('Bhubaneswar Ores', { source: 'company register' }));
    const kept = {
      relatedParty: 'Chilika Holdings',
      relation: 'ASSOCIATE',
      sharePercent: null,
      evidenceDocument: null,
    } as const;
    const again = { content: CONTENT, links: [kept] };
    const { entry } = await bidders.recordBidder(bidder('org-a'), again, 1);
    expect(entry.declaredLinks.map(({ relatedParty, source }) => [relatedParty, source])).toEqual([
      ['Chilika Holdings', DECLARED],
    ]);
    expect((await bidders.listLinks('org-a')).map(({ relatedParty, declared }) => [relatedParty, declared])).toEqual([
      ['Chilika Holdings', true],
      ['Bhubaneswar Ores', false],
    ]);
    await bidders.recordLink(officer, 'org-a', link('BHUBANESWAR ORES', { source: 'sale deed' }), true);
    expect(await bidders.listLinks('org-a')).toHaveLength(1);
    expect((await bidders.findEntry('org-a'))?.declaredLinks).toHaveLength(1);
  });

  it('refuses a link of an organisation to itself, under any name it has or had', async () => {
    await enter('org-a', 'Konark Demo Minerals Limited');
    for (const own of ['org-a', 'KONARK DEMO MINERALS LTD.', 'Konark  Demo Minerals, Ltd']) {
      await expect(bidders.recordLink(officer, 'org-a', link(own))).rejects.toMatchObject({ slug: 'rule-refused' });
      await expect(enter('org-b', 'Other Demo', [], { holdingOrganisation: 'org-b' })).rejects.toMatchObject({
        extensions: { refusals: [{ rule: 'party-is-another', found: 'org-b' }] },
      });
    }
  });

  it('finds who belongs together through parties that do not bid, holding companies and former names', async () => {
    await enter('org-a', 'Konark Demo Minerals Limited', ['Chilika Holdings Pvt Ltd']);
    await enter('org-b', 'Aravalli Demo Metals Limited', [], {
      holdingOrganisation: 'CHILIKA HOLDINGS PRIVATE LIMITED',
    });
    await enter('org-c', 'Narmada Demo Resources Limited');
    await bidders.recordBidder(
      bidder('org-c'),
      { content: { ...CONTENT, legalName: 'Narmada New Limited' }, links: [] },
      1,
    );
    await bidders.recordLink(
      officer,
      'org-b',
      link('Narmada Demo Resources Ltd', { relation: 'CONTROLS', source: 'company register' }),
    );
    await enter('org-d', 'Sole Demo Limited', ['Somebody Else']);
    const [group, ...others] = await bidders.affiliateGroups(['org-d', 'org-c', 'org-a', 'org-b']);
    expect(others).toEqual([]);
    expect(group?.members).toEqual(['org-a', 'org-b', 'org-c']);
    expect(
      group?.paths.map(({ to, steps }) => [
        to,
        steps.map(({ relation, organisationId }) => [relation, organisationId]),
      ]),
    ).toEqual([
      [
        'org-b',
        [
          ['ASSOCIATE', 'org-a'],
          ['SUBSIDIARY', 'org-b'],
        ],
      ],
      [
        'org-c',
        [
          ['ASSOCIATE', 'org-a'],
          ['SUBSIDIARY', 'org-b'],
          ['CONTROLS', 'org-b'],
          ['SAME_NAME', 'org-c'],
        ],
      ],
    ]);
    expect(group?.paths[0]?.steps[1]?.relatedParty).toBe('CHILIKA HOLDINGS PRIVATE LIMITED');
    expect(await bidders.affiliateGroups(['org-a', 'org-d'])).toEqual([]);
    expect(await bidders.affiliateGroups([])).toEqual([]);
  });

  it('makes no affiliates of companies that only share a director', async () => {
    await enter('org-a', 'Konark Demo Minerals Limited');
    await enter('org-b', 'Aravalli Demo Metals Limited');
    for (const id of ['org-a', 'org-b'])
      await bidders.recordLink(officer, id, link('R. Kumar', { relation: 'DIRECTOR' }));
    expect(await bidders.affiliateGroups(['org-a', 'org-b'])).toEqual([]);
    expect(await bidders.listLinks('org-a')).toHaveLength(1);
  });

  it('refuses a document that the organisation has not stored', async () => {
    const foreign = 'a'.repeat(64);
    await expect(enter('org-a', 'Konark Demo', [], { netWorthDocument: foreign })).rejects.toMatchObject({
      extensions: { refusals: [{ rule: 'document-is-own', datum: 'netWorthDocument', found: foreign }] },
    });
    await expect(
      bidders.recordLink(officer, 'org-a', link('Other', { evidenceDocument: foreign })),
    ).rejects.toMatchObject({ slug: 'rule-refused' });
  });

  it('forgets a link that has ended, and knows an organisation by its id as well', async () => {
    await enter('org-a', 'Konark Demo Minerals Limited');
    await enter('org-b', 'Aravalli Demo Metals Limited');
    await bidders.recordLink(officer, 'org-a', link('org-b'));
    expect(await bidders.affiliateGroups(['org-a', 'org-b'])).toMatchObject([{ members: ['org-a', 'org-b'] }]);
    await bidders.recordLink(officer, 'org-a', link('org-b'), true);
    expect(await bidders.affiliateGroups(['org-a', 'org-b'])).toEqual([]);
  });

  it('tells parties apart by what they are called, not by how it is spelt', async () => {
    const key = async (name: string) => {
      const { rows } = await database.pool.query<{ key: string }>('select party_key($1) as key', [name]);
      return rows[0]?.key;
    };
    expect(await key('M/s Tata & Sons (P) Pvt. Ltd.')).toBe('M S TATA AND SONS P PRIVATE LIMITED');
    expect(await key('tata and sons  P private limited')).toBe('TATA AND SONS P PRIVATE LIMITED');
    expect(await key('Serajuddin & Co')).toBe(await key('SERAJUDDIN AND COMPANY'));
    expect(await key('Ltd Ltd')).toBe('LIMITED LIMITED');
    expect(await key('टाटा स्टील')).toBe('टाटा स्टील');
    expect(await key('ＡＢＣ Ltd')).toBe('ABC LIMITED');
  });

  it('hides the digits of an account number', () => {
    expect(maskPan('aaack1234f')).toBe('AAACKXXXXF');
  });
});

describe('debarments', () => {
  let database: TestDatabase;
  let debarments: Debarments;

  beforeAll(async () => {
    database = await openTestDatabase();
    debarments = new Debarments(database.pool);
  });
  afterAll(() => database.close());

  it('bind from their first day until the day on which the organisation may bid again', async () => {
    const order = {
      organisationId: 'org-a',
      basis: 'invented order',
      issuedBy: 'OD',
      fromOn: '2026-01-01',
      untilOn: '2026-02-01',
    };
    const { id, version } = await debarments.recordDebarment(officer, order);
    await debarments.recordDebarment(officer, { ...order, organisationId: 'org-b', untilOn: null });
    const on = async (date: string, ids?: string[]) =>
      (await debarments.debarmentsOn(date, ids)).map(({ organisationId }) => organisationId);
    expect(await on('2025-12-31')).toEqual([]);
    expect(await on('2026-01-01')).toEqual(['org-a', 'org-b']);
    expect(await on('2026-01-31')).toEqual(['org-a', 'org-b']);
    expect(await on('2026-02-01')).toEqual(['org-b']);
    expect(await on('2026-01-15', ['org-a', 'org-c'])).toEqual(['org-a']);
    const quashed = { basis: 'invented judgment', issuedBy: 'court', untilOn: '2026-01-01' };
    expect(await debarments.reviseDebarment(officer, id, version, quashed)).toMatchObject({
      id,
      version: 2,
      fromOn: '2026-01-01',
    });
    expect(await on('2026-01-15')).toEqual(['org-b']);
    await expect(debarments.reviseDebarment(officer, id, 1, quashed)).rejects.toMatchObject({
      slug: 'precondition-failed',
    });
    await expect(debarments.reviseDebarment(officer, 'none', 1, quashed)).rejects.toMatchObject({ slug: 'not-found' });
  });
});
