import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { itemsOf } from '../support/client.js';
import { Stall, STARTS_AT } from '../support/stall-story.js';

/** A person of the demonstration for each role; of officers also one from another State. */
const PEOPLE = {
  'central-officer': 'central',
  'state-officer': 'odisha',
  'state-officer of another State': 'rajasthan',
  'delegate of the state-officer': 'odisha-deputy',
  'approving-officer': 'approving',
  'evaluation-member': 'member',
  'evaluation-chair': 'chair',
  'platform-operator': 'operator',
  'rule-book-owner': 'rules',
  bidder: 'bidder1',
  'agency-officer': 'agency',
  auditor: 'auditor',
  administrator: 'administrator',
} as const;
type Person = keyof typeof PEOPLE;
const EVERYBODY = Object.keys(PEOPLE) as Person[];

const ORGANISERS: readonly Person[] = ['central-officer', 'state-officer', 'delegate of the state-officer'];
const SECOND: readonly Person[] = ['approving-officer', 'evaluation-member'];

/** Who may give which command. A command that is offered and stands not here fails the test below. */
const MAY: Readonly<Record<string, readonly Person[]>> = {
  'amend-notice': ORGANISERS,
  publish: ORGANISERS,
  apply: ['bidder'],
  withdraw: ['bidder'],
  'open-envelopes': ['evaluation-chair'],
  call: ['bidder'],
  pay: ['platform-operator'],
  annul: ORGANISERS,
  'place-hold': ORGANISERS,
  'release-hold': ORGANISERS,
  'set-aside': ORGANISERS,
  'advance-clock': ORGANISERS,
  'confirm-proposal': SECOND,
  'refuse-proposal': SECOND,
  'withdraw-proposal': [...ORGANISERS, 'evaluation-chair'],
};

/** Who may know of a case before it is published. */
const SEES_DRAFT: readonly Person[] = [
  ...ORGANISERS,
  'approving-officer',
  'evaluation-member',
  'evaluation-chair',
  'platform-operator',
  'auditor',
];

/** A field that no form has: whoever may give the command is told so, and nothing happens. */
const NONSENSE = { 'no-such-field': 1 };

describe('authorisation', () => {
  let world: ApiWorld;
  let published: Stall;
  let draft: Stall;

  beforeAll(async () => {
    world = await openApiWorld();
    published = await Stall.publish(world);
    draft = await Stall.open(world);
  });
  afterAll(() => world.close());

  it('has a row for every command that is offered', () => {
    const offered = Object.keys(world.document.paths)
      .filter((path) => path.startsWith('/v1/fair-stalls/{caseId}/'))
      .map((path) => path.split('/').at(-1));
    expect(offered.sort()).toEqual(Object.keys(MAY).sort());
  });

  it.each(Object.entries(MAY))('%s is given by those of the table, and by nobody else', async (command, may) => {
    const found: Record<string, number> = {};
    for (const person of EVERYBODY) {
      const client = await world.as(PEOPLE[person]);
      found[person] = (await client.command(`${published.path}/${command}`, NONSENSE)).status;
    }
    expect(found).toEqual(Object.fromEntries(EVERYBODY.map((person) => [person, may.includes(person) ? 400 : 403])));
    expect((await world.anybody.command(`${published.path}/${command}`, NONSENSE)).status).toBe(401);
  });

  it.each(Object.entries(MAY))('%s of a case in draft is 404 to whoever does not see it', async (command, may) => {
    const found: Record<string, number> = {};
    for (const person of EVERYBODY) {
      const client = await world.as(PEOPLE[person]);
      found[person] = (await client.command(`${draft.path}/${command}`, NONSENSE)).status;
    }
    const expected = (person: Person): number =>
      !SEES_DRAFT.includes(person) ? 404 : may.includes(person) ? 400 : 403;
    expect(found).toEqual(Object.fromEntries(EVERYBODY.map((person) => [person, expected(person)])));
  });

  it('lets only organisers open a case', async () => {
    const path = `/v1/fair-stalls?rehearsalStartsAt=${encodeURIComponent(STARTS_AT)}`;
    const may: readonly Person[] = [...ORGANISERS, 'state-officer of another State'];
    for (const person of EVERYBODY) {
      const answer = await (await world.as(PEOPLE[person])).command(path, NONSENSE);
      expect([person, answer.status]).toEqual([person, may.includes(person) ? 400 : 403]);
    }
    expect((await world.anybody.command(path, NONSENSE)).status).toBe(401);
  });

  it('is the same in what each is told that he can do', async () => {
    for (const person of EVERYBODY) {
      const answer = await (await world.as(PEOPLE[person])).get(`/v1/cases/${published.id}/commands`);
      const told = itemsOf<{ href: string }>(answer)
        .map(({ href }) => href.split('/').at(-1))
        .sort();
      // An officer of another State is told of his role's commands, and that they are not his to give here.
      const mine = person === 'state-officer of another State' ? ORGANISERS[1] : person;
      const expected = Object.keys(MAY)
        .filter((command) => mine !== undefined && MAY[command]?.includes(mine))
        .sort();
      expect([person, told]).toEqual([person, expected]);
    }
  });

  it('closes every route that does not say that it is open', async () => {
    const open = new Set<string>();
    for (const [path, operations] of Object.entries(world.document.paths)) {
      for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
        const operation = operations[method];
        if (operation === undefined) continue;
        const address = path.replaceAll(/\{[^}]+\}/g, 'X-00000-00000');
        const answer = await world.anybody.send(method, address, (test) => test.send());
        if (answer.status !== 401) open.add(`${method} ${path}`);
      }
    }
    expect([...open].sort()).toEqual(
      [
        'get /livez',
        'get /problems',
        'get /problems/{slug}',
        'get /readyz',
        'get /v1/attempts',
        'get /v1/attempts.csv',
        'get /v1/attempts/summary',
        'get /v1/attempts/summary.csv',
        'get /v1/attempts/{attemptId}',
        'get /v1/case-types',
        'get /v1/cases',
        'get /v1/cases/{caseId}',
        'get /v1/cases/{caseId}/commands',
        'get /v1/cases/{caseId}/documents/{documentId}',
        'get /v1/cases/{caseId}/due-dates',
        'get /v1/cases/{caseId}/live.json',
        'get /v1/cases/{caseId}/transitions',
        'get /v1/block-auctions/{caseId}/protocol',
        'get /v1/blocks',
        'get /v1/blocks.geojson',
        'get /v1/blocks/{blockId}',
        'get /v1/blocks/{blockId}/versions',
        'get /v1/minerals',
        'get /v1/rule-book',
        'get /v1/rule-book/changes',
        'get /v1/rule-book/laws/{hash}',
        'get /v1/rule-book/parameters/{name}/history',
        'get /v1/rule-book/publications',
        'get /v1/rules',
        'get /v1/statuses',
        'get /v1/tranches',
        'post /v1/rules/bid-security',
        'post /v1/rules/deadline',
        'post /v1/rules/final-offer',
        'post /v1/rules/net-worth',
        'post /v1/rules/qualification',
        'post /v1/rules/{name}',
        'get /v1/sessions/oidc/callback',
        'get /v1/sessions/oidc/start',
        'post /v1/sessions',
        'post /v1/sessions/refresh',
      ].sort(),
    );
  });
});
