import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';

/** The blocks of the README that a newcomer pastes into one shell, in their order. */
function readBlocks(): string {
  const text = readFileSync('README.md', 'utf8');
  return [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
}

async function runInShell(script: string): Promise<readonly string[]> {
  const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return output.split('\n').filter((line) => line !== '');
}

describe('the README', () => {
  let world: ApiWorld;
  let lines: readonly string[];

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_WORKER: 'true' });
    lines = await runInShell(readBlocks().replace('http://127.0.0.1:3000', world.baseUrl));
  }, 240_000);

  afterAll(async () => {
    await world.close();
  });

  /** The one program that the README starts speaks to people; all else is an answer of the platform. */
  const isVerdict = (line: string): boolean => line.startsWith(world.baseUrl);
  const bodies = (): readonly Record<string, unknown>[] =>
    lines.filter((line) => !isVerdict(line)).map((line) => JSON.parse(line) as Record<string, unknown>);

  const lineOf = (body: unknown): string => JSON.stringify(body ?? null);

  it('has requests that are answered, each with what its text says', () => {
    const statuses = bodies()
      .map(({ status }) => status)
      .filter((status) => typeof status === 'number');
    // The late application, the call that is off the step, the final offer that only equals the best: all on purpose.
    expect(statuses).toEqual([409, 422, 422]);
  });

  it('leads its case from the draft to the allotment', () => {
    const shown = bodies().filter(({ type }) => type === 'fair-stall');
    expect(shown.map(({ view }) => (view as { status: string }).status)).toEqual([
      'Draft notice',
      'Open for applications',
      'Allotted',
    ]);
  });

  it('shows no offer and no bidder before the opening', () => {
    const text = lines
      .slice(
        0,
        lines.findIndex((line) => line.includes('state-conflict')),
      )
      .join('\n');
    expect(text).toContain('Open for applications');
    for (const offer of ['1100.00', '1200.00', '1300.00']) expect(text).not.toContain(offer);
  });

  describe('runs an auction that', () => {
    interface ShownCase {
      readonly type: string;
      readonly view: {
        readonly status: string;
        readonly preferredBidder?: { readonly name: string; readonly percent: string } | null;
      };
    }
    const auction = (): readonly ShownCase[] =>
      bodies()
        .map((body) => (body['case'] ?? body) as unknown as ShownCase)
        .filter(({ type }) => type === 'block-auction');

    it('goes through every stage, in their order', () => {
      const statuses = auction().map(({ view }) => view.status);
      expect(statuses.filter((status, index) => status !== statuses[index - 1])).toEqual([
        'Tender document on sale; study period',
        'Open for bids',
        'Bids are in; the technical bids wait for their opening',
        'Technical bids are being evaluated',
        'Evaluation frozen; the prices wait for their opening',
        'Bidders are qualified; the second round is to be scheduled',
        'Second round announced',
        'Second round under way',
        'Preferred bidder declared',
      ]);
    });

    it('ends with a preferred bidder whom everybody can read', () => {
      expect(auction().at(-1)?.view).toMatchObject({
        status: 'Preferred bidder declared',
        preferredBidder: { name: 'Narmada Demo Resources Limited', percent: '64.00' },
      });
    });

    it('is then in the register of attempts, and no rehearsal is counted among what was real', () => {
      const attempt = bodies().find(({ attemptId, caseId }) => attemptId !== undefined && caseId !== null);
      expect(attempt).toMatchObject({ rehearsal: true, status: 'preferred_bidder', bidsReceived: 3 });
      const summary = bodies().find(({ denominators }) => denominators !== undefined);
      expect(summary).toMatchObject({ attempts: 60, blocks: 47 });
    });

    it('tells a bidder before the end of the study period why no bid is taken yet', () => {
      const [first] = bodies().filter((body) => lineOf(body).includes('"name":"SUBMIT_BID"'));
      const offered = (first?.['items'] ?? []) as { name: string; available: boolean; refusals: { text: string }[] }[];
      expect(offered.find(({ name }) => name === 'SUBMIT_BID')).toMatchObject({
        available: false,
        refusals: [{ text: expect.stringContaining('no bid is taken yet') as string }],
      });
    });

    it('shows no price before the opening of the prices, and no name to those who watch the second round', () => {
      const opened = lines.findIndex((line) => line.includes('Bidders are qualified'));
      expect(opened).toBeGreaterThan(0);
      const sealed = lines.slice(0, opened).join('\n');
      expect(['41.00', '63.50', '55.00'].filter((offer) => sealed.includes(`"${offer}"`))).toEqual([]);
      const watched = lines.filter((line) => line.includes('"live"')).at(-1);
      expect(watched).toContain('"best":"64.00"');
      expect(watched).not.toMatch(/Konark|Aravalli|Narmada|Bidder [A-C]/);
    });

    it('leaves a protocol of all offers and a record for the auditor', () => {
      const protocol = bodies().find(({ format }) => format === 'adit.block-auction.protocol/1');
      for (const offer of ['41.00', '63.60', '64.00']) expect(lineOf(protocol)).toContain(`"${offer}"`);
      expect(lines.some((line) => line.includes('"CLOSE_ROUND_TWO"') && line.includes('"items"'))).toBe(true);
    });
  });

  it('recounts its auction from the protocol alone, and finds it equal', () => {
    expect(lines.filter(isVerdict)).toEqual([
      expect.stringMatching(
        /\/protocol: equal: .*3 bids, 3 final offers of which 2 accepted, Bidder [A-C] at 64\.00 %$/,
      ),
    ]);
  });

  it('computes the bid security that the Supreme Court case of 2024 names', () => {
    const [answer] = bodies().filter((body) => 'working' in body);
    expect(answer).toMatchObject({ result: { amount: '91221315.00' } });
  });
});
