import { CONCESSIONS, DENOMINATORS, FIGURES, GROUPINGS, REGIMES, STAGES, STATUSES } from '#registers';
import { exactly, type Schema } from '../openapi/schemas.js';
import * as words from './schema-words.js';

const { text, textOrNull, listOf, oneOf, oneOfOrNull } = words;
const { integer, integerOrNull, flag, flagOrNull, dateOrNull, percentOrNull, source } = words;

const STATUS_NAMES = Object.keys(STATUSES);
const STAGE_NAMES = Object.keys(STAGES);
const REGIME_NAMES = Object.keys(REGIMES);
const FIGURE_NAMES = Object.keys(FIGURES);
const DENOMINATOR_NAMES = Object.keys(DENOMINATORS);

export const CSV: Schema = text('A heading and a row for each entry; empty is not known.');

const attemptFields = {
  attemptId: text('Of the source, or of the case.'),
  href: text(),
  origin: { ...oneOf(['PUBLISHED', 'PLATFORM']), description: 'Published elsewhere, or run on this platform.' },
  rehearsal: { ...flag, description: 'Practice: never in one list with what was real.' },
  caseId: textOrNull('The case, where it ran on this platform.'),
  protocol: textOrNull('Address of the protocol, once there is one.'),
  regime: { ...oneOf(REGIME_NAMES), description: 'The law and authority under which it ran.' },
  tranche: textOrNull('As its source names it.'),
  attempt: { ...integerOrNull, description: 'Which attempt at its block, from 1 on.' },
  attemptKind: oneOfOrNull(['FIRST', 'SECOND', 'DE_NOVO']),
  previousAttemptId: textOrNull(),
  blockId: textOrNull('In the register of blocks, where it is there.'),
  blockKey: text('The same for all attempts at one block.'),
  blockName: text(),
  state: textOrNull('ISO 3166-2:IN without its country part.'),
  minerals: listOf(
    exactly({ code: textOrNull('Null where the source names no single one.'), asPublished: text() }),
    'Empty: not known.',
  ),
  concession: oneOfOrNull(CONCESSIONS),
  concessionAsPublished: textOrNull(),
  status: oneOf(STATUS_NAMES),
  stage: oneOf(STAGE_NAMES),
  preferredBidder: textOrNull(),
  offerBasis: oneOf(['VALUE_OF_MINERAL_DESPATCHED', 'SHARE_OF_PREMIUM', 'REVENUE_SHARE']),
  reservePricePercent: percentOrNull,
  ceilingPercent: percentOrNull,
  floorPricePercent: { ...percentOrNull, description: 'Best initial price offer, per cent.' },
  finalPriceOfferPercent: percentOrNull,
  bidsReceived: integerOrNull,
  technicallyQualified: integerOrNull,
  qualified: integerOrNull,
  reasonCode: textOrNull('Ground of an annulment on this platform.'),
  reason: textOrNull(),
  provision: textOrNull(),
  noticeOn: dateOrNull,
  tenderSaleEndOn: dateOrNull,
  bidDueOn: dateOrNull,
  decidedOn: textOrNull('Day, month or year, as exact as the source is.'),
  year: { ...integerOrNull, description: 'Of the notice; where that is not known, of the decision.' },
  notes: textOrNull(),
  sources: listOf(source),
} satisfies Record<string, Schema>;

export const ATTEMPTS = exactly({ items: listOf(exactly(attemptFields)), next: words.next });

export const ATTEMPT = exactly({
  ...attemptFields,
  offers: listOf(
    exactly({
      round: oneOf(['1', '2', '2-interim']),
      bidder: textOrNull(),
      offerPercent: percentOrNull,
      rank: { ...integerOrNull, description: 'As printed: counted (1, 2, 2, 4).' },
      qualified: flagOrNull,
      sourceUrl: text(),
    }),
  ),
});

const defined = (names: readonly string[], more: Record<string, Schema> = {}): Schema =>
  listOf(exactly({ name: oneOf(names), ...more, definition: text() }));

export const DICTIONARY = exactly({
  statuses: defined(STATUS_NAMES, {
    stage: oneOf(STAGE_NAMES),
    publisher: text('Who publishes that an attempt has come this far.'),
    inSources: text('What the sources that were read call it.'),
    onPlatform: textOrNull('Which attempts of this platform have it; null: none.'),
  }),
  stages: defined(STAGE_NAMES),
  regimes: defined(REGIME_NAMES),
  denominators: defined(DENOMINATOR_NAMES),
  figures: defined(FIGURE_NAMES, { denominator: oneOf(DENOMINATOR_NAMES) }),
});

const counts = {
  attempts: integer,
  blocks: integer,
  figures: listOf(
    exactly({
      name: oneOf(FIGURE_NAMES),
      denominator: oneOf(DENOMINATOR_NAMES),
      count: integer,
      of: { ...integer, description: 'How many attempts or blocks it is of.' },
      percent: textOrNull('Count of that number in per cent, half up; null of nothing.'),
      definition: text(),
    }),
  ),
  statuses: listOf(
    exactly({ status: oneOf(STATUS_NAMES), attempts: integer, blocks: integer, definition: text() }),
    'Statuses that occur; blocks by their latest attempt.',
  ),
} satisfies Record<string, Schema>;

export const SUMMARY = exactly({
  filter: { type: 'object', additionalProperties: true, description: 'What was asked for.' },
  denominators: exactly({ attempts: text(), blocks: text() }),
  ...counts,
  by: oneOf(GROUPINGS),
  groups: listOf(exactly({ group: textOrNull('Null: not known.'), ...counts })),
});

export const TRANCHES = exactly({
  items: listOf(
    exactly({
      id: text(),
      offered: integerOrNull,
      firstAttempt: integerOrNull,
      secondAttempt: integerOrNull,
      miningLeases: integerOrNull,
      compositeLicences: integerOrNull,
      noticeOn: dateOrNull,
      tenderSaleEndOriginal: dateOrNull,
      tenderSaleEndRevised: dateOrNull,
      bidDueOriginal: dateOrNull,
      bidDueRevised: dateOrNull,
      bidsReceived: integerOrNull,
      awarded: integerOrNull,
      annulled: integerOrNull,
      annulledWithoutBids: integerOrNull,
      notes: textOrNull(),
      sources: listOf(source),
    }),
  ),
});
