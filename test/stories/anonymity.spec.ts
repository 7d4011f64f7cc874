import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction, ROUND_IS_LIVE_AT, ROUND_STARTS_AT, SCHEDULE, shift } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';
import { EventReader } from '../support/event-reader.js';
import { collect, listAddresses, type Sighting } from '../support/everything.js';
import { findMarks, takeExport } from '../support/export-search.js';

/** They conduct, evaluate, decide and audit: they learn who bid once the technical bids are open. */
const TRUSTED = ['odisha', 'central', 'approving', 'chair', 'member', 'auditor'];
/** They see more than the public, and no bidder by name before the end. */
const OTHER_STAFF = ['rajasthan', 'operator', 'administrator'];
const NAMES = ['zyxwolfram', 'zyxbarium', 'zyxcobalt', 'zyxnickel'] as const;

/** Prices that no number of the platform's own looks like; the floor of the second round is the third of them. */
const SEALED = { zyxwolfram: '7351911.10', zyxbarium: '7351922.20', zyxcobalt: '7351933.30', zyxnickel: '7351944.40' };
const REPLACED = '7351955.50';
const WITHDRAWN = '7351966.60';
const FLOOR = '7351933.30';
const ANY_PRICE = /73,?51,?9\d\d/;
/** Of bids that were replaced, withdrawn or failed: their envelopes stay closed for ever. */
const NEVER_OPENED = /73519(44|55|66)/;

/** Tables that say who bids and how many do, as an export would name them in clear. */
const TELLING_TABLES = [
  'bid',
  'tender_purchase',
  'case_party',
  'auction_roster',
  'final_offer',
  'transition',
  'outbox',
].map((table) => `"$table":"${table}"`);

/** Everything by which a bidder can be told, in whatever answer. */
interface Marks {
  readonly bidder: Bidder;
  readonly marks: readonly string[];
}

describe('what is sealed and who is anonymous, in every answer to everybody', () => {
  let world: ApiWorld;
  let auction: Auction;
  const known = new Map<string, Marks>();
  const get = (name: string): Marks => {
    const found = known.get(name);
    if (found === undefined) throw new Error(`no bidder ${name}`);
    return found;
  };

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_LOG_LEVEL: 'trace', ADIT_WORKER: 'true' });
    for (const name of NAMES) {
      const bidder = await makeBidder(world, name, { legalName: `Mount ${name} Mining Limited` });
      const me = await (await world.as(name)).get('/v1/me').then(expectStatus(200));
      const { id } = (me.body as { person: { id: string } }).person;
      // The name stands in the e-mail, the legal name, the payment, the guarantee and the name of each paper.
      known.set(name, { bidder, marks: [name, bidder.organisationId, bidder.documentId, id] });
    }
    auction = await Auction.publish(world);
  }, 600_000);
  afterAll(() => world.close());

  const look = async (): Promise<readonly Sighting[]> => {
    const wanted = {
      caseId: auction.id,
      blockId: 'PRACTICE-ML-STATE',
      documentIds: NAMES.map((name) => get(name).bidder.documentId),
      searched: ['Mount zyx'],
    };
    const sightings = await collect(
      world,
      [...TRUSTED, ...OTHER_STAFF, ...NAMES],
      listAddresses(world.document, wanted),
    );
    for (const who of [...TRUSTED, ...NAMES])
      expect(sightings.some((each) => each.who === who && isOfTheCase(each))).toBe(true);
    return sightings;
  };

  /** What everybody is told who gives each command of his role with nonsense in it. */
  const listRefusals = async (): Promise<readonly Sighting[]> => {
    const sightings: Sighting[] = [];
    for (const who of [...TRUSTED, ...OTHER_STAFF, ...NAMES]) {
      const client = await world.as(who);
      const commands = await client.get(`/v1/cases/${auction.id}/commands`);
      for (const { href } of itemsOf<{ href: string }>(commands)) {
        const { status, text, headers } = await client.command(href, { nonsense: 1 });
        sightings.push({ who, path: href, status, headers: JSON.stringify(headers), body: text });
      }
    }
    return sightings;
  };

  /** The streams of these people, and what they have got of them until now. */
  const watch = async (people: readonly string[]) => {
    const path = `/v1/feed/${auction.id}`;
    return await Promise.all(
      people.map(async (who) => {
        const client = await world.as(who);
        const ticket = await client.post('/v1/feed-tickets', { cases: [auction.id] }).then(expectStatus(201));
        const stream = await EventReader.open(`${world.baseUrl}${(ticket.body as { href: string }).href}`);
        await stream.until(() => stream.ofKind('case').length === 1);
        const read = (): readonly Sighting[] => {
          const cases = stream.ofKind('case');
          expect(cases.length).toBeGreaterThan(1);
          return cases.map(({ data }) => ({ who, path, status: 200, headers: '', body: JSON.stringify(data) }));
        };
        return { read, close: () => stream.close() };
      }),
    );
  };

  /** An answer that is about this case: asked at its address, or naming it. */
  const isOfTheCase = ({ path, body }: Sighting): boolean => path.includes(auction.id) || body.includes(auction.id);

  /** Entries of an answer that name the case: a register may name everybody, as long as it does not say who is here. */
  const partsOfTheCase = (sighting: Sighting): readonly string[] => {
    if (sighting.path.includes(`/${auction.id}`)) return [sighting.headers + sighting.body];
    const entries = entriesOf(sighting.body);
    return entries.filter((entry) => entry.includes(auction.id));
  };

  /** Who sees a mark of which bidder; a bidder sees his own. */
  const findNamed = (sightings: readonly Sighting[]): readonly string[] => [
    ...new Set(
      sightings.flatMap((sighting) =>
        partsOfTheCase(sighting).flatMap((part) =>
          NAMES.filter((name) => name !== sighting.who && get(name).marks.some((mark) => part.includes(mark))).map(
            (name) => `${sighting.who} sees ${name} at ${sighting.path}`,
          ),
        ),
      ),
    ),
  ];
  const findPrices = (sightings: readonly Sighting[], price: RegExp): readonly string[] =>
    sightings
      .filter(({ headers, body }) => price.test(headers) || price.test(body))
      .map(({ who, path }) => `${who} sees a price at ${path}`);
  const logOfTheCase = (): readonly string[] =>
    world.log.filter(
      (line) => line.includes(auction.id) && NAMES.some((name) => get(name).marks.some((mark) => line.includes(mark))),
    );

  /** Whatever would tell who takes part: marks of the bidders, their aliases, the tables that say it. */
  const listMarks = async (): Promise<readonly string[]> => {
    const marks = NAMES.flatMap((name) => [get(name).bidder.legalName, ...get(name).marks]);
    return [...marks, auction.id, ...(await listAliases()), ...TELLING_TABLES];
  };
  const listAliases = async (): Promise<readonly string[]> => {
    const views = await Promise.all(NAMES.map((name) => auction.viewFor<{ own?: { alias?: string | null } }>(name)));
    return views.flatMap(({ own }) => (typeof own?.alias === 'string' ? [own.alias] : []));
  };
  /** An export names nobody, neither as it lies there nor in what is said of it; and even its keys open no price. */
  const findInExport = async (price: RegExp): Promise<readonly string[]> => {
    const { bytes, told, clearText } = await takeExport(world);
    const marks = await listMarks();
    // The same search finds each of them in the clear text: it does not overlook what is there.
    expect(findMarks(clearText, marks)).toEqual(marks);
    const shown = [bytes, Buffer.from(told)];
    const found = shown.flatMap((each) => findMarks(each, marks)).map((mark) => `export: ${mark}`);
    const prices = [...shown, clearText].filter((each) => price.test(each.toString('latin1')));
    return [...found, ...prices.map(() => 'export: a price')];
  };

  /** Neither log, nor file, nor export says a price; the log does not say who takes part, and an export not even that. */
  const findOnTheMachine = async (price: RegExp): Promise<readonly string[]> => {
    const found = world.log.filter((line) => price.test(line)).map((line) => `log: ${line}`);
    for (const entry of readdirSync(world.dataDir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (price.test(entry.name)) found.push(`file name: ${path}`);
      if (entry.isFile() && price.test(readFileSync(path, 'latin1'))) found.push(`file: ${path}`);
    }
    return [...found, ...(await findInExport(price)), ...logOfTheCase()];
  };

  it('tells nobody who has bought the document or asked a question', async () => {
    for (const name of NAMES) await auction.must(name, 'purchase-tender', await auction.purchaseOf(name));
    await auction.must('zyxwolfram', 'ask-query', { text: 'Is the eastern road a public one?' });
    expect(findNamed(await look())).toEqual([]);
  }, 600_000);

  it('tells nobody a price or a bidder while the bids come in', async () => {
    await auction.advanceTo('2027-01-06T11:00:00+05:30');
    const bid = async (name: (typeof NAMES)[number], percent: string): Promise<void> => {
      await auction.must(name, 'submit-bid', await auction.bidOf(get(name).bidder, percent));
      const { own } = await auction.viewFor<{ own: { bid: { bidId: string; commitment: string } } }>(name);
      const { bidder, marks } = get(name);
      known.set(name, { bidder, marks: [...marks, own.bid.bidId, own.bid.commitment] });
    };
    await bid('zyxwolfram', REPLACED);
    await bid('zyxbarium', WITHDRAWN);
    await auction.must('zyxbarium', 'withdraw-bid');
    for (const name of NAMES) await bid(name, SEALED[name]);
    const sightings = [...(await look()), ...(await listRefusals())];
    expect(findNamed(sightings)).toEqual([]);
    expect(findPrices(sightings, ANY_PRICE)).toEqual([]);
    expect(await findOnTheMachine(ANY_PRICE)).toEqual([]);
  }, 600_000);

  it('tells the trusted alone who has bid once the bids are open, and nobody a price', async () => {
    await auction.advanceTo(shift(SCHEDULE.bidsDueAt, 1));
    const waiting = await look();
    expect([findNamed(waiting), findPrices(waiting, ANY_PRICE)]).toEqual([[], []]);
    await auction.openTechnical();
    await auction.findOnAll([get('zyxnickel').bidder]);
    const evaluated = [...(await look()), ...(await listRefusals())];
    const named = findNamed(evaluated);
    expect(named.filter((line) => !TRUSTED.some((who) => line.startsWith(`${who} sees`)))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
    expect(findPrices(evaluated, ANY_PRICE)).toEqual([]);
    await auction.freeze();
    const frozen = await look();
    expect(findNamed(frozen).filter((line) => !TRUSTED.some((who) => line.startsWith(`${who} sees`)))).toEqual([]);
    expect(findPrices(frozen, ANY_PRICE)).toEqual([]);
    expect(await findOnTheMachine(ANY_PRICE)).toEqual([]);
  }, 600_000);

  it('opens prices without names: to each bidder his own, to all the floor, and of a failed bid to nobody', async () => {
    await auction.openPrices();
    const sightings = await look();
    expect(findPrices(sightings, NEVER_OPENED)).toEqual([]);
    expect(await findOnTheMachine(NEVER_OPENED)).toEqual([]);
    const others = sightings.filter(({ who }) => ![...TRUSTED, 'operator', 'administrator'].includes(who));
    const foreign = others.flatMap(({ who, path, headers, body }) =>
      Object.entries(SEALED)
        .filter(([name, price]) => name !== who && price !== FLOOR && (headers + body).includes(price))
        .map(([name]) => `${who} sees the price of ${name} at ${path}`),
    );
    expect(foreign).toEqual([]);
    // Officials see each price, and no mark of a bidder beside it.
    const { openedOffers } = await auction.viewFor<{ openedOffers: readonly object[] }>('odisha');
    expect(openedOffers.map((offer) => JSON.stringify(offer)).filter((offer) => isMarked(offer))).toEqual([]);
    expect(JSON.stringify(openedOffers)).toContain(SEALED.zyxwolfram);
  }, 600_000);

  const isMarked = (text: string): boolean => NAMES.some((name) => get(name).marks.some((mark) => text.includes(mark)));

  it('knows nobody by name in the second round, officers and auditors included, whatever is tried in it', async () => {
    await auction.must('odisha', 'schedule-round-two', { startsAt: ROUND_STARTS_AT });
    expect(findNamed(await look())).toEqual([]);
    await auction.advanceTo(ROUND_IS_LIVE_AT);
    const watching = await watch(['odisha', 'auditor', 'operator', 'administrator', ...NAMES]);
    const offer = (name: string, percent: string) => auction.offer(get(name).bidder, percent);
    expectStatus(200)(await offer('zyxbarium', '7351933.35'));
    expectStatus(422)(await offer('zyxwolfram', '7351933.35'));
    expectStatus(400)(await offer('zyxwolfram', 'nonsense'));
    expectStatus(422)(await offer('zyxnickel', '7351933.40'));
    for (let count = 0; count < 15; count += 1) await offer('zyxcobalt', '7351933.30');
    expectStatus(200)(await offer('zyxwolfram', '7351933.40'));
    const explanation = 'It was a slip of the finger.';
    await auction.must('zyxbarium', 'report-mistake', { percent: '7351933.35', explanation });
    const live = [...(await look()), ...(await listRefusals()), ...watching.flatMap((each) => each.read())];
    for (const { close } of watching) close();
    expect(findNamed(live)).toEqual([]);
    expect(findPrices(live, NEVER_OPENED)).toEqual([]);
    expect(await findOnTheMachine(NEVER_OPENED)).toEqual([]);
    // One bidder is not even told the alias of another.
    const aliases = await listAliases();
    expect(aliases.length).toBe(3);
    for (const [index, name] of NAMES.slice(0, 3).entries()) {
      const others = aliases.filter((_, place) => place !== index);
      const seen = live.filter(({ who, path }) => who === name && path.includes(`/${auction.id}`));
      expect(
        seen
          .filter(({ body }) => others.some((alias) => withoutExamples(body).includes(`"${alias}"`)))
          .map(({ path }) => path),
      ).toEqual([]);
    }
    const outage = { outageBeganAt: ROUND_IS_LIVE_AT, reason: 'Two networks could not reach the platform.' };
    await auction.must('operator', 'pause-round-two', outage);
    expect(findNamed(await look())).toEqual([]);
    await auction.must('operator', 'announce-resumption', { resumesAt: '2027-02-10T12:00:00+05:30' });
    await auction.advanceTo('2027-02-10T12:00:01+05:30');
  }, 600_000);

  it('names the preferred bidder alone to all the world at the end, and opens what failed to nobody', async () => {
    await auction.advanceTo('2027-02-10T18:00:00+05:30');
    const sightings = await look();
    const named = findNamed(sightings).filter((line) => !TRUSTED.some((who) => line.startsWith(`${who} sees`)));
    expect(named.filter((line) => !line.includes(' sees zyxwolfram '))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
    expect(findPrices(sightings, NEVER_OPENED)).toEqual([]);
    expect(await findOnTheMachine(NEVER_OPENED)).toEqual([]);
    // What has been opened is found by the same search: it does not overlook what is there.
    expect((await findOnTheMachine(/7351933/)).length).toBeGreaterThan(0);
  }, 600_000);
});

/** Forms are shown with an example of each field, such as an alias that is nobody's. */
const withoutExamples = (body: string): string => body.replaceAll(/"examples?":(\[[^\]]*\]|"[^"]*")/g, '');

/** The members of a list, each as text; anything else is one entry. */
function entriesOf(body: string): readonly string[] {
  try {
    const value = JSON.parse(body) as { readonly items?: readonly unknown[] } | readonly unknown[];
    const items = Array.isArray(value) ? value : (value as { items?: readonly unknown[] }).items;
    return items === undefined ? [body] : items.map((item) => JSON.stringify(item));
  } catch {
    return body.split('\n');
  }
}
