import { onDay, planDates } from '../drive/auction-dates.js';
import { makeBidders, type DrivenBidder } from '../drive/bidders.js';
import { cite, localTime } from '../drive/lines.js';
import type { People } from '../drive/people.js';
import { RehearsalAuction } from '../drive/rehearsal-auction.js';
import { Provisions, readRecord } from '../drive/record.js';
import { tellRound } from './block-auction.round.js';
import type { Story, Storyteller } from './storyteller.js';

/** Initial price offers; the fifth best is made twice, and the last one stays below all. */
const OFFERS = ['63.55', '58.00', '55.00', '50.00', '41.00', '41.00', '30.00'] as const;
const DATES = planDates(onDay('2026-12-01T00:00:00+05:30', 0, 11));
const QUERY = 'Is the eastern road a public one?';

interface Notice {
  readonly status: string;
  readonly terms: { readonly reservePrice: string; readonly bidSecurity: string; readonly step: string };
  readonly schedule: Readonly<Record<string, string>>;
}

interface Official {
  readonly bidsReceived: number | null;
  readonly openQueries: readonly { readonly id: string; readonly text: string }[];
  readonly openedOffers: readonly {
    readonly percent: string;
    readonly rank: number;
    readonly qualified: boolean;
  }[];
}

/** The auction of a mining lease, from the draft to the preferred bidder. */
export const blockAuctionStory: Story = {
  name: 'block-auction',
  title: 'The auction of a mining lease: who may do what, who may know what, and why not',
  tell: async (teller, people) => {
    await teller.say(
      'Seven companies are about to bid for a block of iron ore; those that are missing are made first.',
    );
    const bidders = await makeBidders(people, OFFERS.length);
    const auction = await tellNotice(teller, people);
    await tellBids(teller, auction, bidders);
    await tellEvaluation(teller, auction);
    await tellRound(teller, auction, bidders);
    await tellRecord(teller, auction);
  },
};

async function tellNotice(teller: Storyteller, people: People): Promise<RehearsalAuction> {
  await teller.chapter('The notice');
  await teller.say(
    `An officer of Odisha drafts the notice, as a rehearsal whose own clock starts on ${DATES.draftedAt}.`,
  );
  const auction = await RehearsalAuction.draft(people, { dates: DATES });
  await teller.say(
    `It is ${auction.id}. Nobody but officers may know of a draft, so for everybody else it is not there:`,
  );
  await teller.refuse('Anybody asks for it.', () => auction.view());
  await teller.say('Publication takes two. The officer proposes it, and cannot confirm his own proposal:');
  const confirmation = { proposalId: await auction.propose('odisha', 'publish-notice') };
  await teller.refuse('The officer confirms it himself.', () =>
    auction.give('odisha', 'confirm-proposal', confirmation),
  );
  await auction.give('approving', 'confirm-proposal', confirmation);
  await teller.say('An approving officer confirms exactly that. From now on it is there for everybody:');
  const { status, terms, schedule } = await auction.view<Notice>();
  await teller.show('Everybody sees', [
    ['status', status],
    ['reserve price', `${terms.reservePrice} % of the value of mineral despatched`],
    ['bid security', `Rs ${terms.bidSecurity}`],
    ['bids due', localTime(schedule['bidsDueAt'] ?? '')],
  ]);
  return auction;
}

async function tellBids(
  teller: Storyteller,
  auction: RehearsalAuction,
  bidders: readonly DrivenBidder[],
): Promise<void> {
  const [first] = bidders;
  if (first === undefined) throw new Error('there are seven bidders');
  await teller.chapter('Questions and sealed bids');
  await teller.say(
    `${first.legalName} has a question. A refusal says which rule, what was found, and who can cure it how:`,
  );
  await teller.refuse('It asks.', () => auction.give(first.login, 'ask-query', { text: QUERY }));
  await auction.purchaseAll(bidders);
  await auction.give(first.login, 'ask-query', { text: QUERY });
  const { openQueries } = await auction.view<Official>(auction.officials.officer);
  await auction.give(auction.officials.officer, 'publish-replies', {
    replies: openQueries.map(({ id }) => ({ queryId: id, text: 'It is; see chapter 3 of the report.' })),
  });
  await teller.say('All seven buy the tender document. The question is answered for all to read, without its asker.');
  await teller.refuse('The first bid comes before the study period is over.', () => auction.bid(first, '41.00'));
  await auction.advanceTo(DATES.bidsSentAt);
  await teller.say(
    `The rehearsal's clock moves to ${localTime(DATES.bidsSentAt)}, and seven bids arrive, sealed on arrival.`,
  );
  await auction.bidAll(bidders.map((bidder, index) => ({ bidder, percent: OFFERS[index] ?? '' })));
  const { own } = await auction.view<{ readonly own: { readonly bid: Readonly<Record<string, string>> } }>(first.login);
  await teller.show(`${first.legalName} sees its receipt and nothing of the others`, [
    ['received', localTime(own.bid['receivedAt'] ?? '')],
    ['commitment', own.bid['commitment'] ?? ''],
  ]);
  const { bidsReceived } = await auction.view<Official>(auction.officials.officer);
  await teller.show('The officer who conducts the auction sees', [
    ['bids received', bidsReceived === null ? 'not to be known before the opening, to nobody' : String(bidsReceived)],
  ]);
}

async function tellEvaluation(teller: Storyteller, auction: RehearsalAuction): Promise<void> {
  await teller.chapter('The committee');
  await auction.advanceTo(DATES.openedAt);
  await auction.openTechnical();
  await teller.say(
    'After the due time two members of the committee open the technical bids together; prices stay sealed.',
  );
  await teller.refuse('The chair would open the prices at once.', () =>
    auction.give(auction.officials.chair, 'open-prices'),
  );
  await auction.findOnAll();
  await auction.freeze();
  await auction.openPrices();
  await teller.say(
    'Each bid gets its reasoned finding, the evaluation is frozen by two, and then the prices are opened.',
  );
  const { openedOffers } = await auction.view<Official>(auction.officials.officer);
  const ranked = [...openedOffers].sort((a, b) => a.rank - b.rank);
  await teller.show('The officer sees prices without names', [
    ['rank', 'offer', ''],
    ...ranked.map(({ percent, rank, qualified }) => [String(rank), percent, qualified ? 'qualified' : 'not qualified']),
  ]);
  await teller.say(
    'The first half of the ranks goes on, or the five best if those are more. The fifth offer was made twice: equal ' +
      'offers share a rank, so six go on.',
  );
}

async function tellRecord(teller: Storyteller, auction: RehearsalAuction): Promise<void> {
  await teller.chapter('The record');
  const provisions = await Provisions.read(auction.people.anybody, 'block-auction');
  const record = await readRecord(auction.people.as('auditor'), auction.id);
  const last = record.findLast(({ kind }) => kind === 'timer');
  const state = provisions.ofState(last?.view.to ?? '');
  await teller.show('An auditor reads every transition with the rules that it rests on', [
    ['transitions', String(record.length)],
    ['the last, by the clock', `${last?.command ?? ''}${state === undefined ? '' : ` (${cite(state.ref)})`}`],
    ['its hash', last?.hash ?? ''],
  ]);
  const { baseUrl } = auction.people.anybody;
  await teller.show('Everybody reads the protocol, from which the result can be computed again', [
    [`${baseUrl}${auction.path}/protocol`],
  ]);
  await teller.say('Whoever holds the database proves the whole record with: npm run adit -- verify');
}
