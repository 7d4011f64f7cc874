import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsString,
  Length,
  ValidateNested,
  IsObject,
} from 'class-validator';
import { MayBeAbsent, type SealedEnvelope } from '#case-kit';
import { BID_DOCUMENT_KINDS } from './block-auction.law.js';
import {
  ChoiceField,
  DateField,
  DocumentIdField,
  EXAMPLE_DOCUMENT,
  InstantField,
  PercentField,
  RupeesField,
  TextField,
} from './fields.forms.js';

export class PurchaseTenderForm {
  @TextField({ example: 'UTR N123456789012345', from: 4, to: 64, description: 'Reference of the payment.' })
  paymentReference!: string;

  @RupeesField({ example: '300000.00', description: 'The amount that was paid.' })
  amount!: string;
}

export class AskQueryForm {
  @TextField({
    example: 'Does the forest land in the east of the block need a fresh enumeration of trees?',
    from: 10,
    to: 4000,
    description: 'The question; it is published with its reply and without a name.',
  })
  text!: string;
}

export class QueryReply {
  @TextField({ example: 'q-7f3a19c2d40b5e68', from: 4, to: 40, description: 'Id of the question.' })
  queryId!: string;

  @TextField({
    example: 'No; the enumeration of 2025 in chapter 4 of the geological report holds.',
    from: 2,
    to: 8000,
    description: 'The reply.',
  })
  text!: string;
}

export class PublishRepliesForm {
  @ApiProperty({
    type: [QueryReply],
    example: [{ queryId: 'q-7f3a19c2d40b5e68', text: 'No; the enumeration of 2025 holds.' }],
    description: 'Replies to questions that have none yet.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => QueryReply)
  replies!: QueryReply[];
}

/** What the corrigendum changes; dates that are left out stay. */
export class IssueCorrigendumForm {
  @TextField({
    example: 'The last date for bids is extended, because the revenue survey was supplemented.',
    from: 10,
    to: 4000,
    description: 'What changes and why; told to every buyer.',
  })
  text!: string;

  @DocumentIdField({ example: EXAMPLE_DOCUMENT, description: 'The corrigendum as issued.', optional: true })
  documentId?: string;

  @InstantField({ example: '2027-01-18T17:00:00+05:30', description: 'Last instant for questions.', optional: true })
  queriesCloseAt?: string;

  @InstantField({ example: '2027-01-25T17:00:00+05:30', description: 'Replies at the latest.', optional: true })
  repliesDueAt?: string;

  @InstantField({ example: '2027-02-08T17:00:00+05:30', description: 'End of the study period.', optional: true })
  studyEndsAt?: string;

  @InstantField({ example: '2027-02-24T17:00:00+05:30', description: 'Last instant to buy.', optional: true })
  purchaseClosesAt?: string;

  @InstantField({ example: '2027-03-02T17:00:00+05:30', description: 'Last instant for bids.', optional: true })
  bidsDueAt?: string;
}

export class BidDocumentItem {
  @ChoiceField({ example: 'NET_WORTH_CERTIFICATE', description: 'What the document is.' }, BID_DOCUMENT_KINDS)
  kind!: (typeof BID_DOCUMENT_KINDS)[number];

  @DocumentIdField({ example: EXAMPLE_DOCUMENT, description: 'A stored document of your organisation.' })
  documentId!: string;
}

/** The bank guarantee that secures the bid. */
export class SecurityItem {
  @TextField({ example: 'BG/2027/004711', from: 3, to: 64, description: 'Number of the bank guarantee.' })
  guaranteeNumber!: string;

  @TextField({ example: 'State Bank of India, Bhubaneswar', from: 3, to: 200, description: 'Bank and branch.' })
  bank!: string;

  @RupeesField({ example: '91221315.00', description: 'Amount of the guarantee.' })
  amount!: string;

  @DateField({ example: '2027-12-31', description: 'Last day on which the guarantee stands.' })
  expiresOn!: string;
}

export class SubmitBidForm {
  /** In clear only up to the edge, which seals it; everything behind sees the envelope. */
  @PercentField({
    example: '63.55',
    description: 'The sealed initial price offer; nobody reads it before the opening.',
  })
  initialPriceOffer!: string | SealedEnvelope;

  @ApiProperty({
    type: [BidDocumentItem],
    example: [{ kind: 'BID_LETTER', documentId: EXAMPLE_DOCUMENT }],
    description: 'The technical bid: its papers.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(60)
  @ValidateNested({ each: true })
  @Type(() => BidDocumentItem)
  documents!: BidDocumentItem[];

  @ApiProperty({
    type: SecurityItem,
    example: {
      guaranteeNumber: 'BG/2027/004711',
      bank: 'State Bank of India, Bhubaneswar',
      amount: '91221315.00',
      expiresOn: '2027-12-31',
    },
    description: 'The bid security.',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => SecurityItem)
  security!: SecurityItem;

  @ApiPropertyOptional({
    type: [String],
    example: ['Alpha Holdings Limited'],
    description: 'Every affiliate: who controls you, whom you control, who is under common control, associates.',
  })
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(2, 300, { each: true })
  affiliates?: string[];
}
