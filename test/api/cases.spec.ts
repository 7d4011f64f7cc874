import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { drawKey, expectStatus, itemsOf } from '../support/client.js';
import { CLOSES_AT, OPENING, Stall } from '../support/stall-story.js';

interface Item {
  readonly id: string;
}
interface Offered {
  readonly name: string;
  readonly href: string;
  readonly available: boolean;
  readonly refusals: readonly { rule: string }[];
  readonly conditions: readonly { rule: string }[];
  readonly form: { properties?: Record<string, unknown>; additionalProperties?: boolean };
}

describe('reading cases', () => {
  let world: ApiWorld;
  let draft: Stall;
  let stall: Stall;

  beforeAll(async () => {
    world = await openApiWorld();
    draft = await Stall.open(world, { ...OPENING, stallName: 'Stall at the pond' });
    stall = await Stall.publish(world);
  });
  afterAll(() => world.close());

  const idsFor = async (name: string | null, query = ''): Promise<string[]> => {
    const client = name === null ? world.anybody : await world.as(name);
    return itemsOf<Item>(await client.get(`/v1/cases${query}`).then(expectStatus(200))).map(({ id }) => id);
  };

  it('lists to each only what he may see', async () => {
    expect(await idsFor(null)).toEqual([stall.id]);
    expect(await idsFor('bidder1')).toEqual([stall.id]);
    expect(await idsFor('rajasthan')).toEqual([stall.id]);
    expect((await idsFor('odisha')).sort()).toEqual([draft.id, stall.id].sort());
    expect((await idsFor('auditor')).sort()).toEqual([draft.id, stall.id].sort());
    for (const client of [world.anybody, await world.as('bidder1'), await world.as('rajasthan')]) {
      for (const part of ['', '/commands', '/transitions', '/due-dates', '/live.json']) {
        expect((await client.get(`/v1/cases/${draft.id}${part}`)).status).toBe(404);
      }
    }
  });

  it('filters and sorts by what lists show, and refuses what it does not know', async () => {
    expect(await idsFor('odisha', '?status=Draft%20notice')).toEqual([draft.id]);
    expect(await idsFor('odisha', '?text=POND')).toEqual([draft.id]);
    expect(await idsFor('odisha', '?rehearsal=false')).toEqual([]);
    expect(await idsFor('odisha', '?type=stall-inspection')).toEqual([]);
    expect(await idsFor('odisha', '?jurisdiction=RJ')).toEqual([]);
    expect(await idsFor('odisha', '?sort=due')).toEqual([stall.id, draft.id]);
    expect(await idsFor('odisha', '?sort=opened')).toEqual([stall.id, draft.id]);
    for (const query of [
      '?sort=title',
      '?limit=0',
      '?limit=1000',
      '?rehearsal=maybe',
      '?no=such',
      '?type=a&type=b',
      '?text=%00',
      '?cursor=AAAA',
      '?jurisdiction=odisha',
    ]) {
      const answer = await world.anybody.get(`/v1/cases${query}`);
      expect([query, answer.status, answer.body.type]).toEqual([query, 400, '/problems/validation']);
    }
  });

  it('walks from page to page by cursors that belong to one caller and one query', async () => {
    const officer = await world.as('odisha');
    const first = await officer.get('/v1/cases?limit=1').then(expectStatus(200));
    expect(first.body.items).toHaveLength(1);
    const cursor = encodeURIComponent(first.body.next as string);
    const second = await officer.get(`/v1/cases?limit=1&cursor=${cursor}`).then(expectStatus(200));
    expect([first.body.items[0].id, second.body.items[0].id]).toEqual([stall.id, draft.id]);
    expect(first.body.next).not.toMatch(/STALL|202/);
    for (const answer of [
      await (await world.as('central')).get(`/v1/cases?limit=1&cursor=${cursor}`),
      await officer.get(`/v1/cases?limit=1&sort=due&cursor=${cursor}`),
      await officer.get(`/v1/cases?limit=1&status=Draft%20notice&cursor=${cursor}`),
      await officer.get(`/v1/cases/${stall.id}/transitions?cursor=${cursor}`),
    ]) {
      expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'cursor']);
    }
  });

  it('puts into the inbox what waits for an act of the caller’s role', async () => {
    const inbox = async (name: string): Promise<string[]> => {
      const client = await world.as(name);
      return itemsOf<Item>(await client.get('/v1/inbox').then(expectStatus(200))).map(({ id }) => id);
    };
    const own = await Stall.open(world);
    expect(await inbox('odisha')).toContain(own.id);
    expect(await inbox('approving')).not.toContain(own.id);
    const proposal = await own.propose('odisha', 'publish');
    expect(await inbox('odisha')).not.toContain(own.id);
    expect(await inbox('approving')).toContain(own.id);
    await own.give('approving', 'refuse-proposal', { proposalId: proposal, reason: 'The name is wrong.' });
    expect(await inbox('approving')).not.toContain(own.id);
    expect(await inbox('bidder1')).toEqual([]);
  });

  it('shows a case under an ETag that changes when what the viewer sees changes, and only then', async () => {
    const own = await Stall.publish(world);
    const before = { bidder: await own.etagFor('bidder1'), rival: await own.etagFor('bidder2') };
    const officers = await own.etagFor('odisha');
    await own.give('bidder1', 'apply', { offer: '1250.00' }).then(expectStatus(200));
    expect(await own.etagFor('bidder1')).not.toBe(before.bidder);
    // Neither a rival nor an officer can count applications by it.
    expect(await own.etagFor('bidder2')).toBe(before.rival);
    expect(await own.etagFor('odisha')).toBe(officers);
    const rival = await world.as('bidder2');
    const unchanged = await rival.get(`/v1/cases/${own.id}`, { 'If-None-Match': `"other", W/${before.rival}` });
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    expect((await rival.get(`/v1/cases/${own.id}`, { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it('says of every command whether it is possible now, with its form, or every reason why not', async () => {
    const answer = await (await world.as('bidder1')).get(`/v1/cases/${stall.id}/commands`).then(expectStatus(200));
    const commands = new Map(itemsOf<Offered>(answer).map((each) => [each.name, each]));
    expect([...commands.keys()].sort()).toEqual(['APPLY', 'CALL', 'WITHDRAW']);
    expect(commands.get('APPLY')).toMatchObject({
      available: true,
      href: `${stall.path}/apply`,
      sealed: ['offer'],
      refusals: [],
      form: { type: 'object', required: ['offer'], additionalProperties: false },
    });
    expect(commands.get('WITHDRAW')?.refusals.map(({ rule }) => rule)).toEqual(['application-stands']);
    const call = commands.get('CALL');
    expect(call).toMatchObject({ available: false, refusals: [{ rule: 'state-allows' }] });
    expect(call?.conditions.map(({ rule }) => rule)).toContain('call-beats-best');
  });

  it('lists the record as each may see it', async () => {
    const own = await Stall.publish(world);
    await own.give('bidder1', 'apply', { offer: '1250.00' }).then(expectStatus(200));
    const record = async (name: string, query = ''): Promise<{ command: string; hash: string; id: string }[]> => {
      const client = await world.as(name);
      return (await client.get(`/v1/cases/${own.id}/transitions${query}`).then(expectStatus(200))).body.items;
    };
    expect((await record('bidder1')).map(({ command }) => command)).toContain('APPLY');
    expect((await record('bidder2')).map(({ command }) => command)).not.toContain('APPLY');
    expect((await record('auditor')).map(({ command }) => command)).not.toContain('APPLY');
    const all = await record('odisha');
    expect(all.map(({ command }) => command)).toEqual(['OPEN', 'PUBLISH', 'PUBLISH']);
    expect((await record('odisha', '?order=desc')).map(({ id }) => id)).toEqual(all.map(({ id }) => id).reverse());
    expect(all.every(({ id, hash }) => /^[0-9a-f]{64}$/.test(hash) && hash.startsWith(id))).toBe(true);
    const officer = await world.as('odisha');
    let cursor: string | null = null;
    const walked: string[] = [];
    do {
      const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await officer.get(`/v1/cases/${own.id}/transitions?limit=1${at}`).then(expectStatus(200));
      walked.push(...itemsOf<Item>(page).map(({ id }) => id));
      cursor = page.body.next as string | null;
    } while (cursor !== null);
    expect(walked).toEqual(all.map(({ id }) => id));
  });

  it('lists what falls due with its provision', async () => {
    const { body } = await world.anybody.get(`/v1/cases/${stall.id}/due-dates`).then(expectStatus(200));
    expect(body.items).toContainEqual({
      clock: 'applications-close',
      event: 'CLOSE_APPLICATIONS',
      at: CLOSES_AT,
      ref: { act: 'Fair Rules', provision: 'r. 5' },
    });
  });

  it('shows everybody the live phase, the same to all, for a second', async () => {
    const quiet = await world.anybody.get(`/v1/cases/${stall.id}/live.json`).then(expectStatus(200));
    expect(quiet.body.live).toBeNull();
    const calling = await Stall.callOpen(world);
    const live = await world.anybody.get(`/v1/cases/${calling.id}/live.json`).then(expectStatus(200));
    expect(live.headers['cache-control']).toBe('public, max-age=1');
    expect(live.body.live).toEqual({ status: 'Calling', best: '1300.00', closesAt: expect.stringContaining('+05:30') });
    expect(live.body.uncertaintyMs).toBeGreaterThanOrEqual(0);
    const bidder = await world.as('bidder2');
    const again = await bidder.get(`/v1/cases/${calling.id}/live.json`);
    expect(again.body).toEqual(live.body);
  });

  it('keeps a sealed offer out of every table, answer and line of the log until it is opened', async () => {
    const planted = '1777.77';
    const own = await Stall.publish(world);
    const key = { 'Idempotency-Key': drawKey() };
    await own.give('bidder1', 'apply', { offer: planted }, key).then(expectStatus(200));
    await own.give('bidder1', 'apply', { offer: planted, extra: planted }).then(expectStatus(400));
    await own.give('bidder1', 'apply', { offer: '1778.00' }, key).then(expectStatus(422));
    await draft.give('bidder1', 'apply', { offer: planted }).then(expectStatus(404));
    const early = await Stall.open(world);
    await early.give('odisha', 'apply', { offer: planted }).then(expectStatus(403));
    const { rows: tables } = await world.database.pool.query(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const { rows } = await world.database.pool.query(`select row_to_json(t)::text as text from "${name}" t`);
      expect(rows.filter(({ text }: { text: string }) => text.includes(planted))).toEqual([]);
    }
    expect(world.log.filter((line) => line.includes(planted))).toEqual([]);
    for (const name of ['bidder1', 'bidder2', 'odisha', 'chair', 'auditor', 'administrator', 'operator']) {
      for (const part of ['', '/transitions', '/commands', '/due-dates']) {
        const answer = await (await world.as(name)).get(`/v1/cases/${own.id}${part}`);
        expect(answer.text).not.toContain(planted);
      }
    }
  });

  it('names each line of the log with its request, and its case where there is one', async () => {
    const answer = await world.anybody.get(`/v1/cases/${stall.id}`);
    const id = answer.headers['x-request-id'];
    const line = world.log.map((each) => JSON.parse(each)).find(({ requestId }) => requestId === id);
    expect(line).toMatchObject({ caseId: stall.id, route: '/v1/cases/:caseId', res: { status: 200 } });
  });

  it('has no line in the log for a command that stands on the record, since whoever counted them would count offers', async () => {
    const posted = await stall.give('bidder1', 'apply', { offer: '1250.00' }).then(expectStatus(200));
    const id = posted.headers['x-request-id'];
    expect(world.log.filter((each) => JSON.parse(each).requestId === id)).toEqual([]);
  });
});
