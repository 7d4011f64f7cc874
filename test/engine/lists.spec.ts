import fc from 'fast-check';
import { formatInstant, type Actor } from '#case-kit';
import { PUBLIC_ACTOR } from '#case-kit';
import type { ListCursor, ListedCase, ListFilter, ListSort } from '#engine';
import { makeActor } from '#testing';
import {
  AUDITOR,
  bidderOf,
  CHAIR,
  DocketWorld,
  HOUR,
  mustBe,
  NOON,
  OFFICER,
  runAs,
  SECOND,
} from './support/docket-world.js';

describe('lists of cases', () => {
  let world: DocketWorld;

  beforeAll(async () => {
    world = await DocketWorld.start({ graceMs: 0 });
  });
  afterAll(() => world.stop());
  // Lists know nothing but this table: emptied, nothing of an earlier test is seen.
  beforeEach(async () => {
    world.clock.set(NOON);
    await world.pool.query('delete from case_sight');
  });

  async function walk(
    actor: Actor,
    sort: ListSort,
    limit: number,
    filter: ListFilter = {},
    between: () => Promise<void> = async () => undefined,
  ): Promise<ListedCase[]> {
    const items: ListedCase[] = [];
    let cursor: ListCursor | null = null;
    do {
      const page: Awaited<ReturnType<typeof world.reader.list>> = await world.reader.list(actor, filter, {
        sort,
        cursor,
        limit,
      });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      items.push(...page.items);
      // A cursor goes out as text and comes back as text.
      cursor = page.next === null ? null : (JSON.parse(JSON.stringify(page.next)) as ListCursor);
      if (cursor !== null) await between();
    } while (cursor !== null);
    return items;
  }

  const list = async (actor: Actor, filter: ListFilter = {}): Promise<string[]> =>
    (await walk(actor, 'opened', 100, filter)).map(({ title }) => title.replace('Docket ', ''));

  /** Drafts one after another, a minute apart. */
  async function draftMany(count: number, more: { closesAt?: (index: number) => number } = {}): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      world.clock.advance(60_000);
      const closesAt = more.closesAt?.(index);
      ids.push(await world.draft({ subject: `${index}`, ...(closesAt === undefined ? {} : { closesAt }) }));
    }
    return ids;
  }

  it('show each audience what it may see, in its own words, and no case twice', async () => {
    await world.draft({ subject: 'draft' });
    await world.draft({ subject: 'of Odisha', actor: makeActor('state-officer', { jurisdiction: 'OD' }) });
    world.clock.advance(1);
    const open = await world.gathering({ subject: 'open' });
    mustBe('accepted', await world.claim(open, 'acme', '1.00'));
    expect(await list(OFFICER)).toEqual(expect.arrayContaining(['draft', 'of Odisha', 'open']));
    expect(await list(makeActor('state-officer', { jurisdiction: 'OD' }))).toEqual(['open', 'of Odisha']);
    expect(await list(makeActor('state-officer', { jurisdiction: 'JH' }))).toEqual(['open']);
    expect(await list(AUDITOR)).toEqual(['open']);
    expect(await list(PUBLIC_ACTOR)).toEqual(['open']);
    expect(await list(bidderOf('acme'))).toEqual(['open (yours)']);
    expect(await list(bidderOf('zenith'))).toEqual(['open']);
    mustBe('accepted', await world.give(open, 'DROP'));
    expect(await list(bidderOf('acme'))).toEqual([]);
    expect(await list(PUBLIC_ACTOR)).toEqual([]);
  });

  it('show in the inbox what waits for an act of the caller’s role', async () => {
    const caseId = await world.draft({ subject: 'waiting' });
    const inboxes = async (): Promise<string[][]> =>
      await Promise.all([OFFICER, SECOND, CHAIR, AUDITOR].map((actor) => list(actor, { awaitsMe: true })));
    expect(await inboxes()).toEqual([['waiting'], [], [], []]);
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    expect(await inboxes()).toEqual([[], ['waiting'], [], []]);
    mustBe('accepted', await world.confirm(caseId));
    expect(await inboxes()).toEqual([[], [], [], []]);
    world.clock.set(NOON + 2 * HOUR);
    mustBe('accepted', await world.engine.applyDue(caseId));
    expect(await inboxes()).toEqual([[], [], ['waiting'], []]);
  });

  it('filter by kind, territory, status, rehearsal and words of the title', async () => {
    await world.draft({ subject: 'Fifty 50% stones' });
    await world.draft({ subject: 'of Odisha', actor: makeActor('state-officer', { jurisdiction: 'OD' }) });
    await world.draft({ subject: 'rehearsed', rehearsalStartsAt: NOON });
    await world.gathering({ subject: 'open' });
    const found = async (filter: ListFilter): Promise<string[]> => (await list(OFFICER, filter)).sort();
    expect(await found({ type: 'docket', status: 'gathering' })).toEqual(['open']);
    expect(await found({ type: 'tally' })).toEqual([]);
    expect(await found({ jurisdiction: 'OD' })).toEqual(['of Odisha']);
    expect(await found({ rehearsal: true })).toEqual(['rehearsed']);
    expect(await found({ rehearsal: false, status: 'draft' })).toEqual(['Fifty 50% stones', 'of Odisha']);
    expect(await found({ text: '50% STONES' })).toEqual(['Fifty 50% stones']);
    expect(await found({ text: '%' })).toEqual(['Fifty 50% stones']);
    expect(await found({ text: '_' })).toEqual([]);
    expect(await found({ text: `'; drop table case_sight; --` })).toEqual([]);
  });

  it('are sorted by when the case was opened, newest first', async () => {
    await draftMany(5);
    expect((await walk(OFFICER, 'opened', 2)).map(({ title }) => title)).toEqual(
      ['4', '3', '2', '1', '0'].map((subject) => `Docket ${subject}`),
    );
  });

  it('are sorted by what falls due first, with what has no date at the end', async () => {
    const ids = await draftMany(5, { closesAt: (index) => NOON + HOUR * (10 - index) });
    for (const caseId of [ids[0], ids[3], ids[1]]) await world.publish(caseId ?? '');
    const walked = await walk(OFFICER, 'due', 2);
    // What may have moved meanwhile comes again at the end, and a transaction elsewhere in the cluster makes it all so.
    const items = walked.filter(({ id }, index) => walked.findIndex((other) => other.id === id) === index);
    expect(items.map(({ title }) => title.replace('Docket ', '')).slice(0, 3)).toEqual(['3', '1', '0']);
    expect(items.slice(3).map(({ dueAt }) => dueAt)).toEqual([null, null]);
    expect(items[0]?.dueAt).toBe(formatInstant(NOON + 7 * HOUR));
  });

  it('are sorted by what has changed longest ago', async () => {
    const ids = await draftMany(4);
    await world.publish(ids[1] ?? '');
    await world.publish(ids[0] ?? '');
    expect((await walk(OFFICER, 'changed', 3)).map(({ id }) => id)).toEqual([ids[2], ids[3], ids[1], ids[0]]);
  });

  it('give every case once, whatever the page size', async () => {
    const ids = await draftMany(12);
    for (const caseId of ids.slice(0, 7)) await world.publish(caseId);
    for (const caseId of ids.slice(0, 3)) mustBe('accepted', await world.claim(caseId, 'acme', '1.00'));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<ListSort>('opened', 'due', 'changed'),
        fc.integer({ min: 1, max: 13 }),
        fc.constantFrom<[Actor, number]>([OFFICER, 12], [bidderOf('acme'), 7], [PUBLIC_ACTOR, 7]),
        async (sort, limit, [actor, count]) => {
          const seen = (await walk(actor, sort, limit)).map(({ id }) => id);
          expect(new Set(seen).size).toBe(count);
          if (sort !== 'due') expect(seen).toHaveLength(count);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('skip no case while cases move under the reader', async () => {
    const ids = await draftMany(24, { closesAt: (index) => NOON + HOUR * (100 + ((index * 7) % 24)) });
    for (const sort of ['opened', 'due', 'changed'] as const) {
      const movable = ids.filter((_, index) => index % 3 === ['opened', 'due', 'changed'].indexOf(sort));
      const seen = await walk(OFFICER, sort, 4, {}, async () => {
        for (const caseId of movable.splice(0, 2)) await world.publish(caseId);
      });
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(ids));
    }
  });

  it('skip no case that changed while another transaction is still under way', async () => {
    const ids = await draftMany(6);
    const client = await world.pool.connect();
    try {
      await client.query('begin');
      await client.query('select pg_current_xact_id()');
      await world.publish(ids[2] ?? '');
      for (const sort of ['opened', 'due', 'changed'] as const) {
        expect(new Set((await walk(OFFICER, sort, 2)).map(({ id }) => id))).toEqual(new Set(ids));
      }
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('skip no case whose change commits under an older number than the reader has reached', async () => {
    const ids = await draftMany(6);
    const slow = await world.pool.connect();
    try {
      await slow.query('begin');
      await slow.query('select pg_current_xact_id()');
      await world.publish(ids[0] ?? '');
      await world.publish(ids[1] ?? '');
      let pages = 0;
      const seen = await walk(OFFICER, 'changed', 2, {}, async () => {
        pages += 1;
        if (pages !== 2) return;
        // The older transaction touches, as the engine does, what a newer one has touched before.
        await slow.query('update case_sight set changed_xid = pg_current_xact_id() where case_id = $1', [ids[1]]);
        await slow.query('commit');
      });
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(ids));
    } finally {
      slow.release();
    }
  });

  it('tell an audience of nothing that has not changed for it', async () => {
    const caseId = await world.gathering();
    const changedAt = async (actor: Actor): Promise<string | undefined> =>
      (await walk(actor, 'opened', 10)).find(({ id }) => id === caseId)?.changedAt;
    const before = await changedAt(PUBLIC_ACTOR);
    world.clock.advance(60_000);
    mustBe('accepted', await world.claim(caseId, 'acme', '1.00'));
    mustBe('accepted', await world.give(caseId, 'NOTE', { text: 'internal' }));
    expect(await changedAt(PUBLIC_ACTOR)).toBe(before);
    expect(await changedAt(bidderOf('acme'))).toBe(formatInstant(world.clock.now()));
  });

  it('use an index for every sort, not the whole table', async () => {
    await runAs(
      world.database.adminUrl,
      `insert into case_sight (case_id, audience, type, jurisdiction, rehearsal, title, status, awaits, due_at, opened_at, changed_at)
       select 'X' || n, a, 'docket', 'OD', false, 't', 's', '{}', now() + n * interval '1 min', now() - n * interval '1 min', now()
       from generate_series(1, 4000) n, unnest(array['public', 'role:auditor']) a`,
    );
    await runAs(world.database.adminUrl, 'analyze case_sight');
    for (const [column, direction] of [
      ['opened_at', 'desc'],
      ['due_at', 'asc'],
      ['changed_xid', 'asc'],
    ]) {
      const plan = await runAs(
        world.database.adminUrl,
        `explain select * from case_sight where audience = 'public' order by ${column} ${direction}, case_id ${direction} limit 20`,
      );
      expect(JSON.stringify(plan.rows)).toMatch(/Index Scan (Backward )?using case_sight_/);
    }
  });
});
