import type { Sql } from '#case-kit';
import type { LawProvider } from '#engine';
import { migrate, revertMigrations } from '#platform';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '#testing';
import pg from 'pg';
import { contentOf, type ParameterContent } from './parameter.js';
import { RuleBook, type RuleBookActor } from './rule-book.js';
import { RuleBookKeyReused, RuleBookNotFound, RuleBookRefused } from './rule-book.refusals.js';
import { seedRuleBook } from './rule-book.seed.js';
import type { ListedDrafts } from './rule-book.store.js';
import { buildSeedLaw } from './seed.js';

const anna: RuleBookActor = { personId: 'anna', role: 'rule-book-owner' };
const bela: RuleBookActor = { personId: 'bela', role: 'rule-book-owner' };
const chitra: RuleBookActor = { personId: 'chitra', role: 'rule-book-owner' };

let database: TestDatabase;
let ruleBook: RuleBook;

async function askOwner(sql: string, params: readonly unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return await client.query(sql, [...params]);
  } finally {
    await client.end();
  }
}

async function openRuleBook(): Promise<void> {
  database = await openTestDatabase();
  for (const name of ['anna', 'bela', 'chitra']) {
    await askOwner('insert into person (id, name, email) values ($1, $1, $2)', [name, `${name}@example.test`]);
  }
  await seedRuleBook(database.pool, { signedBy: ['anna', 'bela'] });
  ruleBook = new RuleBook(database.pool);
}

/** The cap of the bid security raised from a day on: two versions, of which the first now has an end. */
function raiseCap(
  from: string,
  value: string,
): { note: string; changes: { parameter: string; versions: ParameterContent[] }[] } {
  const law = buildSeedLaw();
  const old = contentOf(law.parameters.find(({ name }) => name === 'bid-security.cap') ?? ({} as ParameterContent));
  const versions = [
    { ...old, inForceUntil: from },
    {
      ...old,
      inForceFrom: from,
      value,
      knownSince: '2026-12-01',
      confidence: 'primary' as const,
      source: 'G.S.R. 1(E)',
    },
  ];
  return {
    note: `G.S.R. 1(E): the cap is ${value} from ${from}`,
    changes: [{ parameter: 'bid-security.cap', versions }],
  };
}

async function refusalsOf(act: Promise<unknown>): Promise<RuleBookRefused['refusals']> {
  try {
    await act;
  } catch (error) {
    if (error instanceof RuleBookRefused) return error.refusals;
    throw error;
  }
  return [];
}

async function rulesOf(act: Promise<unknown>): Promise<readonly string[]> {
  return (await refusalsOf(act)).map(({ rule }) => rule);
}

beforeEach(openRuleBook);
afterEach(async () => {
  await database.close();
});

describe('the seed of the rule book', () => {
  it('is published once, signed by the two people named, whoever starts first and however often', async () => {
    await Promise.all([1, 2].map(() => seedRuleBook(database.pool, { signedBy: ['anna', 'bela'] })));
    expect(await ruleBook.history()).toHaveLength(1);
    const law = await ruleBook.currentSnapshot();
    expect(law.parameters.every(({ signed }) => signed)).toBe(true);
    expect(law.find('holidays.CENTRE', '2026-05-01')?.signed).toBe(true);
    expect(law.find('holidays.OD', '2026-05-01')?.signed).toBe(false);
  });

  it('adds what the product has learnt since, and leaves what was changed alone', async () => {
    const draft = await ruleBook.propose(anna, raiseCap('2027-01-01', '600000000.00'));
    await ruleBook.signOff(anna, draft.id, 1);
    await ruleBook.signOff(bela, draft.id, 1);
    await ruleBook.publish(anna, draft.id, 1);
    const fair = { ...seedParameter('bid-security.percent'), name: 'fair.step', signedBy: [] };
    const law = await seedRuleBook(database.pool, { signedBy: ['anna', 'bela'], parameters: [fair] });
    expect(law.read('fair.step', '2026-01-01')).toMatchObject({ value: '0.25', signed: true });
    expect(law.read('bid-security.cap', '2027-01-01').value).toBe('600000000.00');
    expect(await ruleBook.history()).toHaveLength(3);
  });

  it('signed by one person alone, or by the same twice, stays unsigned', async () => {
    const fair = { ...seedParameter('bid-security.percent'), name: 'fair.step', signedBy: ['x', 'y'] };
    const law = await seedRuleBook(database.pool, { signedBy: ['anna', 'anna'], parameters: [fair] });
    expect(law.read('fair.step', '2026-01-01').signed).toBe(false);
    await expect(seedRuleBook(database.pool, { signedBy: [] })).rejects.toThrow(RangeError);
  });
});

describe('a change of the law', () => {
  it('is proposed, signed by two people and published whole; the law before it stays what it was', async () => {
    const before = await ruleBook.refresh();
    const draft = await ruleBook.propose(anna, raiseCap('2027-01-01', '600000000.00'));
    const once = await ruleBook.signOff(anna, draft.id, draft.version);
    expect(once.missing.map(({ missing, signedBy }) => [missing, signedBy])).toEqual([
      [1, ['anna']],
      [1, ['anna']],
    ]);
    expect((await ruleBook.signOff(bela, draft.id, draft.version)).missing).toEqual([]);
    const { publication } = await ruleBook.publish(chitra, draft.id, draft.version);

    const after = ruleBook.current();
    expect(after.hash).toBe(publication?.hash);
    expect(publication).toMatchObject({ seq: 2, draftId: draft.id, publishedBy: 'chitra', publisherName: 'chitra' });
    expect(after.read('bid-security.cap', '2026-12-31')).toMatchObject({ value: '500000000.00', signed: true });
    expect(after.read('bid-security.cap', '2027-01-01')).toMatchObject({ value: '600000000.00', signed: true });
    expect((await new RuleBook(database.pool).snapshotByHash(before.hash)).text).toBe(before.text);
    expect(before.read('bid-security.cap', '2027-01-01').value).toBe('500000000.00');
    expect((await ruleBook.getDraft(draft.id)).state).toBe('published');
  });

  it('is refused to anybody but an owner of the rule book', async () => {
    const officer: RuleBookActor = { personId: 'anna', role: 'central-officer' };
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    const acts = [
      () => ruleBook.propose(officer, raiseCap('2027-01-01', '1.00')),
      () => ruleBook.revise(officer, id, 1, raiseCap('2027-01-01', '2.00')),
      () => ruleBook.signOff(officer, id, 1),
      () => ruleBook.publish(officer, id, 1),
      () => ruleBook.withdraw(officer, id, 1),
    ];
    for (const act of acts) expect(await rulesOf(act())).toEqual(['rule-book-owner']);
  });

  it('is not signed twice by the same person', async () => {
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    await ruleBook.signOff(anna, id, 1);
    const [refusal] = await refusalsOf(ruleBook.signOff(anna, id, 1));
    expect(refusal).toMatchObject({
      rule: 'signs-once',
      datum: 'personId',
      found: 'anna',
      cure: { who: 'rule-book-owner' },
    });
    expect(await rulesOf(ruleBook.publish(anna, id, 1))).toEqual(['two-signatures', 'two-signatures']);
  });

  it('is signed by people whom the platform knows', async () => {
    const stranger: RuleBookActor = { personId: 'nobody', role: 'rule-book-owner' };
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    expect(await rulesOf(ruleBook.signOff(stranger, id, 1))).toEqual(['known-person']);
    expect(await rulesOf(ruleBook.propose(stranger, raiseCap('2027-01-01', '1.00')))).toEqual(['known-person']);
  });

  it('is not published without two signatures, and the refusal says which content lacks whose', async () => {
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    const refusals = await refusalsOf(ruleBook.publish(anna, id, 1));
    expect(refusals).toHaveLength(2);
    expect(refusals[0]).toMatchObject({ rule: 'two-signatures', found: [], required: '2 different people' });
    expect(refusals[0]?.datum).toMatch(/^bid-security\.cap always#[0-9a-f]{12}$/);
    expect(await ruleBook.history()).toHaveLength(1);
  });

  it('is not published when somebody has revised the draft since it was read', async () => {
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    await ruleBook.signOff(anna, id, 1);
    await ruleBook.signOff(bela, id, 1);
    await ruleBook.revise(chitra, id, 1, raiseCap('2027-01-01', '2.00'));
    for (const act of [
      () => ruleBook.publish(anna, id, 1),
      () => ruleBook.signOff(chitra, id, 1),
      () => ruleBook.withdraw(anna, id, 1),
      () => ruleBook.revise(anna, id, 1, raiseCap('2027-01-01', '3.00')),
    ]) {
      const [refusal] = await refusalsOf(act());
      expect(refusal).toMatchObject({ rule: 'draft-as-read', datum: 'version', found: 1, required: 2 });
      expect(refusal?.cure.how).toContain('chitra');
    }
  });

  it('keeps the signatures of what a revision left alone, and needs them anew for what it touched', async () => {
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    await ruleBook.signOff(anna, id, 1);
    await ruleBook.signOff(bela, id, 1);
    await ruleBook.revise(anna, id, 1, raiseCap('2027-01-01', '2.00'));
    const { missing } = await ruleBook.getDraft(id);
    expect(missing.map(({ content }) => content.value)).toEqual(['2.00']);
  });

  it('revised by two people at once is revised by one of them', async () => {
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    const results = await Promise.all(
      [anna, bela, chitra].map((actor, index) =>
        rulesOf(ruleBook.revise(actor, id, 1, raiseCap('2027-01-01', `${index + 2}.00`))),
      ),
    );
    expect(results.filter((rules) => rules.length === 0)).toHaveLength(1);
    expect(results.flat()).toEqual(['draft-as-read', 'draft-as-read']);
    expect((await ruleBook.getDraft(id)).version).toBe(2);
  });

  it('is not published on another law than the one it was made on, until it is revised', async () => {
    const [first, second] = await Promise.all([
      ruleBook.propose(anna, raiseCap('2027-01-01', '1.00')),
      ruleBook.propose(anna, raiseCap('2028-01-01', '2.00')),
    ]);
    for (const { id } of [first, second]) {
      await ruleBook.signOff(anna, id, 1);
      await ruleBook.signOff(bela, id, 1);
    }
    const outcomes = await Promise.all([first, second].map(({ id }) => rulesOf(ruleBook.publish(anna, id, 1))));
    expect(outcomes.flat()).toEqual(['draft-on-current-law']);
    const late = outcomes[0]?.length === 0 ? second : first;
    expect((await refusalsOf(ruleBook.publish(anna, late.id, 1)))[0]?.cure.how).toContain('revise');
    const { version } = await ruleBook.revise(anna, late.id, 1, { note: late.note, changes: late.changes });
    expect(await rulesOf(ruleBook.publish(anna, late.id, version))).toEqual([]);
    expect(await ruleBook.history()).toHaveLength(3);
  });

  it('is refused with every fault and its parameter when it makes no rule book', async () => {
    const good = raiseCap('2027-01-01', '1.00');
    const [change] = good.changes;
    const versions = change?.versions ?? [];
    const bad = (changed: (version: ParameterContent) => object): Promise<unknown> =>
      ruleBook.propose(anna, {
        note: 'bad',
        changes: [
          { parameter: 'bid-security.cap', versions: versions.map((version) => ({ ...version, ...changed(version) })) },
        ],
      });
    const faults = async (act: Promise<unknown>): Promise<unknown[]> =>
      (await refusalsOf(act)).map(({ rule, datum, found }) => [rule, datum, found]);
    const cap = ['rule-book-stands', 'bid-security.cap'];
    expect(await faults(bad(({ inForceUntil }) => ({ inForceUntil: inForceUntil && '2027-01-02' })))).toEqual([
      [...cap, 'the version from 2027-01-01 overlaps with the one before it, which ends 2027-01-02'],
    ]);
    expect(await faults(bad(({ inForceUntil }) => ({ inForceUntil: inForceUntil && '2026-12-31' })))).toEqual([
      [...cap, 'no version is in force from 2026-12-31 until 2027-01-01'],
    ]);
    const late = { ...versions[1], inForceFrom: '2020-01-01' } as ParameterContent;
    const uncovered = [{ parameter: 'bid-security.cap', versions: [late] }];
    expect(await faults(ruleBook.propose(anna, { note: 'bad', changes: uncovered }))).toEqual([
      [...cap, 'no version is in force from ever until 2020-01-01, where the law has one'],
    ]);
    expect(await faults(bad(() => ({ source: '' })))).toEqual([
      [...cap, 'source is missing'],
      [...cap, 'source is missing'],
    ]);
    expect(await faults(ruleBook.propose(anna, { note: 'bad', changes: [] }))).toEqual([
      ['rule-book-stands', '(draft)', 'changes nothing'],
    ]);
    expect(await faults(ruleBook.propose(anna, { ...good, note: ' ' }))).toHaveLength(1);
    expect(await faults(ruleBook.propose(anna, { ...good, changes: [...good.changes, ...good.changes] }))).toHaveLength(
      1,
    );
    const removed = { note: 'bad', changes: [{ parameter: 'bid-security.cap', versions: [] }] };
    expect((await faults(ruleBook.propose(anna, removed)))[0]).toContain('bid-security.cap');
    expect((await ruleBook.listDrafts()).drafts).toEqual([]);
  });

  it('is over once it was published or withdrawn', async () => {
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    expect((await ruleBook.withdraw(bela, id, 1)).state).toBe('withdrawn');
    expect(await rulesOf(ruleBook.signOff(anna, id, 2))).toEqual(['draft-open']);
    expect(await rulesOf(ruleBook.publish(anna, id, 2))).toEqual(['draft-open']);
    await expect(ruleBook.publish(anna, 'no-such-draft', 1)).rejects.toThrow(RuleBookNotFound);
  });

  it('that changes nothing is not published, and one that is taken back brings the old law back', async () => {
    const seed = await ruleBook.currentSnapshot();
    const same = { note: 'the same', changes: [changeOf(seed.parameters.map(contentOf), 'bid-security.cap')] };
    const idle = await ruleBook.propose(anna, same);
    expect(await rulesOf(ruleBook.publish(anna, idle.id, 1))).toEqual(['changes-the-law']);

    const draft = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    await ruleBook.signOff(anna, draft.id, 1);
    await ruleBook.signOff(bela, draft.id, 1);
    await ruleBook.publish(anna, draft.id, 1);
    const { version } = await ruleBook.revise(anna, idle.id, 1, same);
    expect((await ruleBook.publish(bela, idle.id, version)).publication?.hash).toBe(seed.hash);
    expect((await ruleBook.history()).map(({ seq }) => seq)).toEqual([3, 2, 1]);
  });
});

describe('an act under a key', () => {
  const key = (hash: number, mac = 1): { hash: string; mac: string } => ({
    hash: `00000000-0000-4000-8000-${String(hash).padStart(12, '0')}`,
    mac: `00000000-0000-4000-9000-${String(mac).padStart(12, '0')}`,
  });

  it('is done once, however often and however closely together it is sent', async () => {
    const input = raiseCap('2027-01-01', '600000000.00');
    const proposed = await Promise.all([1, 2, 3].map(() => ruleBook.propose(anna, input, { key: key(1) })));
    expect(new Set(proposed.map(({ id }) => id)).size).toBe(1);
    expect(proposed.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect((await ruleBook.listDrafts()).drafts).toHaveLength(1);
    const id = proposed[0]?.id ?? '';
    for (const [actor, hash] of [
      [anna, 2],
      [bela, 3],
      [anna, 2],
    ] as const) {
      await ruleBook.signOff(actor, id, 1, { key: key(hash) });
    }
    const published = await ruleBook.publish(chitra, id, 1, { key: key(4) });
    const again = await ruleBook.publish(chitra, id, 1, { key: key(4) });
    expect([published, again]).toMatchObject([
      { repeated: false, state: 'published', version: 2, publication: { seq: 2 } },
      { repeated: true, state: 'published', version: 2, publication: { seq: 2 } },
    ]);
    expect(await ruleBook.history()).toHaveLength(2);
  });

  it('is refused when the key was used for something else, and does nothing', async () => {
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'), { key: key(1) });
    await expect(ruleBook.withdraw(anna, id, 1, { key: key(1, 2) })).rejects.toThrow(RuleBookKeyReused);
    expect((await ruleBook.getDraft(id)).state).toBe('open');
  });

  it('keeps no key of what was refused: put right, the act is done under the same one', async () => {
    const { id } = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    expect(await rulesOf(ruleBook.publish(anna, id, 1, { key: key(1) }))).toContain('two-signatures');
    await ruleBook.signOff(anna, id, 1);
    await ruleBook.signOff(bela, id, 1);
    expect((await ruleBook.publish(anna, id, 1, { key: key(1) })).repeated).toBe(false);
  });

  it('is not done when its actor stands no more, which is asked in the same transaction', async () => {
    const asked: number[] = [];
    const assertStanding = async (sql: Sql): Promise<void> => {
      const [row] = await sql.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
      asked.push(Number(row?.xid));
      throw new Error('revoked');
    };
    await expect(ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'), { assertStanding })).rejects.toThrow('revoked');
    expect(asked).toHaveLength(1);
    expect((await ruleBook.listDrafts()).drafts).toEqual([]);
  });
});

describe('reading the rule book', () => {
  it('shows what is in force on a date and what changes between two', async () => {
    const inForce = await ruleBook.parametersInForce('2021-12-13');
    expect(inForce.find(({ name }) => name === 'bid-security.proposer-percent')?.value).toBe('100.00');
    const changes = await ruleBook.changesBetween('2021-12-13', '2021-12-14');
    expect(changes.map(({ name, before, after }) => [name, before?.value, after?.value])).toEqual([
      ['bid-security.proposer-percent', '100.00', '50.00'],
    ]);
    const years = await ruleBook.changesBetween('2015-06-01', '2026-06-01');
    expect(years.map(({ name }) => name)).toEqual([
      'bid-security.proposer-percent',
      'holidays.CENTRE',
      'net-worth.cap-cl',
      'net-worth.cap-ml',
      'net-worth.slabs',
      'qualification.affiliate-bar',
    ]);
    expect(years.find(({ name }) => name === 'holidays.CENTRE')?.since).toHaveLength(4);
    expect(await ruleBook.changesBetween('2018-01-01', '2018-01-02')).toEqual([]);
  });

  it('keeps in its history what each publication changed, by whom and why', async () => {
    const input = raiseCap('2027-01-01', '600000000.00');
    const draft = await ruleBook.propose(anna, input);
    await ruleBook.signOff(anna, draft.id, 1);
    await ruleBook.signOff(bela, draft.id, 1);
    const { publication } = await ruleBook.publish(chitra, draft.id, 1);
    const [newest, first] = await ruleBook.history();
    expect(newest).toMatchObject({
      hash: publication?.hash,
      draftId: draft.id,
      note: input.note,
      publishedBy: 'chitra',
    });
    expect(newest?.differences).toMatchObject([
      {
        name: 'bid-security.cap',
        removed: [{ inForceUntil: null }],
        added: [{ value: '500000000.00' }, { value: '600000000.00' }],
      },
    ]);
    expect(first?.differences.length).toBeGreaterThan(5);
  });

  it('shows its history a page at a time, each publication with what it changed', async () => {
    for (const [value, from] of [
      ['600000000.00', '2027-01-01'],
      ['700000000.00', '2028-01-01'],
    ] as const) {
      const { id } = await ruleBook.propose(anna, raiseCap(from, value));
      await ruleBook.signOff(anna, id, 1);
      await ruleBook.signOff(bela, id, 1);
      await ruleBook.publish(anna, id, 1);
    }
    const all = await ruleBook.history();
    expect(all.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(await ruleBook.history({ limit: 2 })).toEqual(all.slice(0, 2));
    expect(await ruleBook.history({ before: 3, limit: 1 })).toEqual(all.slice(1, 2));
    expect(await ruleBook.history({ before: 1 })).toEqual([]);

    const versions = await ruleBook.parameterHistory('bid-security.cap');
    expect(versions.map(({ content, publication }) => [publication.seq, content.value, content.inForceFrom])).toEqual([
      [3, '700000000.00', '2028-01-01'],
      [3, '500000000.00', null],
      [2, '600000000.00', '2027-01-01'],
      [2, '500000000.00', null],
      [1, '500000000.00', null],
    ]);
    expect(await ruleBook.parameterHistory('bid-security.no-such')).toEqual([]);
  });

  it('lists its drafts in one state or in all, a page at a time, the last changed first', async () => {
    const ids: string[] = [];
    for (const year of [2027, 2028, 2029]) {
      ids.unshift((await ruleBook.propose(anna, raiseCap(`${year}-01-01`, '1.00'))).id);
    }
    const [newest, middle = '', oldest] = ids;
    await ruleBook.withdraw(bela, middle, 1);
    const idsOf = ({ drafts }: ListedDrafts): string[] => drafts.map(({ id }) => id);
    expect(idsOf(await ruleBook.listDrafts())).toEqual([middle, newest, oldest]);
    expect(idsOf(await ruleBook.listDrafts({ state: 'open' }))).toEqual([newest, oldest]);
    const first = await ruleBook.listDrafts({ limit: 2 });
    const second = await ruleBook.listDrafts({ limit: 2, ...(first.next !== null && { after: first.next }) });
    expect([idsOf(first), idsOf(second), second.next]).toEqual([[middle, newest], [oldest], null]);
    expect(first.drafts[0]).toMatchObject({ state: 'withdrawn', changedBy: 'bela', changerName: 'bela' });
  });

  it('tells who signed, by name and time', async () => {
    const [cap] = (await ruleBook.parametersInForce('2026-01-01')).filter(({ name }) => name === 'bid-security.cap');
    if (cap === undefined) throw new Error('no cap');
    const [signed = []] = (await ruleBook.signaturesOf([cap])).values();
    expect(signed).toEqual(
      ['anna', 'bela'].map((name) => ({ personId: name, name, signedAt: expect.any(Date) as Date })),
    );
  });

  it('gives the engine its law from memory, and loads what another process has published', async () => {
    const other = new RuleBook(database.pool);
    expect(() => other.current()).toThrow(RuleBookNotFound);
    const provider: LawProvider = other;
    const { hash } = await other.refresh();
    expect(provider.current().hash).toBe(hash);
    expect(provider.find(hash)).toBe(provider.current());
    const draft = await ruleBook.propose(anna, raiseCap('2027-01-01', '1.00'));
    await ruleBook.signOff(anna, draft.id, 1);
    await ruleBook.signOff(bela, draft.id, 1);
    await ruleBook.publish(anna, draft.id, 1);
    const published = ruleBook.current();
    expect(provider.find(published.hash)).toBeUndefined();
    expect((await provider.load(published.hash)).hash).toBe(published.hash);
    expect(provider.current().hash).toBe(hash);
    await other.refresh();
    expect(provider.current().hash).toBe(published.hash);
    await expect(provider.load('0'.repeat(64))).rejects.toThrow(RuleBookNotFound);
  });

  it('refuses a stored law whose text was tampered with', async () => {
    const { hash } = await ruleBook.currentSnapshot();
    await askOwner(`update law_snapshot set text = replace(text, '"0.25"', '"0.20"') where hash = $1`, [hash]);
    await expect(new RuleBook(database.pool).currentSnapshot()).rejects.toThrow('not the one that was published');
  });
});

describe('the tables of the rule book', () => {
  const tables = [
    'law_snapshot',
    'law_publication',
    'rule_parameter',
    'rule_draft',
    'parameter_sign_off',
    'rule_book_key',
  ];

  it.each(tables)('%s is append-only for the application, and says what it is', async (table) => {
    for (const sql of [`delete from ${table}`, `truncate ${table}`, `drop table ${table}`]) {
      await expect(database.pool.query(sql)).rejects.toThrow(/permission denied|must be owner/);
    }
    const { rows } = await askOwner(
      `select column_name from information_schema.columns where table_name = $1 limit 1`,
      [table],
    );
    const [{ column_name: column }] = rows as [{ column_name: string }];
    await expect(database.pool.query(`update ${table} set ${column} = ${column}`)).rejects.toThrow(/permission denied/);
    const comment = await askOwner(`select obj_description($1::regclass) as text`, [table]);
    expect(comment.rows[0]).toMatchObject({ text: expect.stringContaining('.') as string });
  });

  it('hold each published content once, whatever laws it stands in', async () => {
    const { rows } = await askOwner('select count(*)::int as n, min(published_in)::int as first from rule_parameter');
    expect(rows[0]).toEqual({ n: (await ruleBook.currentSnapshot()).parameters.length, first: 1 });
  });

  it('go and come back with their migration', async () => {
    const empty = await openEmptyDatabase();
    try {
      const { ownerUrl, appUrl } = empty;
      const names = await migrate(ownerUrl, { appUrl });
      await revertMigrations(ownerUrl, names.length, { appUrl });
      expect(await migrate(ownerUrl, { appUrl })).toEqual(names);
    } finally {
      await empty.close();
    }
  });
});

function seedParameter(name: string): ParameterContent {
  const found = buildSeedLaw().parameters.find((content) => content.name === name);
  if (found === undefined) throw new Error(`the seed lacks ${name}`);
  return contentOf(found);
}

function changeOf(
  contents: readonly ParameterContent[],
  parameter: string,
): { parameter: string; versions: ParameterContent[] } {
  return { parameter, versions: contents.filter(({ name }) => name === parameter) };
}
