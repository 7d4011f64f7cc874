import { spawn } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { Percent } from '#case-kit';
import { readRecord } from '../drive/record.js';
import type { RehearsalAuction } from '../drive/rehearsal-auction.js';
import type { SentCommand } from './journal.js';
import type { Written } from './record-checks.js';
import { findFile } from './seeds.js';
import type { Stage } from './stage.js';
import type { RecordFollower, SeenRound, Watcher } from './watchers.js';

const DECLARED = 'Preferred bidder declared';
/** So many acknowledged commands are sent once more when all is over. */
const SENT_AGAIN = 10;

const isAcceptedOffer = ({ command, kind }: Written): boolean => command === 'FINAL_OFFER' && kind === 'accepted';
const percentOf = ({ payload }: Written): string => String(payload.form['percent']);

/** Both apis tell the same case, the same record and the same protocol, and they are those of the database. */
export async function checkBothApis(
  stage: Stage,
  { id, path }: RehearsalAuction,
  written: readonly Written[],
): Promise<readonly string[]> {
  const findings: string[] = [];
  const told = await Promise.all(
    stage.people.map(async (people, index) => {
      const auditor = people.as('auditor');
      const record = await readRecord(auditor, id);
      if (record.map(({ hash }) => hash).join() !== written.map(({ hash }) => hash).join()) {
        findings.push(`api-${index + 1} tells another record than the database holds`);
      }
      return {
        seen: await auditor.get<object>(`/v1/cases/${id}`),
        protocol: await auditor.get<object>(`${path}/protocol`),
      };
    }),
  );
  if (!isDeepStrictEqual(told[0], told[1])) findings.push('the apis tell different cases or protocols');
  return findings;
}

/** The program that shares nothing with the platform computes the same from the protocol. */
export async function checkRecount(stage: Stage, { path }: RehearsalAuction): Promise<readonly string[]> {
  const child = spawn(process.execPath, [findFile('scripts/recount.mjs'), `${stage.urls[0] ?? ''}${path}/protocol`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return code === 0 ? [] : [`the recount differs: ${output.trim()}`];
}

/** The best of the accepted offers, each better than the one before, has won. */
export async function checkWinner(auction: RehearsalAuction, written: readonly Written[]): Promise<readonly string[]> {
  const percents = written.filter(isAcceptedOffer).map(percentOf);
  const findings = percents.flatMap((percent, index) => {
    const before = percents[index - 1];
    return before === undefined || Percent.parse(percent).compare(Percent.parse(before)) > 0
      ? []
      : [`${percent} % was accepted after ${before} %`];
  });
  const { status, preferredBidder } = await auction.view<{
    readonly status: string;
    readonly preferredBidder: { readonly percent: string } | null;
  }>();
  if (status !== DECLARED) findings.push(`the auction ended as ${status}`);
  else if (preferredBidder?.percent !== percents.at(-1)) {
    findings.push(
      `${preferredBidder?.percent ?? 'nothing'} % has won, and the last accepted offer is ${percents.at(-1)} %`,
    );
  }
  return findings;
}

/** What a watcher was shown follows the record: never back, never aside, and to its end. */
export function checkWatcher({ login, seen }: Watcher, written: readonly Written[]): readonly string[] {
  const percents = written.filter(isAcceptedOffer).map(percentOf);
  let place = -1;
  for (const round of seen) {
    const now = placeOf(round, percents);
    if (now === undefined) return [`${login} was shown ${JSON.stringify(round)}, which the round never was`];
    if (now < place) return [`${login} was shown offer ${now + 1} after offer ${place + 1}`];
    place = now;
  }
  const last = seen.at(-1);
  if (last?.status === DECLARED && place === percents.length - 1) return [];
  return [`${login} was shown ${JSON.stringify(last)} last, and not how the round ended`];
}

/** Index of the offer that was the best when this was shown; -1 before the first. */
function placeOf({ best, offers }: SeenRound, percents: readonly string[]): number | undefined {
  const place = best === null ? -1 : percents.indexOf(best);
  if (best !== null && place < 0) return undefined;
  return offers === undefined || offers === place + 1 ? place : undefined;
}

/** Whoever read the record on while it grew has read every accepted offer once, in the order of the record. */
export function checkFollower({ hashes, oddities }: RecordFollower, written: readonly Written[]): readonly string[] {
  const all = written.filter(isAcceptedOffer).map(({ hash }) => hash);
  if (hashes.join() === all.join()) return oddities;
  return [
    ...oddities,
    `whoever followed the record read ${hashes.length} offers of ${all.length}, or in another order`,
  ];
}

/** An acknowledged command that is sent once more, at the other api, is answered as it was. */
export async function checkRepetition(commands: readonly SentCommand[]): Promise<readonly string[]> {
  const offers = commands.filter(({ request, acknowledgement }) => {
    return request.path.endsWith('/final-offer') && acknowledgement?.status === 200;
  });
  const every = Math.max(1, Math.floor(offers.length / SENT_AGAIN));
  const findings = await Promise.all(
    offers
      .filter((_, index) => index % every === 0)
      .map(async ({ request, acknowledgement, sendAgain }) => {
        const { body, headers } = await sendAgain();
        const { transition } = body as { readonly transition?: string };
        if (transition === acknowledgement?.transition && headers.get('Idempotent-Replayed') === 'true') return [];
        return [`${request.path} sent again was answered ${transition ?? 'without an entry'}, not as it was`];
      }),
  );
  return findings.flat();
}
