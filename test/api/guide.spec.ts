import { readFileSync, writeFileSync } from 'node:fs';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction, DRAFT, STARTS_AT } from '../support/auction-story.js';
import { drawKey } from '../support/client.js';
import { Guide, type Step } from '../support/guide.js';

const PAGE = 'docs/api-guide.md';
const OPENING = `/v1/block-auctions?rehearsalStartsAt=${encodeURIComponent(STARTS_AT)}`;

interface History {
  readonly name: string;
  readonly versions: readonly { readonly signatures: readonly { readonly name: string }[] }[];
}

interface Listed {
  readonly items: readonly { readonly name?: string }[];
}

/** Written by asking a running platform; `npm run guide:write` renews it. */
describe('the guide to the interface', () => {
  let world: ApiWorld;
  let bidders: readonly [Bidder, Bidder, Bidder];
  let guide: Guide;

  beforeAll(async () => {
    world = await openApiWorld();
    bidders = [
      await makeBidder(world, 'bidder1'),
      await makeBidder(world, 'bidder2'),
      await makeBidder(world, 'bidder3'),
    ];
    guide = new Guide(world.anybody, drawKey);
  }, 60_000);
  afterAll(() => world.close());

  const by = async (name: string): Promise<NonNullable<Step['as']>> => ({ name, client: await world.as(name) });
  const membersOf =
    (...names: readonly string[]) =>
    (body: Readonly<Record<string, unknown>>): unknown =>
      Object.fromEntries(names.map((name) => [name, body[name]]));
  const commandsNamed =
    (...names: readonly string[]) =>
    ({ items }: Listed): unknown => ({ items: items.filter(({ name = '' }) => names.includes(name)) });

  async function tellLogIn(): Promise<void> {
    guide.say('## Who you are');
    await guide.step({
      title: 'Log in',
      text: 'The access token lasts ten minutes; the refresh token gets the next one, once. Who holds several appointments names the one he acts in with the header `Adit-Acting-As`.',
      method: 'POST',
      path: '/v1/sessions',
      body: { email: 'odisha@adit.example', password: 'adit-demo-password' },
      expect: 201,
    });
    await guide.step({
      title: 'Ask who you are',
      text: 'Each appointment gives a role, for an organisation, in a territory.',
      method: 'GET',
      path: '/v1/me',
      as: await by('odisha'),
      expect: 200,
    });
    await guide.step({
      title: 'Ask without a token',
      text: 'Whatever is public needs none; everything else says so, in the form that every refusal has (RFC 9457).',
      method: 'GET',
      path: '/v1/inbox',
      expect: 401,
    });
  }

  async function tellOpening(): Promise<string> {
    guide.say('## A case is opened and moved by commands');
    await guide.step({
      title: 'A form with faults',
      text: 'Each faulty field is named; nothing is guessed and nothing is half-written.',
      method: 'POST',
      path: OPENING,
      as: await by('odisha'),
      body: { ...DRAFT, bound: 'twenty', bidsDueAt: '25 January' },
      show: membersOf('type', 'title', 'status', 'errors'),
      expect: 400,
    });
    const opened = await guide.step({
      title: 'Open a rehearsal',
      text: 'A command carries a key of your own, drawn at random: sent again with the same key it happens once and answers the same. A rehearsal has its own clock, starts whenever you say, and is marked in its id.',
      method: 'POST',
      path: OPENING,
      as: await by('odisha'),
      body: DRAFT,
      show: membersOf('caseId', 'transition', 'outcome'),
      expect: 201,
    });
    const { caseId } = opened.body as { caseId: string };
    await guide.step({
      title: 'What you can do now, and why not the rest',
      text: 'Every command that your role knows, with the rules that refuse it as the case stands and the conditions that its form must meet.',
      method: 'GET',
      path: `/v1/cases/${caseId}/commands`,
      as: await by('odisha'),
      show: commandsNamed('PUBLISH_NOTICE', 'ISSUE_CORRIGENDUM'),
      expect: 200,
    });
    return caseId;
  }

  async function tellSecondPerson(caseId: string): Promise<void> {
    const path = `/v1/block-auctions/${caseId}`;
    const proposed = await guide.step({
      title: 'An act of two persons is proposed',
      text: 'Nothing has happened yet: 202, and the proposal waits for its second person until it expires.',
      method: 'POST',
      path: `${path}/publish-notice`,
      as: await by('odisha'),
      body: {},
      show: membersOf('caseId', 'outcome', 'proposal'),
      expect: 202,
    });
    const { id: proposalId } = (proposed.body as { proposal: { id: string } }).proposal;
    await guide.step({
      title: 'The proposer cannot confirm it himself',
      text: 'You may see the case but not do this: 403. Of a case that you may not see you are told nothing: 404.',
      method: 'POST',
      path: `${path}/confirm-proposal`,
      as: await by('odisha'),
      body: { proposalId },
      expect: 403,
    });
    await guide.step({
      title: 'Another person confirms exactly that',
      text: 'The rules run again at that moment; both names stand on the transition.',
      method: 'POST',
      path: `${path}/confirm-proposal`,
      as: await by('approving'),
      body: { proposalId },
      show: membersOf('caseId', 'transition', 'outcome'),
      expect: 200,
    });
  }

  async function tellBidding(caseId: string): Promise<void> {
    const path = `/v1/block-auctions/${caseId}`;
    await guide.step({
      title: 'A rule refuses',
      text: 'Which rule, what was found, what is needed, who can cure it. 409 says that the state forbids the command, 422 that a rule does. Refusals are on the record too.',
      method: 'POST',
      path: `${path}/purchase-tender`,
      as: await by('bidder1'),
      body: { paymentReference: 'UTR 1', amount: '1.00' },
      expect: 422,
    });
    const key = drawKey();
    const purchase = {
      method: 'POST',
      path: `${path}/purchase-tender`,
      as: await by('bidder1'),
      body: { paymentReference: 'UTR 1', amount: '300000.00' },
      headers: { 'Idempotency-Key': key, Prefer: 'return=minimal' },
    } as const;
    await guide.step({
      title: 'The same in order',
      text: '`Prefer: return=minimal` leaves the case out of the answer.',
      ...purchase,
      expect: 200,
    });
    await guide.step({
      title: 'Sent again after a lost connection',
      text: 'The same key and the same body: it did not happen twice, and the header says so.',
      ...purchase,
      expect: 200,
    });
    await guide.step({
      title: 'The same key with another body',
      text: 'A key belongs to one command.',
      ...purchase,
      body: { paymentReference: 'UTR 2', amount: '300000.00' },
      expect: 422,
    });
  }

  async function tellReading(): Promise<void> {
    const [konark, aravalli, narmada] = bidders;
    const auction = await Auction.callOpen(world, [
      [konark, '41.00'],
      [aravalli, '55.00'],
      [narmada, '63.50'],
    ]);
    guide.say('## Watching, listing, reading\n\nAnother auction is in its second round by now.');
    await guide.step({
      title: 'A final offer',
      text: 'The answer shows the case as the bidder may see it: his alias, his own rank, the best offer, and no name.',
      method: 'POST',
      path: `${auction.path}/final-offer`,
      as: await by('bidder1'),
      body: { percent: '63.55' },
      show: ({
        caseId,
        outcome,
        case: { view },
      }: {
        caseId: string;
        outcome: string;
        case: { view: Record<string, unknown> };
      }) => ({
        caseId,
        outcome,
        case: { view: { round: view['round'], own: view['own'] } },
      }),
      expect: 200,
    });
    await guide.step({
      title: 'An offer that was typed wrongly',
      text: 'An offer far beyond the best binds only when it is repeated in figures and in words; until then it is recorded as not confirmed.',
      method: 'POST',
      path: `${auction.path}/final-offer`,
      as: await by('bidder2'),
      body: { percent: '163.60' },
      show: membersOf('type', 'title', 'status', 'refusals'),
      expect: 422,
    });
    await guide.step({
      title: 'The live phase for everybody',
      text: 'A snapshot that may be cached for a second; beside it stand the time of the server and how far it may be off. Parties and officers have a stream: `POST /v1/feed-tickets`, then `GET /v1/feed`.',
      method: 'GET',
      path: `/v1/cases/${auction.id}/live.json`,
      show: membersOf('caseId', 'live'),
      expect: 200,
    });
    await guide.step({
      title: 'Lists',
      text: 'Filtered and sorted by what you may see, a page at a time: `next` goes into `after`.',
      method: 'GET',
      path: '/v1/cases?type=block-auction&limit=1',
      expect: 200,
    });
    const seen = await guide.step({
      title: 'One case, and whether it has changed',
      text: 'The ETag changes only when what you may see changes, so it tells nothing that you may not count.',
      method: 'GET',
      path: `/v1/cases/${auction.id}`,
      show: membersOf('id', 'type', 'title', 'rehearsal', 'clock'),
      expect: 200,
    });
    await guide.step({
      title: 'Not changed',
      text: 'Send the ETag along, and an unchanged case costs nothing.',
      method: 'GET',
      path: `/v1/cases/${auction.id}`,
      headers: { 'If-None-Match': String(seen.headers['etag']) },
      expect: 304,
    });
    await guide.step({
      title: 'The record',
      text: 'Each transition with the rules that it rests on and the hash that links it to the one before.',
      method: 'GET',
      path: `/v1/cases/${auction.id}/transitions?limit=2`,
      as: await by('auditor'),
      expect: 200,
    });
    await auction.advanceTo('2027-02-10T14:00:00+05:30');
    await guide.step({
      title: 'The protocol, once it has ended',
      text: 'Everything that a stranger needs to compute the result again ([protocol](protocol.md)). Some of its members:',
      method: 'GET',
      path: `${auction.path}/protocol`,
      show: membersOf('format', 'attempt', 'scheme', 'bound', 'result'),
      expect: 200,
    });
  }

  async function tellLaw(): Promise<void> {
    guide.say('## The law and the registers');
    await guide.step({
      title: 'Compute what the engine computes',
      text: 'Every calculator shows its working and the provisions that it applied.',
      method: 'POST',
      path: '/v1/rules/bid-security',
      body: { concession: 'ML', valueOfEstimatedResources: '36488526000.00' },
      expect: 200,
    });
    await guide.step({
      title: 'A number of the law with its history',
      text: 'Source, confidence, and who signed it.',
      method: 'GET',
      path: '/v1/rule-book/parameters/fair.step/history',
      // Who of the two published it, and in which order they signed, is drawn by the demonstration.
      show: ({ name, versions }: History) => ({
        name,
        versions: versions.map(({ signatures, ...version }) => ({
          ...Object.fromEntries(Object.entries(version).filter(([member]) => member !== 'publication')),
          signatures: [...signatures].sort((a, b) => (a.name < b.name ? -1 : 1)),
        })),
      }),
      expect: 200,
    });
    await guide.step({
      title: 'A block',
      text: 'As published, each with its source; what nobody has published is null.',
      method: 'GET',
      path: '/v1/blocks?limit=1',
      expect: 200,
    });
  }

  it('shows each request with the answer that the platform gives', async () => {
    guide.say('# The interface, by example');
    guide.say(
      'Every request and answer on this page was made by a test on a running platform, and the build fails when they differ. What differs from run to run stands in angle brackets. All routes, forms and answers are in `/openapi.json`, to be read and tried under `/docs`; every kind of refusal is explained under `/problems`. Times are in Asia/Kolkata; percentages and money are strings of exact decimals.',
    );
    await tellLogIn();
    const caseId = await tellOpening();
    await tellSecondPerson(caseId);
    await tellBidding(caseId);
    await tellReading();
    await tellLaw();
    if (process.env['ADIT_WRITE_GUIDE'] === '1') writeFileSync(PAGE, guide.page);
    expect(guide.page).toBe(readFileSync(PAGE, 'utf8'));
  }, 120_000);
});
