import { readdirSync, readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassCount } from '../../apps/cli/src/recount/classes.js';
import { playRandomAuction } from '../../apps/cli/src/recount/random-auction.js';
import { recount, run } from '../../scripts/recount.mjs';
import { findLargeAuction } from './protocols.js';

const SCRIPTS = join(import.meta.dirname, '../../scripts');
const RUNS = 400;

describe('the recount', () => {
  it('imports nothing but what Node.js has and its own files', () => {
    const own = readdirSync(join(SCRIPTS, 'recount')).map((file) => join('recount', file));
    const files = ['recount.mjs', ...own];
    expect(files.length).toBeGreaterThan(4);
    const imported = files.flatMap((file) => {
      const text = readFileSync(join(SCRIPTS, file), 'utf8');
      return [...text.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, name]) => name ?? '');
    });
    expect(imported.filter((name) => !/^(node:[a-z/]+|\.\/(recount\/)?[a-z-]+\.mjs)$/.test(name))).toEqual([]);
    for (const name of imported.filter((each) => each.startsWith('.'))) {
      expect(own.map((file) => file.replace('recount/', ''))).toContain(name.replace(/^\.\/(recount\/)?/, ''));
    }
  });

  it(`arrives at what the platform decided in ${RUNS} random auctions, with every class among them`, () => {
    const classes = new ClassCount();
    for (let number = 1; number <= RUNS; number += 1) {
      const protocol = playRandomAuction(3, number);
      classes.add(protocol);
      expect([number, recount(protocol).differences]).toEqual([number, []]);
    }
    expect(classes.empty).toEqual([]);
  }, 300_000);

  it('draws the same auction for the same seed and number, and others for others', () => {
    expect(playRandomAuction(11, 4)).toEqual(playRandomAuction(11, 4));
    expect(playRandomAuction(11, 4)).not.toEqual(playRandomAuction(12, 4));
    expect(playRandomAuction(11, 4)).not.toEqual(playRandomAuction(11, 5));
  });
});

describe('the recount as a program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'adit-recount-'));
  const equal = join(folder, 'equal.json');
  const changed = join(folder, 'changed.json');
  const protocol = findLargeAuction();
  let server: Server;
  let address: string;

  beforeAll(async () => {
    writeFileSync(equal, JSON.stringify(protocol));
    const { preferredBidder, ...result } = protocol.result;
    const lowered = { ...result, preferredBidder: { ...preferredBidder, percent: '1.00' } };
    writeFileSync(changed, JSON.stringify({ ...protocol, result: lowered }));
    server = createServer((request, response) => {
      response.statusCode = request.url === '/protocol' ? 200 : 404;
      response.end(request.url === '/protocol' ? JSON.stringify(protocol) : '{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    server.close();
  });

  async function runOn(...sources: readonly string[]): Promise<readonly [number, readonly string[]]> {
    const lines: string[] = [];
    const status = await run(sources, (line) => lines.push(line));
    return [status, lines];
  }

  it('says of a file and of an address that they are equal', async () => {
    const [status, lines] = await runOn(equal, `${address}/protocol`);
    expect(status).toBe(0);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /equal\.json: equal: .*AUCTION-RANDM-00001, \d+ bids, \d+ final offers of which \d+ accepted/,
    );
    expect(lines[1]).toContain(`${address}/protocol: equal`);
  });

  it('names each difference with what is published, what is computed and the provision', async () => {
    const [status, lines] = await runOn(equal, changed);
    expect(status).toBe(1);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('1 difference');
    const percent = protocol.result.preferredBidder?.percent ?? '';
    expect(lines[2]).toBe(
      `  result.preferredBidder.percent: published "1.00", recomputed "${percent}" ` +
        '(Mineral (Auction) Rules, 2015, r. 9(9)(iii))',
    );
  });

  it('answers 2 where something cannot be read, and goes on with the rest', async () => {
    const [status, lines] = await runOn(join(folder, 'nothing.json'), `${address}/other`, changed);
    expect(status).toBe(2);
    expect(lines[0]).toContain('cannot be read');
    expect(lines[1]).toContain('status 404');
    expect(lines.join('\n')).toContain('result.preferredBidder.percent');
    expect((await runOn())[0]).toBe(2);
  });
});

interface Vector {
  readonly id: string;
  readonly request: {
    readonly direction: string;
    readonly attempt: string;
    readonly boundPercent: string;
    readonly minimumTqb?: number;
    readonly asOf?: string;
    readonly firstAttemptHadTqb?: boolean;
    readonly bids: readonly {
      readonly bidder: string;
      readonly percent: string;
      readonly eligible?: boolean;
      readonly affiliates?: readonly string[];
    }[];
  };
  readonly expect?: Readonly<Record<string, unknown>>;
}

const twoDecimals = (percent: string): string => {
  const [whole = '0', decimals = ''] = percent.split('.');
  return `${whole}.${decimals.padEnd(2, '0')}`;
};

/** The first round of a protocol that says of a vector what the vector expects. */
function protocolOf({ request, expect: expected }: Vector): unknown {
  const { direction, attempt, boundPercent, minimumTqb = 3, asOf = '2026-12-01', firstAttemptHadTqb = true } = request;
  const bids = request.bids.map(({ bidder, percent, eligible = true, affiliates = [] }) => ({
    bid: bidder,
    alias: null,
    finding: eligible ? 'PASSED' : 'FAILED',
    grounds: [],
    linkedWith: [bidder, ...affiliates],
    percent: twoDecimals(percent),
    rank: null,
    qualified: false,
    rejection: null,
  }));
  const law = { minimumTqb, topBidders: 5, rankSharePercent: '50.00', affiliatesAreBarred: asOf >= '2024-01-21' };
  return {
    format: 'adit.block-auction.protocol/1',
    scheme: { direction, bidding: { act: 'Mineral (Auction) Rules, 2015', provision: 'r. 9' } },
    bound: { percent: twoDecimals(boundPercent) },
    attempt: { kind: attempt, previousHadTqb: firstAttemptHadTqb },
    schedules: [],
    law: [],
    firstRound: { bids, law, ranking: { request: {}, result: expected ?? {} }, proceeded: null },
    roundTwo: null,
    lateOffers: [],
    result: { annulment: null, preferredBidder: null },
    hashes: [],
  };
}

describe('the first round of the recount', () => {
  const text = readFileSync(join(import.meta.dirname, '../../data/vectors/qualification.json'), 'utf8');
  const vectors = (JSON.parse(text) as readonly Vector[]).filter((vector) => vector.expect !== undefined);

  it.each(vectors.map((vector) => [vector.id, vector] as const))('agrees with the vector %s', (_id, vector) => {
    const asked = Object.keys(vector.expect ?? {}).map((key) => `firstRound.ranking.result.${key}`);
    const { differences } = recount(protocolOf(vector));
    expect(differences.filter(({ field }) => asked.includes(field))).toEqual([]);
  });

  it('has vectors to agree with', () => {
    expect(vectors.length).toBeGreaterThan(20);
  });
});
