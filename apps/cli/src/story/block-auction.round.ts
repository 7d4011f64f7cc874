import { shift } from '../drive/auction-dates.js';
import type { DrivenBidder } from '../drive/bidders.js';
import { localTime } from '../drive/lines.js';
import type { RehearsalAuction } from '../drive/rehearsal-auction.js';
import type { Storyteller } from './storyteller.js';

interface Watched {
  readonly status: string;
  readonly round: {
    readonly floor: string;
    readonly best?: string | null;
    readonly next?: string;
    readonly closesAt?: string;
    readonly resumesAt?: string | null;
  };
  readonly preferredBidder: { readonly name: string; readonly percent: string; readonly declaredAt: string } | null;
}

interface Own {
  readonly own: { readonly alias: string; readonly rank: number | null; readonly holdsBest: boolean };
}

const MINUTE = 60;

/** The second round: aliases, equals, a slip of the finger, an outage, an extension, and the end by the clock. */
export async function tellRound(
  teller: Storyteller,
  auction: RehearsalAuction,
  bidders: readonly DrivenBidder[],
): Promise<void> {
  const [first, second, third, , , , last] = bidders;
  if (first === undefined || second === undefined || third === undefined || last === undefined) {
    throw new Error('there are seven bidders');
  }
  const { roundStartsAt } = auction.plan.dates;
  await teller.chapter('The second round');
  await auction.schedule();
  await auction.advanceToRound();
  await teller.say(
    'It begins by itself at its time, from the highest initial offer on. Whoever did not qualify stays out:',
  );
  await teller.refuse(`${last.legalName} offers 64.00.`, () => auction.offer(last, '64.00'));

  await auction.offer(second, '63.60');
  await teller.say(
    `${second.legalName} offers 63.60. An equal offer comes too late, and the refusal names the next one:`,
  );
  await teller.refuse(`${third.legalName} offers 63.60, too.`, () => auction.offer(third, '63.60'));
  await auction.offer(third, '64.00');
  const { own } = await auction.view<Own>(second.login);
  await teller.show(`${second.legalName} sees of itself; of the others it sees not even an alias`, [
    ['alias', own.alias],
    ['rank', String(own.rank)],
    ['holds the best offer', own.holdsBest ? 'yes' : 'no'],
  ]);
  await watch(teller, auction);

  await teller.say(
    `${first.legalName} means 64.50 and types 645.00. A far offer binds only when it is repeated in words:`,
  );
  await teller.refuse('It offers 645.00.', () => auction.offer(first, '645.00'));
  await auction.offer(first, '64.50');
  await teller.say('It sees what that would have meant, and offers 64.50.');

  await tellOutage(teller, auction, roundStartsAt);
  await tellExtension(teller, auction, second);
}

async function tellOutage(teller: Storyteller, auction: RehearsalAuction, startsAt: string): Promise<void> {
  const began = shift(startsAt, 45 * MINUTE);
  await auction.advanceTo(shift(began, 5 * MINUTE));
  await auction.pause(began, 'Bidders of two networks could not reach the platform.');
  await teller.say(
    `At ${localTime(began)} two networks lose the platform. The operator pauses the round, five minutes later.`,
  );
  const resumes = shift(began, 60 * MINUTE);
  await auction.announceResumption(resumes);
  await auction.advanceToRound(resumes);
  const { round } = await auction.view<Watched>();
  await teller.say(
    `It goes on at ${localTime(resumes)}, announced in time. The time is given back from the beginning of the outage: ` +
      `it closes at ${localTime(round.closesAt ?? '')} now.`,
  );
}

async function tellExtension(teller: Storyteller, auction: RehearsalAuction, bidder: DrivenBidder): Promise<void> {
  const { closesAt } = (await auction.view<Watched>()).round;
  if (closesAt === undefined) throw new Error('the round is under way');
  const late = shift(closesAt, -2 * MINUTE);
  await auction.advanceTo(late);
  await auction.offer(bidder, '66.00');
  const { round } = await auction.view<Watched>();
  await teller.say(
    `Two minutes before the end ${bidder.legalName} offers 66.00. So that nobody wins by being last, the round stays ` +
      `open for eight minutes after it, until ${localTime(round.closesAt ?? '')}.`,
  );
  await watch(teller, auction);
  await auction.closeRound();
  const { status, preferredBidder } = await auction.view<Watched>();
  await teller.say('Nobody offers more. The clock closes the round and declares the preferred bidder; no person does.');
  await teller.show('Everybody sees', [
    ['status', status],
    ['preferred bidder', preferredBidder?.name ?? ''],
    ['final price offer', `${preferredBidder?.percent ?? ''} %`],
    ['declared', localTime(preferredBidder?.declaredAt ?? '')],
  ]);
}

async function watch(teller: Storyteller, auction: RehearsalAuction): Promise<void> {
  const { round } = await auction.view<Watched>();
  await teller.show('Everybody watches', [
    ['best offer', round.best ?? 'none yet'],
    ['next possible', round.next ?? ''],
    ['closes', localTime(round.closesAt ?? '')],
  ]);
}
