import {
  CaseIdField,
  ChoiceField,
  InstantField,
  PercentField,
  RupeesField,
  TextField,
  WholeNumberField,
} from './fields.forms.js';

/** A command that says everything by its name. */
export class NoForm {}

const SCHEMES = ['mining-lease', 'composite-licence', 'exploration-licence'] as const;
const KINDS = ['FIRST', 'SECOND', 'DE_NOVO'] as const;

/** The draft of a notice inviting tenders for one block, one attempt. */
export class OpenBlockAuctionForm {
  @TextField({ example: 'PRACTICE-ML-1', from: 3, to: 60, description: 'Id of the block in the register.' })
  blockId!: string;

  @ChoiceField({ example: 'mining-lease', description: 'What is auctioned.' }, SCHEMES)
  scheme!: (typeof SCHEMES)[number];

  @ChoiceField({ example: 'FIRST', description: 'Which attempt at this block it is.' }, KINDS)
  attempt!: (typeof KINDS)[number];

  @CaseIdField({
    example: 'AUCTION-4T7QK-9ZP2M',
    description: 'The attempt before it; left out for a first attempt.',
    optional: true,
  })
  previousCaseId?: string;

  @PercentField({ example: '10.00', description: 'Reserve price, or for an exploration licence the ceiling.' })
  bound!: string;

  @RupeesField({ example: '300000.00', description: 'Price of the tender document, tax included.' })
  tenderFee!: string;

  @RupeesField({
    example: '25000.00',
    description: 'Price for those who bought the document of an earlier attempt; the full price when left out.',
    optional: true,
  })
  repeatFee?: string;

  @RupeesField({
    example: '5000000.00',
    description: 'Bid security of an exploration licence, as the tender states it.',
    optional: true,
  })
  statedSecurity?: string;

  @TextField({
    example: 'org-geo-minerals',
    from: 1,
    to: 64,
    description: 'Organisation that proposed the block; it gives half the security for a composite licence.',
    optional: true,
  })
  proposer?: string;

  @PercentField({
    example: '0.05',
    description: 'Step of the second round, where the tender states one.',
    optional: true,
  })
  step?: string;

  @WholeNumberField({
    example: 8,
    from: 1,
    to: 240,
    description: 'Minutes by which an offer keeps the second round open, where the tender states them.',
    optional: true,
  })
  extensionMinutes?: number;

  @WholeNumberField({
    example: 120,
    from: 10,
    to: 1440,
    description: 'Minutes that the second round is open before extensions, where the tender states them.',
    optional: true,
  })
  roundTwoMinutes?: number;

  @TextField({
    example: 'Committee on auction of potential blocks, minutes of 2026-09-02, item 4',
    from: 10,
    to: 1000,
    description: 'Recommendation on which a composite licence rests whose resources are not established.',
    optional: true,
  })
  potentialBasis?: string;

  @TextField({
    example: 'The State did not complete the auction in the period agreed on; letter of 2026-08-14.',
    from: 10,
    to: 1000,
    description: 'Why the Centre auctions a block that is a State’s to auction.',
    optional: true,
  })
  centralGround?: string;

  @InstantField({ example: '2027-01-15T17:00:00+05:30', description: 'Last instant for questions.' })
  queriesCloseAt!: string;

  @InstantField({ example: '2027-01-22T17:00:00+05:30', description: 'When the replies are published at the latest.' })
  repliesDueAt!: string;

  @InstantField({ example: '2027-02-05T17:00:00+05:30', description: 'End of the study period; bidding begins then.' })
  studyEndsAt!: string;

  @InstantField({ example: '2027-02-20T17:00:00+05:30', description: 'Last instant to buy the tender document.' })
  purchaseClosesAt!: string;

  @InstantField({ example: '2027-02-26T17:00:00+05:30', description: 'Last instant at which a bid is in time.' })
  bidsDueAt!: string;
}

/** What of the draft is to be otherwise; what is left out stays. */
export class AmendDraftForm {
  @PercentField({ example: '12.00', description: 'New reserve price or ceiling.', optional: true })
  bound?: string;

  @RupeesField({ example: '300000.00', description: 'New price of the tender document.', optional: true })
  tenderFee?: string;

  @RupeesField({ example: '25000.00', description: 'New price for buyers of an earlier document.', optional: true })
  repeatFee?: string;

  @RupeesField({ example: '6000000.00', description: 'New bid security of an exploration licence.', optional: true })
  statedSecurity?: string;

  @TextField({ example: 'org-geo-minerals', from: 1, to: 64, description: 'Proposer of the block.', optional: true })
  proposer?: string;

  @PercentField({ example: '0.05', description: 'New step of the second round.', optional: true })
  step?: string;

  @WholeNumberField({ example: 8, from: 1, to: 240, description: 'New minutes of an extension.', optional: true })
  extensionMinutes?: number;

  @WholeNumberField({ example: 120, from: 10, to: 1440, description: 'New minutes of the round.', optional: true })
  roundTwoMinutes?: number;

  @TextField({
    example: 'Committee on auction of potential blocks, minutes of 2026-09-02, item 4',
    from: 10,
    to: 1000,
    description: 'Recommendation for a block whose resources are not established.',
    optional: true,
  })
  potentialBasis?: string;

  @TextField({
    example: 'The State did not complete the auction in the period agreed on; letter of 2026-08-14.',
    from: 10,
    to: 1000,
    description: 'Why the Centre auctions a State’s block.',
    optional: true,
  })
  centralGround?: string;

  @InstantField({ example: '2027-01-15T17:00:00+05:30', description: 'Last instant for questions.', optional: true })
  queriesCloseAt?: string;

  @InstantField({ example: '2027-01-22T17:00:00+05:30', description: 'Replies at the latest.', optional: true })
  repliesDueAt?: string;

  @InstantField({ example: '2027-02-05T17:00:00+05:30', description: 'End of the study period.', optional: true })
  studyEndsAt?: string;

  @InstantField({ example: '2027-02-20T17:00:00+05:30', description: 'Last instant to buy.', optional: true })
  purchaseClosesAt?: string;

  @InstantField({ example: '2027-02-26T17:00:00+05:30', description: 'Last instant for bids.', optional: true })
  bidsDueAt?: string;
}
