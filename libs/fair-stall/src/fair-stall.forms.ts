import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsString, Length, Matches, Max, Min, registerDecorator } from 'class-validator';
import { MayBeAbsent, findInstant, type SealedEnvelope } from '#case-kit';

/** Rupees with exactly two decimals and no sign, leading zeros or separators. */
const AMOUNT = /^(0|[1-9]\d{0,11})\.\d{2}$/;
const AMOUNT_MESSAGE = { message: 'must be an amount in rupees with two decimals, for example 1250.00' };

/** An instant that the calendar has, with its offset: a pattern alone would take the 31st of February. */
function IsInstant(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isInstant',
      target: target.constructor,
      propertyName: String(property),
      options: { message: 'must be an RFC 3339 instant with offset, for example 2026-01-12T17:00:00+05:30' },
      validator: { validate: (value: unknown) => findInstant(value) !== undefined },
    });
  };
}

/** A command that says everything by its name. */
export class NoForm {}

export class OpenFairStallForm {
  @ApiProperty({ example: 'Corner stall at the east gate', minLength: 3, maxLength: 120, description: 'The stall.' })
  @IsString()
  @Length(3, 120)
  stallName!: string;

  @ApiProperty({
    example: '2026-01-12T17:00:00+05:30',
    format: 'date-time',
    description: 'The last instant at which an application is in time.',
  })
  @IsInstant()
  applicationsCloseAt!: string;

  @ApiProperty({
    example: 60,
    type: 'integer',
    minimum: 1,
    maximum: 1440,
    description: 'Minutes that the calling lasts.',
  })
  @IsInt()
  @Min(1)
  @Max(1440)
  callingMinutes!: number;
}

export class AmendNoticeForm {
  @ApiPropertyOptional({
    example: 'Corner stall at the west gate',
    minLength: 3,
    maxLength: 120,
    description: 'New name.',
  })
  @MayBeAbsent()
  @IsString()
  @Length(3, 120)
  stallName?: string;

  @ApiPropertyOptional({
    example: '2026-01-14T17:00:00+05:30',
    format: 'date-time',
    description: 'New last instant for applications.',
  })
  @MayBeAbsent()
  @IsInstant()
  applicationsCloseAt?: string;
}

export class ApplyForm {
  /** In clear only up to the edge, which seals it; everything behind sees the envelope. */
  @ApiProperty({
    type: String,
    example: '1250.00',
    pattern: AMOUNT.source,
    description: 'The sealed offer in rupees; nobody reads it before the opening.',
  })
  @Matches(AMOUNT, AMOUNT_MESSAGE)
  offer!: string | SealedEnvelope;
}

export class CallForm {
  @ApiProperty({ example: '1300.00', pattern: AMOUNT.source, description: 'The open offer in rupees.' })
  @Matches(AMOUNT, AMOUNT_MESSAGE)
  offer!: string;

  @ApiPropertyOptional({
    example: true,
    type: Boolean,
    description: 'Says that an offer far above the best is meant as typed.',
  })
  @MayBeAbsent()
  @IsBoolean()
  confirmed?: boolean;
}

export class PayForm {
  @ApiProperty({
    example: 'UTR N123456789012345',
    minLength: 4,
    maxLength: 64,
    description: 'Reference of the payment.',
  })
  @IsString()
  @Length(4, 64)
  reference!: string;

  @ApiProperty({ example: '1300.00', pattern: AMOUNT.source, description: 'The amount that arrived, in rupees.' })
  @Matches(AMOUNT, AMOUNT_MESSAGE)
  amount!: string;
}

export class AnnulForm {
  @ApiProperty({
    example: 'The ground at the east gate is under water.',
    minLength: 3,
    maxLength: 2000,
    description: 'Why the allotment is annulled; published with it.',
  })
  @IsString()
  @Length(3, 2000)
  reason!: string;
}

export class RecordInspectionForm {
  @ApiProperty({ example: 'passed', enum: ['passed', 'failed'], description: 'What the inspection found.' })
  @IsIn(['passed', 'failed'])
  result!: 'passed' | 'failed';

  @ApiProperty({ example: 'Fire exits are free.', maxLength: 2000, description: 'Remarks of the inspecting officer.' })
  @IsString()
  @Length(0, 2000)
  remarks!: string;
}
