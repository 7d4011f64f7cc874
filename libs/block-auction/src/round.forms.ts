import { MayBeAbsent } from '#case-kit';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateNested, IsObject } from 'class-validator';
import { ChoiceField, DateField, InstantField, PercentField, TextField } from './fields.forms.js';

export class ScheduleRoundTwoForm {
  @InstantField({ example: '2027-03-24T11:00:00+05:30', description: 'When the second round begins.' })
  startsAt!: string;
}

/** The offer once more, so that a slip of the finger does not bind. */
export class RepeatedOffer {
  @PercentField({ example: '140.10', description: 'The offer again, in figures.' })
  figures!: string;

  @TextField({
    example: 'one hundred and forty point one zero',
    from: 3,
    to: 200,
    description: 'The offer again, in words.',
  })
  words!: string;
}

export class FinalOfferForm {
  @PercentField({ example: '84.05', description: 'The final price offer.' })
  percent!: string;

  @TextField({
    example: 'Bidder C',
    from: 3,
    to: 20,
    description: 'Your alias, if you want it checked.',
    optional: true,
  })
  alias?: string;

  @ApiPropertyOptional({
    type: RepeatedOffer,
    example: { figures: '140.10', words: 'one hundred and forty point one zero' },
    description: 'Needed for an offer more than the published number of steps beyond the best.',
  })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => RepeatedOffer)
  repeated?: RepeatedOffer;
}

export class ReportMistakeForm {
  @PercentField({ example: '140.10', description: 'The offer of yours that was a mistake.' })
  percent!: string;

  @TextField({
    example: '140.10 was typed for 104.10.',
    from: 10,
    to: 4000,
    description: 'What was meant and how it came about. The offer stands; the report is on the record.',
  })
  explanation!: string;
}

export class PauseRoundTwoForm {
  @InstantField({
    example: '2027-03-24T12:10:00+05:30',
    description: 'When the outage began; from then on the time is given back.',
  })
  outageBeganAt!: string;

  @TextField({
    example: 'Bidders of two networks could not reach the platform.',
    from: 10,
    to: 2000,
    description: 'What happened.',
  })
  reason!: string;
}

export class AnnounceResumptionForm {
  @InstantField({ example: '2027-03-24T13:30:00+05:30', description: 'When the second round goes on.' })
  resumesAt!: string;
}

/** Why an authority annuls; the grounds of the Rules that act by themselves are not among them. */
export const ANNULMENT_GROUNDS = [
  'AUTHORITY_DECIDED',
  'COURT_ORDER',
  'CENTRAL_DIRECTION',
  'BLOCK_CHANGED',
  'IRREGULARITY',
  'PREFERRED_BIDDER_DEFAULT',
  'ADMINISTRATIVE',
] as const;

export class AnnulForm {
  @ChoiceField({ example: 'BLOCK_CHANGED', description: 'Code of the ground.' }, ANNULMENT_GROUNDS)
  ground!: (typeof ANNULMENT_GROUNDS)[number];

  @TextField({
    example: 'Mineral (Auction) Rules, 2015, r. 9(12)',
    from: 4,
    to: 300,
    description: 'Provision or order on which it rests.',
  })
  provision!: string;

  @TextField({
    example: 'A third of the block was notified as a biodiversity heritage site.',
    from: 20,
    to: 8000,
    description: 'The reasons; published.',
  })
  reason!: string;
}

export class IntimateStateForm {
  @TextField({
    example: 'F. No. 1/14/2027-M.VI of 2027-03-25',
    from: 4,
    to: 200,
    description: 'Letter by which the Centre tells the State who the preferred bidder is.',
  })
  letter!: string;
}

class NamedSecurity {
  @TextField({ example: 'org-alpha', from: 1, to: 64, description: 'Organisation that gave it.' })
  organisationId!: string;

  @TextField({ example: 'BG/2027/004711', from: 3, to: 64, description: 'Number of the bank guarantee.' })
  guaranteeNumber!: string;
}

export class ReturnSecurityForm extends NamedSecurity {
  @DateField({ example: '2027-04-02', description: 'Day on which it was returned or refunded.' })
  returnedOn!: string;

  @TextField({ example: 'Letter 2027/88 to the bank', from: 4, to: 200, description: 'Reference of the return.' })
  reference!: string;
}

export const FORFEITURE_GROUNDS = ['WITHDRAWAL', 'REFUSAL', 'FALSE_DECLARATION', 'AFFILIATE_BIDS', 'OTHER'] as const;

export class ForfeitSecurityForm extends NamedSecurity {
  @ChoiceField({ example: 'FALSE_DECLARATION', description: 'Code of the ground.' }, FORFEITURE_GROUNDS)
  ground!: (typeof FORFEITURE_GROUNDS)[number];

  @TextField({ example: 'Tender document, clause 14.5', from: 4, to: 300, description: 'Provision on which it rests.' })
  provision!: string;

  @TextField({
    example: 'The bidder declared no affiliate, but its parent had bid as well.',
    from: 20,
    to: 8000,
    description: 'The reasons.',
  })
  reason!: string;

  @TextField({
    example: 'The slip was reported after nine minutes; the auction was not harmed by it.',
    from: 20,
    to: 4000,
    description: 'How a reported mistake was weighed; needed where the bidder has reported one.',
    optional: true,
  })
  mistakeConsidered?: string;
}
