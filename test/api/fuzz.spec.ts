import fc from 'fast-check';
import { fuzz } from '../fuzz/fuzzer.js';
import { openFuzzWorld, type FuzzWorld } from '../fuzz/ground.js';
import { Judge } from '../fuzz/judge.js';
import { judgeRaw, rawBytes, sendRaw } from '../fuzz/raw.js';
import type { FuzzRequest } from '../fuzz/requests.js';
import { Wire } from '../support/wire.js';

/** The same requests each time, so that a test does not fail by chance; the build sends more by `npm run fuzz`. */
const SEED = 20_261_128;
const RUNS = 500;
const RAW_RUNS = 300;

/** What was found once: operation, caller, method, address, headers and body, and the status that is right. */
const FOUND: readonly (readonly [sentence: string, request: Omit<FuzzRequest, 'operation'>, status: number])[] = [
  [
    'a message with a number beyond counting',
    {
      caller: 'operator',
      method: 'POST',
      path: '/v1/operations/undelivered/9999999999999999999/retry',
      headers: {},
      body: undefined,
    },
    404,
  ],
  [
    'a body that is no JSON where none is asked for',
    {
      caller: 'operator',
      method: 'POST',
      path: '/v1/operations/undelivered/1/retry',
      headers: { 'Content-Type': 'application/json' },
      body: '\u0000',
    },
    400,
  ],
  [
    'an empty Content-Type on an operation that takes no body',
    { caller: 'central', method: 'DELETE', path: '/v1/sessions', headers: { 'Content-Type': '' }, body: undefined },
    415,
  ],
  [
    'a percentage that is none, where facts are looked for by it',
    {
      caller: 'bidder1',
      method: 'POST',
      path: '/v1/block-auctions/AUCTION/report-mistake',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'found-0123456789abcdef' },
      body: '{"percent":"","explanation":"64.00 was typed for 63.60."}',
    },
    400,
  ],
  [
    'the character NUL where an upload is named',
    { caller: 'odisha-deputy', method: 'GET', path: '/v1/uploads/%00', headers: {}, body: undefined },
    404,
  ],
  [
    'an address that cannot be decoded',
    { caller: null, method: 'GET', path: '/v1/cases/%ff/live.json', headers: {}, body: undefined },
    400,
  ],
];

/** Stands in the list above for a case in which bidders have bid. */
const AUCTION = 'AUCTION';

describe('the interface under requests made from its own document', () => {
  let world: FuzzWorld;

  beforeAll(async () => {
    world = await openFuzzWorld();
  }, 300_000);
  afterAll(() => world.world.close());

  it.each(FOUND)('answers as declared: %s', async (_, request, status) => {
    const [, auction = ''] = [...world.ground.sealed];
    const wire = new Wire(world.world.baseUrl);
    const client = request.caller === null ? world.world.anybody : await world.world.as(request.caller);
    const asked = { ...request, operation: '', path: request.path.replace(AUCTION, auction) };
    const authorization: Record<string, string> =
      request.caller === null ? {} : { Authorization: `Bearer ${client.token}` };
    const answer = await wire.send({ ...asked, headers: { ...authorization, ...request.headers } });
    wire.close();
    new Judge(world).judge(asked, answer);
    expect(answer.status).toBe(status);
  });

  it('answers each as declared, with no fault of ours, and nowhere shows what nobody may read', async () => {
    const result = await fuzz(world, { runs: RUNS, seed: SEED });
    expect(result.failures).toEqual([]);
    expect(result.linesRead).toBeGreaterThan(RUNS / 2);
  }, 900_000);

  it('answers bytes that are no request with a refusal or not at all, and goes on serving', async () => {
    const check = fc.asyncProperty(rawBytes, async (bytes) => judgeRaw(await sendRaw(world.world.baseUrl, bytes)));
    await fc.assert(check, { numRuns: RAW_RUNS, seed: SEED });
    expect((await world.world.anybody.get('/livez')).status).toBe(200);
    // Who breaks off in the middle of a body is noted; the test runner alone takes that for an error of ours, because
    // errors of Node's own are of another realm than `Error` in it.
    const faults = new Judge(world).readLog().filter((line) => !line.includes('abortIncoming'));
    expect(faults).toEqual([]);
  }, 120_000);
});
