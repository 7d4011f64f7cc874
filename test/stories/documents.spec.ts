import { createHash } from 'node:crypto';
import type { Response } from 'supertest';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, paperOf, type Bidder } from '../support/auction-bidders.js';
import { Auction, ROUND_STARTS_AT } from '../support/auction-story.js';
import { expectStatus } from '../support/client.js';
import { judgeContent, openDocument, storeFile } from '../support/opened-document.js';

/** They read the bids, with their papers, once the technical bids are open. */
const TRUSTED = ['odisha', 'central', 'approving', 'chair', 'member', 'auditor'];
/** They see the case and never a paper of another; bidder3 bids as well. */
const OTHERS = ['rajasthan', 'operator', 'administrator', 'rules', 'agency', 'bidder3'];

interface SecurityEvent {
  readonly subject: string;
  readonly detail: { readonly document: string; readonly capacity: string };
}

describe('the papers of bids, to those who open them', () => {
  let world: ApiWorld;
  let first: Bidder;
  let second: Bidder;
  let auction: Auction;

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_LOG_LEVEL: 'trace' });
    first = await makeBidder(world, 'bidder1');
    second = await makeBidder(world, 'bidder2');
    const third = await makeBidder(world, 'bidder3');
    auction = await Auction.takeBids(world, [first, second, third]);
    for (const [bidder, percent] of [
      [first, '41.00'],
      [second, '55.00'],
      [third, '63.55'],
    ] as const) {
      await auction.must(bidder.name, 'submit-bid', await auction.bidOf(bidder, percent));
    }
  }, 120_000);
  afterAll(() => world.close());

  const pathOf = (documentId: string): string => `/v1/cases/${auction.id}/documents/${documentId}`;
  const open = async (name: string | null, documentId: string): Promise<Response> =>
    await openDocument(name === null ? world.anybody : await world.as(name), pathOf(documentId));
  /** Who of all is handed the paper of this bidder. */
  const findReaders = async ({ documentId }: Bidder): Promise<readonly string[]> => {
    const readers: string[] = [];
    for (const name of [...TRUSTED, ...OTHERS, first.name, second.name, null]) {
      const { status, body } = await open(name, documentId);
      if (status === 200) readers.push(name ?? 'everybody');
      // Not there, not shown and not seen are told alike.
      else
        expect([name, status, Object.keys(body as object)]).toEqual([
          name,
          404,
          ['type', 'title', 'status', 'instance'],
        ]);
    }
    return readers;
  };
  const listOpenings = async (): Promise<readonly SecurityEvent[]> => {
    const answer = await (await world.as('administrator')).get('/v1/security-events?kind=document-opened&limit=200');
    return expectStatus(200)(answer).body as readonly SecurityEvent[];
  };

  it('are each his own bidder’s alone before the bids are opened, due or not', async () => {
    expect(await findReaders(first)).toEqual([first.name]);
    expect(await findReaders(second)).toEqual([second.name]);
    await auction.advanceTo('2027-01-27T11:00:00+05:30');
    expect(await findReaders(first)).toEqual([first.name]);
  });

  it('leave, when a bidder opens his own, no trace from which bids could be counted', async () => {
    expect(await listOpenings()).toEqual([]);
    const lines = world.log.filter((line) => line.includes(first.documentId) || line.includes(second.documentId));
    expect(lines.filter((line) => line.includes(auction.id))).toEqual([]);
    const asked = world.log.filter((line) => line.includes('/documents/:documentId'));
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((line) => line.includes(auction.id))).toEqual([]);
  });

  it('are read by those who evaluate, decide and audit once the bids are open, by a rival never', async () => {
    await auction.openTechnical();
    expect(await findReaders(first)).toEqual([...TRUSTED, first.name]);
    expect(await findReaders(second)).toEqual([...TRUSTED, second.name]);
    const { body, headers } = await open('member', first.documentId);
    expect(Buffer.isBuffer(body) && body.equals(paperOf(first.name))).toBe(true);
    expect(headers['content-disposition']).toContain(`filename="${first.name}.pdf"`);
  });

  it('leave a trace of everybody else who opens them, which names no paper to who does not have it', async () => {
    const openings = await listOpenings();
    const mine = createHash('sha256').update(`${auction.id}/${first.documentId}`).digest('hex');
    const ofFirst = openings.filter(({ detail }) => detail.document === mine);
    expect(ofFirst.map(({ detail }) => detail.capacity).sort()).toEqual(
      [
        'approving-officer',
        'auditor',
        'central-officer',
        'evaluation-chair',
        'evaluation-member',
        'evaluation-member',
        'state-officer',
      ].sort(),
    );
    expect(openings.every(({ subject }) => subject === auction.id)).toBe(true);
    expect(JSON.stringify(openings)).not.toContain(first.documentId);
    const head = { headers: { Authorization: `Bearer ${(await world.as('chair')).token}` }, method: 'HEAD' };
    expect((await fetch(`${world.baseUrl}${pathOf(first.documentId)}`, head)).status).toBe(200);
    // Headers are no content.
    expect(await listOpenings()).toHaveLength(openings.length);
  });

  it('are none of this case when the bid does not name them, whoever knows their hash', async () => {
    const spare = await storeFile(await world.as(first.name), 'spare.pdf', '%PDF-1.7\n% never named\n');
    const none = createHash('sha256').update('nothing').digest('hex');
    for (const id of [spare, none, 'x', auction.id]) {
      expect([id, (await open('chair', id)).status, (await open(first.name, id)).status]).toEqual([id, 404, 404]);
    }
    const elsewhere = `/v1/cases/${(await Auction.publish(world)).id}/documents/${first.documentId}`;
    expect((await openDocument(await world.as('chair'), elsewhere)).status).toBe(404);
    expect((await openDocument(await world.as('chair'), `/v1/cases/x/documents/${first.documentId}`)).status).toBe(404);
  });

  it('count the document of an answer among them, which the committee has asked for', async () => {
    const report = await storeFile(await world.as(second.name), 'report.pdf', '%PDF-1.7\n% report of the auditor\n');
    const asked = (await auction.bids()).find(({ organisationId }) => organisationId === second.organisationId);
    await auction.must('member', 'request-clarification', {
      bidId: asked?.bidId,
      question: 'The balance sheet lacks the report of the auditor. Furnish it.',
      answerBy: '2027-02-03T17:00:00+05:30',
    });
    const { own } = await auction.viewFor<{ own: { clarifications: { id: string }[] } }>(second.name);
    await auction.must(second.name, 'answer-clarification', {
      clarificationId: own.clarifications[0]?.id,
      answer: 'The report is attached.',
      documentId: report,
    });
    expect((await open('member', report)).status).toBe(200);
    expect((await open(second.name, report)).status).toBe(200);
    for (const other of [first.name, 'bidder3', 'agency', null]) expect((await open(other, report)).status).toBe(404);
  });

  it('are for everybody when they are corrigenda of the notice', async () => {
    const published = await Auction.publish(world);
    const corrigendum = await storeFile(await world.as('odisha'), 'corrigendum.pdf', '%PDF-1.7\n% two days longer\n');
    await published.giveByTwo('issue-corrigendum', 'odisha', 'approving', {
      text: 'Bids may come two days longer, because the revenue survey was supplemented.',
      bidsDueAt: '2027-01-27T17:00:00+05:30',
      documentId: corrigendum,
    });
    for (const reader of [null, 'bidder3', 'chair']) {
      expect(await published.viewFor(reader ?? undefined)).toMatchObject({
        corrigenda: [
          { version: 2, text: expect.stringContaining('revenue survey') as string, documentId: corrigendum },
        ],
      });
      const client = reader === null ? world.anybody : await world.as(reader);
      const { status } = await openDocument(client, `/v1/cases/${published.id}/documents/${corrigendum}`);
      expect([reader, status]).toEqual([reader, 200]);
    }
  });

  it('bear the name that their bidder gave them, whatever others called the same file', async () => {
    await storeFile(await world.as(second.name), 'a-name-of-the-rival.pdf', paperOf(first.name));
    const { headers } = await open('chair', first.documentId);
    expect(headers['content-disposition']).toContain(`filename="${first.name}.pdf"`);
  });

  it('are handed out to nobody once the scanner warns of them', async () => {
    await judgeContent(world, second.documentId, 'infected');
    for (const name of ['chair', second.name]) {
      const { status, body } = await open(name, second.documentId);
      expect([name, status, body]).toMatchObject([name, 422, { refusals: [{ rule: 'document-is-clean' }] }]);
    }
    expect((await open('bidder3', second.documentId)).status).toBe(404);
    await judgeContent(world, second.documentId, 'clean');
  });

  it('are closed again while bidders stand under aliases', async () => {
    await auction.findOnAll();
    await auction.freeze();
    await auction.openPrices();
    await auction.must('odisha', 'schedule-round-two', { startsAt: ROUND_STARTS_AT });
    expect(await findReaders(first)).toEqual([first.name]);
  });
});
