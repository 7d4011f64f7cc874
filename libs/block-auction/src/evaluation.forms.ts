import { MayBeAbsent } from '#case-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, Matches, ValidateNested } from 'class-validator';
import { ChoiceField, DocumentIdField, EXAMPLE_DOCUMENT, InstantField, TextField } from './fields.forms.js';

const EXAMPLE_BID = 'b-58c1f0e2a9d34b77';

export class RequestClarificationForm {
  @TextField({ example: EXAMPLE_BID, from: 4, to: 40, description: 'The bid.' })
  bidId!: string;

  @TextField({
    example: 'The balance sheet lacks the auditor’s report. Furnish it.',
    from: 10,
    to: 4000,
    description: 'What is to be clarified; it may not touch the price.',
  })
  question!: string;

  @InstantField({ example: '2027-03-10T17:00:00+05:30', description: 'Last instant for the answer.' })
  answerBy!: string;
}

export class AnswerClarificationForm {
  @TextField({ example: 'c-0d2b7c6f1e4a8935', from: 4, to: 40, description: 'The clarification that was asked.' })
  clarificationId!: string;

  @TextField({ example: 'The report is attached.', from: 2, to: 8000, description: 'The answer.' })
  answer!: string;

  @DocumentIdField({ example: EXAMPLE_DOCUMENT, description: 'A document of your organisation.', optional: true })
  documentId?: string;
}

const RESULTS = ['PASSED', 'FAILED'] as const;

/** Grounds on which a technical bid fails. */
export const FAILING_GROUNDS = [
  'NET_WORTH',
  'NATIONALITY_OR_INCORPORATION',
  'AREA_LIMIT',
  'BID_SECURITY',
  'DOCUMENTS_MISSING',
  'FALSE_DECLARATION',
  'DEBARRED',
  'AFFILIATE',
  'OTHER',
] as const;

export class RecordFindingForm {
  @TextField({ example: EXAMPLE_BID, from: 4, to: 40, description: 'The bid.' })
  bidId!: string;

  @ChoiceField({ example: 'PASSED', description: 'Whether the bidder is eligible.' }, RESULTS)
  result!: (typeof RESULTS)[number];

  @ApiProperty({
    example: '4200000000.00',
    pattern: '^-?\\d{1,16}\\.\\d{2}$',
    description: 'Net worth as the committee assessed it from the papers, in rupees.',
  })
  @Matches(/^-?\d{1,16}\.\d{2}$/, {
    message: 'must be an amount in rupees with two decimals; a leading minus is allowed',
  })
  assessedNetWorth!: string;

  @ApiPropertyOptional({
    type: [String],
    enum: [...FAILING_GROUNDS],
    example: ['NET_WORTH'],
    description: 'Why the bid fails; left out when it passes.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayUnique()
  @IsIn([...FAILING_GROUNDS], { each: true })
  grounds?: (typeof FAILING_GROUNDS)[number][];

  @TextField({
    example: 'Net worth of Rs 420 crore on the audited balance sheet of 2025-26; papers complete; guarantee confirmed.',
    from: 20,
    to: 8000,
    description: 'The reasons, as the minutes state them.',
  })
  reason!: string;
}

export const RELATIONS = [
  'CONTROLS',
  'CONTROLLED_BY',
  'COMMON_CONTROL',
  'ASSOCIATE',
  'SUBSIDIARY',
  'BENEFICIAL_OWNER',
] as const;

export class FoundLink {
  @TextField({ example: EXAMPLE_BID, from: 4, to: 40, description: 'The bid whose bidder is linked.' })
  bidId!: string;

  @TextField({ example: 'Alpha Holdings Limited', from: 2, to: 300, description: 'The party to which it is linked.' })
  party!: string;

  @ChoiceField({ example: 'CONTROLLED_BY', description: 'How it is linked.' }, RELATIONS)
  relation!: (typeof RELATIONS)[number];

  @TextField({
    example: 'Register of companies, shareholding of 2026-09-30',
    from: 5,
    to: 500,
    description: 'Where it was found.',
  })
  source!: string;
}

export class RecordScreeningForm {
  @ApiProperty({
    type: [FoundLink],
    example: [
      {
        bidId: EXAMPLE_BID,
        party: 'Alpha Holdings Limited',
        relation: 'CONTROLLED_BY',
        source: 'Register of companies',
      },
    ],
    description: 'Links found beyond the declared and the registered ones; may be empty.',
  })
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => FoundLink)
  links!: FoundLink[];

  @TextField({
    example: 'Declarations, the register of bidders and the register of companies were compared for all bidders.',
    from: 20,
    to: 8000,
    description: 'What was compared, as the minutes state it.',
  })
  method!: string;
}

export class DecideToProceedForm {
  @TextField({
    example: 'One bidder is technically qualified in this second attempt; its offer exceeds that of the first by half.',
    from: 20,
    to: 8000,
    description: 'Why the attempt goes on with fewer bidders; published.',
  })
  reason!: string;
}
