import { formatInstant } from '#case-kit';
import { caseTypeLaw } from '#case-types';
import { CaseEngine, CaseReader, FeedHub, type LawProvider } from '#engine';
import { Passwords } from '#identity';
import { createLogger, loadConfig } from '#platform';
import { buildLawSnapshot } from '#rulebook';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi } from '../../apps/api/src/bootstrap.js';
import { createRuntime } from '../../apps/api/src/runtime/runtime.js';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { Client, expectStatus, itemsOf } from '../support/client.js';
import { DRAFTS, refusalsIn, RuleBookDesk } from '../support/rule-book-desk.js';
import { OPENING, Stall, STARTS_AT } from '../support/stall-story.js';

interface ShownTransition {
  readonly kind: string;
  readonly command: string;
  readonly capacity: string;
  readonly view: { readonly form?: { readonly lawHash?: string } };
}

const DAY = 86_400_000;

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let round = 0; round < 100; round += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it has not come to pass within ten seconds');
}

describe('a published change of the law', () => {
  let world: ApiWorld;
  let desk: RuleBookDesk;
  let stall: Stall;

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_WORKER: 'true' });
    desk = new RuleBookDesk(world);
    // A call in the last minute, so that the calling stays open for the minutes of the rule.
    stall = await Stall.callOpen(world);
    await stall.advanceTo('2026-01-14T17:59:30+05:30');
    await stall.give('bidder1', 'call', { offer: '1350.00' }).then(expectStatus(200));
  });
  afterAll(() => world.close());

  const dueOf = async (): Promise<string | undefined> => {
    const answer = await (await world.as('odisha')).get(`/v1/cases/${stall.id}/due-dates`).then(expectStatus(200));
    return itemsOf<{ clock: string; at: string }>(answer).find(({ clock }) => clock === 'calling-closes')?.at;
  };
  const listAdoptions = async (): Promise<readonly ShownTransition[]> => {
    const path = `/v1/cases/${stall.id}/transitions?order=desc`;
    const answer = await (await world.as('odisha')).get(path).then(expectStatus(200));
    return itemsOf<ShownTransition>(answer).filter(({ kind }) => kind === 'law');
  };
  const waitForAdoption = (law: string): Promise<ShownTransition> =>
    until(async () => (await listAdoptions()).find(({ view }) => view.form?.lawHash === law));

  it('is adopted by an open rehearsal on the record, and moves what falls due', async () => {
    expect(await dueOf()).toBe('2026-01-14T18:04:30+05:30');
    expect(await listAdoptions()).toEqual([]);
    const law = await desk.enact(await desk.change('fair.extension-minutes', 9));
    expect(await waitForAdoption(law)).toMatchObject({ command: 'engine.adopt-law', capacity: 'system' });
    expect(await dueOf()).toBe('2026-01-14T18:08:30+05:30');
    const live = await until(async () => {
      const { body } = await world.anybody.get(`/v1/cases/${stall.id}/live.json`).then(expectStatus(200));
      return body.live.closesAt === '2026-01-14T18:08:30+05:30' ? (body as object) : undefined;
    });
    expect(live).toMatchObject({ live: { best: '1350.00' } });
  });

  it('decides what is allowed from then on: a call that would have been late is in time', async () => {
    await stall.advanceTo('2026-01-14T18:07:00+05:30');
    await stall.give('bidder2', 'call', { offer: '1400.00' }).then(expectStatus(200));
    expect(await dueOf()).toBe('2026-01-14T18:16:00+05:30');
  });

  it('that comes into force after the notice of a case is adopted and moves nothing in it', async () => {
    const due = await dueOf();
    const law = await desk.enact(await desk.change('fair.extension-minutes', 30, '2026-06-01'));
    await waitForAdoption(law);
    expect(await dueOf()).toBe(due);
    expect((await desk.getInForce('fair.extension-minutes', '2026-06-01')).value).toBe(30);
  });

  it('is adopted again when a law is taken back and published once more', async () => {
    const seen = await listAdoptions();
    const before = await desk.getInForce('fair.minimum-applicants');
    const [there, back] = [await desk.change('fair.minimum-applicants', 3), { ...before }];
    const restored = { note: 'taken back', changes: [{ parameter: before.name, versions: [back] }] };
    const laws: string[] = [];
    for (const draft of [there, restored, there, restored]) {
      const law = await desk.enact(draft);
      laws.push(law);
      await until(async () => {
        const adopted = (await listAdoptions()).slice(0, -seen.length || undefined);
        return adopted.length === laws.length ? adopted : undefined;
      });
    }
    expect(new Set(laws).size).toBe(2);
    const adopted = (await listAdoptions()).map(({ view }) => view.form?.lawHash).slice(0, laws.length);
    expect(adopted).toEqual([...laws].reverse());
  });

  it('signed once only is not published, and no case hears of it', async () => {
    const adoptions = await listAdoptions();
    const draft = await desk.propose(await desk.change('fair.step', '75.00')).then(expectStatus(201));
    const id = String(draft.body.id);
    await desk.act(id, 'sign-off').then(expectStatus(200));
    const refused = await desk.act(id, 'publish', 'rules2').then(expectStatus(422));
    expect(refusalsIn(refused)).toMatchObject([{ rule: 'two-signatures', found: [expect.any(String) as string] }]);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await listAdoptions()).toEqual(adoptions);
    await desk.act(id, 'withdraw').then(expectStatus(200));
  });

  it('reaches every other process within seconds', async () => {
    const config = loadConfig({ ADIT_DATA_DIR: world.dataDir, ADIT_PORT: '0', ADIT_WORKER: 'false' });
    const database = { appUrl: world.database.appUrl, embedded: true };
    const other = await createRuntime(config, createLogger(config, { write: () => undefined }), database, {
      passwords: new Passwords({ cost: { memoryCost: 64, timeCost: 1 } }),
      prepare: async () => undefined,
    });
    let app: NestFastifyApplication | undefined;
    try {
      app = await createApi(other.parts);
      await app.listen({ port: 0, host: '127.0.0.1' });
      const there = await Client.open((await app.getUrl()).replace('[::1]', '127.0.0.1'));
      const before = other.parts.currentLaw().hash;
      const law = await desk.enact(await desk.change('fair.confirmation-steps', 90));
      expect(before).not.toBe(law);
      const { body } = await there.get('/v1/rule-book').then(expectStatus(200));
      expect(body.publication.law).toBe(law);
      await until(async () => (other.parts.currentLaw().hash === law ? true : undefined));
    } finally {
      await app?.close();
      await other.stop();
    }
  });
});

describe('a notice on a number that nobody vouches for', () => {
  let world: ApiWorld;
  let app: NestFastifyApplication;
  let engine: CaseEngine;
  let client: Client;

  /** The law of the fair before anybody has read or signed two of its numbers. */
  const weak = buildLawSnapshot(
    caseTypeLaw.map((each) =>
      ['fair.step', 'fair.notice-days'].includes(each.name) ? { ...each, confidence: 'unverified' } : each,
    ),
  );
  const law: LawProvider = { current: () => weak, find: () => weak, load: () => Promise.resolve(weak) };

  beforeAll(async () => {
    world = await openApiWorld();
    const { parts } = world.runtime;
    // As on a platform that may carry live cases, which no test can be.
    engine = new CaseEngine(parts.pool, { ...parts.engine.options, law, liveObstacles: [] });
    const reader = new CaseReader(parts.pool, engine);
    app = await createApi({ ...parts, engine, reader, hub: new FeedHub(parts.pool, engine, reader) });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const token = (await world.as('odisha')).token;
    client = (await Client.open((await app.getUrl()).replace('[::1]', '127.0.0.1'))).withToken(token);
  });
  afterAll(async () => {
    await app.close();
    await engine.close();
    await world.close();
  });

  const open = async (query: string, closesAt: string): Promise<string> => {
    const form = { ...OPENING, applicationsCloseAt: closesAt };
    const { body } = await client.command(`/v1/fair-stalls${query}`, form).then(expectStatus(201));
    return `/v1/fair-stalls/${String(body.caseId)}`;
  };

  it('is refused to a live case, and every such number is named', async () => {
    const path = await open('', formatInstant(Math.ceil(Date.now() / 1000) * 1000 + 30 * DAY));
    const refused = await client.command(`${path}/publish`).then(expectStatus(422));
    expect(refusalsIn(refused)).toMatchObject([
      {
        rule: 'law-is-signed',
        datum: 'fair.notice-days, fair.step',
        found: expect.stringMatching(/^2 numbers unverified and not signed by two: fair.notice-days/) as string,
        cure: { who: 'an owner of the rule book' },
      },
    ]);
    const commands = await client.get(path.replace('fair-stalls', 'cases') + '/commands').then(expectStatus(200));
    const publish = itemsOf<{ name: string; available: boolean; refusals: { rule: string }[] }>(commands).find(
      ({ name }) => name === 'PUBLISH',
    );
    expect(publish).toMatchObject({ available: false, refusals: [{ rule: 'law-is-signed' }] });
  });

  it('is allowed to a rehearsal', async () => {
    const path = await open(`?rehearsalStartsAt=${encodeURIComponent(STARTS_AT)}`, OPENING.applicationsCloseAt);
    await client.command(`${path}/publish`).then(expectStatus(202));
    await client.get(DRAFTS).then(expectStatus(403));
  });
});
