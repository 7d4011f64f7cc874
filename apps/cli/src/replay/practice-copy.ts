import { addMonths, type LocalDate } from '#case-kit';
import { ApiRefused, type ApiClient } from '../drive/api-client.js';
import type { PublishedAuction } from './published.js';

/** What the register wants to know of a block, and nobody published: all of it is marked in the block itself. */
export const BLOCK_FILLED_IN =
  'the area, land, exploration, geological report and value of estimated resources (Rs 100 crore) of the block';

const INVENTED_AREA = '100.00';
const TONNES = '1000000';
const PRICE = '1000.00';
const VALUE = '1000000000.00';
/** As far as the notice of each concession asks. */
const EXPLORATION = { ML: 'G2', CL: 'G4', EL: 'G4' } as const;

/** Id of the practice copy of the block of a published auction. */
export function copyIdOf(auctionId: string): string {
  const id = auctionId.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '-');
  return `REPLAY-${id}`.slice(0, 60).replace(/-$/, '');
}

/**
 * The block as the sources name it, in the register of blocks, marked for rehearsals for ever. A real block with facts
 * that are not known must not look like one that is known; a second replay finds the copy of the first.
 */
export async function registerPracticeCopy(
  officer: ApiClient,
  auction: PublishedAuction,
  noticeOn: LocalDate,
): Promise<string> {
  const id = copyIdOf(auction.id);
  if (!(await isKnown(officer, id))) await officer.post('/v1/blocks', { id, ...(await describe(officer, auction)) });
  const { items } = await officer.get<{ readonly items: readonly object[] }>(`/v1/blocks/${id}/values`);
  if (items.length > 0) return id;
  const [mineral = ''] = auction.minerals;
  const month = addMonths(noticeOn, -1).slice(0, 7);
  const line = { mineral, grade: 'filled in', tonnes: TONNES, averageSalePrice: PRICE, month, value: VALUE };
  await officer.post(`/v1/blocks/${id}/values`, { amount: VALUE, computedOn: noticeOn, worksheet: [line] });
  return id;
}

async function isKnown(officer: ApiClient, id: string): Promise<boolean> {
  return await officer.get(`/v1/blocks/${id}`).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiRefused && error.status === 404) return false;
      throw error;
    },
  );
}

async function describe(officer: ApiClient, auction: PublishedAuction): Promise<object> {
  const { blockName, state, concession, minerals, mineralsAsPublished, sources } = auction;
  const note = `Filled in for a replay, not published: ${BLOCK_FILLED_IN}.`;
  const { body } = await officer.send<{ readonly id: string }>({
    method: 'POST',
    path: '/v1/documents?name=filled-in-report.pdf',
    headers: { 'Content-Type': 'application/pdf' },
    body: new TextEncoder().encode(`%PDF-1.7\n% ${auction.id}: no report was read. ${note}\n%%EOF\n`),
  });
  return {
    rehearsal: true,
    name: `${blockName} (practice copy for a replay)`,
    state,
    concession,
    minerals: minerals.map((code) => ({ code, asPublished: mineralsAsPublished })),
    areaHa: INVENTED_AREA,
    land: { forestHa: '0.00', governmentHa: '0.00', otherHa: INVENTED_AREA },
    demarcated: true,
    explorationLevel: concession === null ? null : EXPLORATION[concession],
    geologicalReportDocument: body.id,
    sources: sources.map((url) => ({ url, note })),
  };
}
