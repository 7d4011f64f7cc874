import fc from 'fast-check';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { drawKey } from '../support/client.js';
import { Stall } from '../support/stall-story.js';

/** Half of a surrogate pair cannot be written in an address at all. */
const encodeWhatever = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'));

/** Requests made from the document itself: whatever is sent, the answer is one that the document knows, and no fault. */
describe('the interface under arbitrary requests', () => {
  let world: ApiWorld;
  let stall: Stall;
  let paths: string[];

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_LOG_LEVEL: 'error' });
    stall = await Stall.callOpen(world);
    paths = Object.entries(world.document.paths)
      .filter(([, operations]) => operations.post !== undefined)
      .map(([path]) => path)
      // Log-ins cost a hash each and are slowed down on purpose.
      .filter((path) => !path.startsWith('/v1/sessions'));
  });
  afterAll(() => world.close());

  const names = fc.constantFrom(
    'offer',
    'reason',
    'proposalId',
    'to',
    'kind',
    'until',
    'targetState',
    'anchors',
    'cases',
  );
  const values = fc.oneof(
    fc.constantFrom(
      '1350.00',
      '1.00',
      'court-stay',
      'calling',
      '2026-01-14T18:00:00+05:30',
      '2026-02-30T00:00:00Z',
      '',
    ),
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.double(),
  );
  const bodies = fc.oneof(fc.dictionary(fc.oneof(names, fc.string({ maxLength: 12 })), values, { maxKeys: 4 }), values);
  const people = fc.constantFrom(
    'odisha',
    'bidder1',
    'bidder2',
    'chair',
    'member',
    'approving',
    'operator',
    'auditor',
    'administrator',
  );

  it('answers every body on every command as declared, and never with a fault of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), people, bodies, fc.string({ maxLength: 30 }), async (at, person, body, key) => {
        const path = (paths[at % paths.length] ?? '')
          .replace('{caseId}', stall.id)
          .replaceAll(/\{[^}]+\}/g, 'X-00000-00000');
        const client = await world.as(person);
        // The client holds every answer against the document.
        const answer = await client.send('post', path, (test) =>
          test
            .set({
              'Content-Type': 'application/json',
              'Idempotency-Key': at % 3 === 0 ? encodeWhatever(key) : drawKey(),
            })
            .send(JSON.stringify(body) ?? ''),
        );
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 250 },
    );
    expect(world.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('answers every query on every reading as declared', async () => {
    const queries = fc.dictionary(
      fc.constantFrom('limit', 'cursor', 'sort', 'type', 'text', 'status', 'rehearsal', 'order', 'jurisdiction', 'x'),
      fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('due', 'true', '1', 'OD', 'desc')),
      { maxKeys: 3 },
    );
    const readings = ['', '/commands', '/transitions', '/due-dates', '/live.json'].map(
      (part) => `/v1/cases/${stall.id}${part}`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/v1/cases', '/v1/inbox', ...readings),
        people,
        queries,
        async (path, person, query) => {
          const text = Object.entries(query)
            .map(([name, value]) => `${name}=${encodeWhatever(value)}`)
            .join('&');
          const answer = await (await world.as(person)).get(`${path}?${text}`);
          expect(answer.status).toBeLessThan(500);
        },
      ),
      { numRuns: 150 },
    );
  });
});
