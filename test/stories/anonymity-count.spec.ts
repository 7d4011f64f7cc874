import { setTimeout as sleep } from 'node:timers/promises';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction } from '../support/auction-story.js';
import { expectStatus } from '../support/client.js';
import { EventReader } from '../support/event-reader.js';
import { collect, listAddresses, toComparable, type Sighting } from '../support/everything.js';
import { countRows, makeRoom, takeExport } from '../support/export-search.js';

/** Everybody but the bidders: those who conduct, evaluate, decide, run and audit, and an officer of another State. */
const STAFF = [
  'odisha',
  'rajasthan',
  'central',
  'approving',
  'chair',
  'member',
  'operator',
  'administrator',
  'auditor',
];
/** Acts that the state of the case refuses before the bids are due, whoever gives them. */
const IN_VAIN: readonly (readonly [name: string, command: string, body?: object])[] = [
  ['odisha', 'conclude'],
  [
    'odisha',
    'return-security',
    { organisationId: 'x', guaranteeNumber: 'BG/1', returnedOn: '2027-01-06', reference: 'Letter 1' },
  ],
  ['odisha', 'schedule-round-two', { startsAt: '2027-02-10T11:00:00+05:30' }],
  [
    'odisha',
    'annul',
    { ground: 'AUTHORITY_DECIDED', provision: 'r. 9(12)', reason: 'Too few bidders have come forward by now.' },
  ],
  ['chair', 'open-technical'],
  ['chair', 'freeze-evaluation'],
  ['chair', 'open-prices'],
  ['member', 'record-screening', { links: [], method: 'Declarations and registers were compared.' }],
  ['operator', 'announce-resumption', { resumesAt: '2027-02-10T11:00:00+05:30' }],
];

describe('the number of sealed bids, before they are due', () => {
  let world: ApiWorld;
  let bidders: readonly Bidder[];

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_LOG_LEVEL: 'trace', ADIT_WORKER: 'true' });
    bidders = await Promise.all(['bidder1', 'bidder2', 'bidder3'].map((name) => makeBidder(world, name)));
  }, 120_000);
  afterAll(() => world.close());

  const [first, second] = [0, 1].map((index) => (): Bidder => bidders[index] as Bidder) as [() => Bidder, () => Bidder];
  /** bidder3 has bought the document and never bids. */
  const onlookers = [...STAFF, 'bidder3'];
  const lookAround = async (auction: Auction): Promise<readonly Sighting[]> => {
    const searched = [first().legalName];
    const documentIds = bidders.map(({ documentId }) => documentId);
    const wanted = { caseId: auction.id, blockId: 'PRACTICE-ML-STATE', documentIds, searched };
    return await collect(world, onlookers, listAddresses(world.document, wanted));
  };
  const bidAll = async (auction: Auction): Promise<() => Promise<void>> => {
    const bodies = [
      [first(), await auction.bidOf(first(), '41.00')],
      [second(), await auction.bidOf(second(), '55.00')],
      [first(), await auction.bidOf(first(), '42.00')],
    ] as const;
    return async () => {
      for (const [{ name }, body] of bodies) await auction.must(name, 'submit-bid', body);
    };
  };

  /** The log of security grows by the looking itself; what stands in it of those who bid must not. */
  const isNotOfSecurity = ({ path }: Sighting): boolean => !path.startsWith('/v1/security-events');
  const readSecurityNotes = async (): Promise<readonly string[]> => {
    const notes: string[] = [];
    for (const bidder of [first(), second()]) {
      const me = await (await world.as(bidder.name)).get('/v1/me').then(expectStatus(200));
      const { id } = (me.body as { person: { id: string } }).person;
      for (const reader of ['administrator', 'auditor']) {
        const answer = await (await world.as(reader)).get(`/v1/security-events?personId=${id}&limit=200`);
        notes.push(expectStatus(200)(answer).text);
      }
    }
    return notes;
  };

  it('moves nothing that anybody can see but its bidder: no answer, header, list, order, count or time', async () => {
    const auction = await Auction.takeBids(world, bidders);
    const bid = await bidAll(auction);
    const before = await lookAround(auction);
    const noted = await readSecurityNotes();
    await bid();
    const after = await lookAround(auction);
    expect(after.length).toBeGreaterThan(250);
    expect(before.filter(({ status, path }) => status === 200 && path.includes(auction.id)).length).toBeGreaterThan(50);
    expect(toComparable(after.filter(isNotOfSecurity))).toEqual(toComparable(before.filter(isNotOfSecurity)));
    expect(await readSecurityNotes()).toEqual(noted);
    // A withdrawal moves as little, and the bidder himself sees each of them.
    await auction.must('bidder1', 'withdraw-bid');
    expect(await auction.viewFor('bidder1')).toMatchObject({ own: { bid: null } });
    const withdrawn = await lookAround(auction);
    expect(toComparable(withdrawn.filter(isNotOfSecurity))).toEqual(toComparable(before.filter(isNotOfSecurity)));
    expect(await readSecurityNotes()).toEqual(noted);
  }, 600_000);

  it('puts no line into the log and no event into anybody else’s stream', async () => {
    const auction = await Auction.takeBids(world, bidders);
    const bid = await bidAll(auction);
    const streams: EventReader[] = [];
    for (const name of ['bidder1', ...onlookers]) {
      const ticket = await (
        await world.as(name)
      )
        .post('/v1/feed-tickets', { cases: [auction.id] })
        .then(expectStatus(201));
      const stream = await EventReader.open(`${world.baseUrl}${(ticket.body as { href: string }).href}`);
      await stream.until(() => stream.ofKind('case').length === 1);
      streams.push(stream);
    }
    await sleep(1_500);
    const lines = world.log.length;
    await bid();
    const [own, ...others] = streams;
    await own?.until(() => own.ofKind('case').length > 1);
    // Longer than the outbox and the feed need to notice.
    await sleep(1_500);
    expect(world.log.slice(lines)).toEqual([]);
    expect(others.map((stream) => stream.ofKind('case').length)).toEqual(others.map(() => 1));
    for (const stream of streams) stream.close();
  }, 120_000);

  it('changes neither the length of an export nor a word that is said of one', async () => {
    const auction = await Auction.takeBids(world, bidders);
    const bid = await bidAll(auction);
    await makeRoom(world);
    const before = await takeExport(world);
    await bid();
    const after = await takeExport(world);
    expect(after.told).toBe(before.told);
    expect(after.bytes.length).toBe(before.bytes.length);
    // There is more in it, which its keys alone can tell.
    expect(countRows(after, 'bid')).toBe(countRows(before, 'bid') + 3);
  }, 120_000);

  it('makes no difference to what is refused to officers, between a case without bids and one with two', async () => {
    const [none, two] = [await Auction.takeBids(world, bidders), await Auction.takeBids(world, bidders)];
    await (
      await bidAll(two)
    )();
    const refusalsOf = async (auction: Auction): Promise<readonly string[]> => {
      const texts: string[] = [];
      for (const [name, command, body] of IN_VAIN) {
        const { status, text } = await auction.give(name, command, body);
        expect([command, [409, 422].includes(status)]).toEqual([command, true]);
        texts.push(normalise(`${command} ${text}`, auction.id));
      }
      return texts;
    };
    expect(await refusalsOf(two)).toEqual(await refusalsOf(none));
    // The refusals themselves stand on the record now; what officers read of them is the same again.
    const [ofNone, ofTwo] = [await lookAround(none), await lookAround(two)];
    const about = (sightings: readonly Sighting[], auction: Auction): Readonly<Record<string, string>> => {
      const alike = toComparable(sightings.filter(({ path }) => path.includes(`/${auction.id}`)));
      return Object.fromEntries(
        Object.entries(alike).map(([key, text]) => [normalise(key, auction.id), normalise(text, auction.id)]),
      );
    };
    expect(about(ofTwo, two)).toEqual(about(ofNone, none));
  }, 600_000);
});

/** Takes out what differs between two cases that are alike: ids, hashes and the platform's own time. */
function normalise(text: string, caseId: string): string {
  return text
    .replaceAll(caseId, 'CASE')
    .replaceAll(/urn:adit:request:[\w-]+/g, 'REQUEST')
    .replaceAll(/"(transition|id|hash)":"[^"]+"/g, '"$1":"ID"')
    .replaceAll(/"(decidedAt|openedAt|changedAt)":"[^"]+"/g, '"$1":"NOW"')
    .replaceAll(/etag: \S+/g, 'etag: ID');
}
