import { formatInstant, parseInstant, type AnyCaseType, type LawSnapshot } from '#case-kit';
import { caseTypeLaw, caseTypes } from '#case-types';
import { buildLawSnapshot, readSeedLaw } from '#rulebook';
import { Draw } from './draw.js';
import { makeActor, PlayedCase } from './played-case.js';

const DAY = 86_400_000;
const OPENED_AT = parseInstant('2026-12-01T11:00:00+05:30');
const BIDDING_AT = OPENED_AT + 40 * DAY;
const CLOSED_AT = OPENED_AT + 56 * DAY;

export const OFFICER = makeActor('state-officer', 'mines-department', 'OD');
export const CHAIR = makeActor('evaluation-chair', 'committee', 'OD');
export const OPERATOR = makeActor('platform-operator', 'platform');

/** The law of the seed with other values for some of its numbers, so that no number is taken for granted. */
function makeLaws(): readonly LawSnapshot[] {
  const { parameters, holidayLists } = readSeedLaw();
  const changes: readonly Readonly<Record<string, unknown>>[] = [
    {},
    {},
    { 'final-offer.jump-steps': 20 },
    { 'qualification.minimum-tqb': 2 },
    { 'qualification.top-bidders': 3, 'qualification.rank-share': '40.00' },
    { 'qualification.affiliate-bar': false, 'auction.extension-minutes': 5 },
  ];
  return changes.map((values) =>
    buildLawSnapshot(
      [...parameters, ...caseTypeLaw].map((parameter) => ({
        ...parameter,
        signedBy: ['owner-1', 'owner-2'],
        value: (values[parameter.name] ?? parameter.value) as typeof parameter.value,
      })),
      holidayLists,
    ),
  );
}

function findBlockAuction(): AnyCaseType {
  const found = caseTypes.find(({ id }) => id === 'block-auction');
  if (found === undefined) throw new Error('there are no block auctions');
  return found;
}

const blockAuction = findBlockAuction();
const laws = makeLaws();

/** Hundredths as a decimal string. */
export function writePercent(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
}

const BLOCK = {
  id: 'RANDOM-1',
  version: 1,
  name: 'Random block',
  state: 'OD',
  concession: null,
  minerals: [{ code: 'IRON_ORE', periods: [{ part: 'C', from: null, until: null }] }],
  areaHa: '140.0000',
  demarcated: true,
  landClassified: true,
  explorationLevel: 'G2',
  geologicalReport: 'a'.repeat(64),
  rehearsal: false,
  value: { version: 1, blockVersion: 1, amount: '20000000000.00', worksheet: [{ mineral: 'IRON_ORE' }] },
};

const DATES = {
  queriesCloseAt: 14,
  repliesDueAt: 21,
  studyEndsAt: 35,
  purchaseClosesAt: 50,
  bidsDueAt: 55,
};

interface Terms {
  readonly scheme: string;
  readonly attempt: string;
  /** Hundredths of a percentage point. */
  readonly bound: number;
}

function drawTerms(draw: Draw): Terms {
  const scheme = draw.pick(['mining-lease', 'composite-licence', 'exploration-licence']);
  const bound = scheme === 'exploration-licence' ? draw.between(2_500, 9_000) : draw.between(1, 12_000);
  const attempt = draw.chance(55) ? 'FIRST' : draw.chance(60) ? 'SECOND' : 'DE_NOVO';
  return { scheme, attempt, bound };
}

/** The attempt before; one that had nobody technically qualified has the next one judged as a process de novo. */
function drawPrevious(draw: Draw, { attempt, scheme }: Terms): readonly object[] {
  if (attempt === 'FIRST') return [];
  const kept = { caseId: 'AUCTION-0', lineageId: 'block:RANDOM-1', ordinal: 1, kind: 'FIRST', scheme };
  const hadTqb = draw.chance(85);
  return [{ ...kept, phase: 'ANNULLED', reason: 'LT3_TQB', hadTqb, nextAttempts: ['SECOND', 'DE_NOVO'] }];
}

/** So many bids as make every number around the limits of the Rules frequent. */
function drawCount(draw: Draw): number {
  const kind = draw.below(100);
  if (kind < 3) return 0;
  if (kind < 20) return draw.between(1, 2);
  if (kind < 55) return draw.between(3, 5);
  return kind < 95 ? draw.between(6, 12) : draw.between(13, 30);
}

/** Prices about the bound, many of them equal to another. */
function drawPrices(draw: Draw, count: number, { scheme, bound }: Terms): readonly number[] {
  const isDescending = scheme === 'exploration-licence';
  const spread = draw.pick([10, 200, 5_000]);
  const prices: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const earlier = prices.length > 0 && draw.chance(35) ? draw.pick(prices) : undefined;
    const beyond = draw.chance(6) ? -draw.between(1, 50) : draw.below(spread);
    prices.push(earlier ?? Math.max(0, isDescending ? bound - beyond : bound + beyond));
  }
  return prices;
}

/** Parties that link some of the bids, directly or over a chain; most bids are linked with nobody. */
function drawLinks(draw: Draw, index: number, isLinked: boolean): readonly string[] {
  const own = [`COMPANY ${index}`];
  if (!isLinked || !draw.chance(35)) return own;
  const parent = draw.below(4);
  return draw.chance(30) ? [...own, `HOLDING ${parent}`, `HOLDING ${parent + 1}`] : [...own, `HOLDING ${parent}`];
}

/** An auction on whose notice bids may come, and what its notice says. */
interface Published {
  readonly game: PlayedCase;
  readonly terms: Terms;
  /** The same auction with its bids in and opened, by their number: no act up to there knows more of them. */
  readonly opened: Map<number, PlayedCase>;
}

function publish(draw: Draw): Published {
  const terms = drawTerms(draw);
  const attempts = drawPrevious(draw, terms);
  const facts: Record<string, unknown> = { block: BLOCK, attempts, interested: [], bids: [], names: {}, screenedAt: 5 };
  const optional = {
    step: draw.pick([undefined, undefined, '0.05', '0.10', '0.01', '0.25', '1.00']),
    extensionMinutes: draw.pick([undefined, undefined, 1, 5, 8, 15]),
    roundTwoMinutes: draw.pick([undefined, undefined, 10, 30, 60]),
  };
  const dates = Object.entries(DATES).map(([name, days]) => [name, formatInstant(OPENED_AT + days * DAY)]);
  const form = {
    ...(Object.fromEntries(dates) as Record<string, string>),
    blockId: BLOCK.id,
    scheme: terms.scheme,
    attempt: terms.attempt,
    ...(attempts.length > 0 ? { previousCaseId: 'AUCTION-0' } : {}),
    bound: writePercent(terms.bound),
    tenderFee: '300000.00',
    statedSecurity: '5000000.00',
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as object),
  };
  const opening = { caseType: blockAuction, law: draw.pick(laws), rehearsal: draw.chance(20), jurisdiction: 'OD' };
  const game = new PlayedCase({ ...opening, openedAt: OPENED_AT, form, opener: OFFICER }, facts);
  game.mustGive('PUBLISH_NOTICE', OFFICER, {}, OPENED_AT);
  game.applyDue(BIDDING_AT);
  return { game, terms, opened: new Map() };
}

/** So many notices are drawn for a seed; what many auctions have in common is decided once, and each goes on alone. */
const NOTICES = 256;
const notices = new Map<string, Published>();

/** The same notice for the same seed and number, published once. */
function takeNotice(seed: number, draw: Draw): Published {
  const number = draw.below(NOTICES);
  const key = `${seed} ${number}`;
  const known = notices.get(key) ?? publish(new Draw(seed, -1 - number));
  notices.set(key, known);
  return known;
}

/** Closes the bidding on a number of bids and opens their technical parts; without any it ends there. */
function openBids({ game, opened }: Published, count: number): PlayedCase {
  const known = opened.get(count);
  if (known !== undefined) return known.fork();
  const closed = game.fork();
  closed.facts['bidCount'] = count;
  closed.applyDue(CLOSED_AT);
  if (closed.state === 'opening') closed.mustGive('OPEN_TECHNICAL', CHAIR, {}, CLOSED_AT);
  opened.set(count, closed);
  return closed.fork();
}

/** Plays an auction from the draft of its notice to the ranking, or to the annulment that comes before it. */
export function playFirstRound(
  seed: number,
  draw: Draw,
): { readonly game: PlayedCase; readonly bidders: readonly string[] } {
  const published = takeNotice(seed, draw);
  const count = drawCount(draw);
  const game = openBids(published, count);
  return { game, bidders: playBids(draw, game, count, published.terms) };
}

function playBids(draw: Draw, game: PlayedCase, count: number, terms: Terms): readonly string[] {
  const prices = drawPrices(draw, count, terms);
  const isLinked = draw.chance(20);
  const failing = draw.pick([0, 0, 10, 40]);
  const bidders = prices.map((_, index) => `bidder-${index + 1}`);
  const values = new Map<string, string>();
  const bids = prices.map((price, index) => {
    const bidId = `b-${draw.next().toString(16).padStart(16, '0')}`;
    values.set(bidId, draw.chance(1) ? 'sixty-three' : writePercent(price));
    return {
      bidId,
      organisationId: bidders[index],
      seq: index,
      receivedAt: BIDDING_AT + index,
      envelope: { ciphertext: bidId, commitment: bidId },
    };
  });
  game.sealed = values;
  game.facts['bids'] = bids;
  game.facts['evaluation'] = bids.map(({ bidId, organisationId }, index) => {
    const result = draw.chance(failing) ? 'FAILED' : 'PASSED';
    const grounds = result === 'FAILED' ? ['DOCUMENTS_MISSING'] : [];
    const affiliates = drawLinks(draw, index, isLinked);
    return { bidId, organisationId, result, reason: '', grounds, recordedBy: 'm', openClarification: null, affiliates };
  });
  if (game.state === 'technicalEvaluation') game.mustGive('FREEZE_EVALUATION', CHAIR, {}, CLOSED_AT + DAY);
  if (game.state === 'priceOpening') game.mustGive('OPEN_PRICES', CHAIR, {}, CLOSED_AT + 2 * DAY);
  return bidders;
}
