import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min, ValidateBy } from 'class-validator';
import { findLocalDate } from '#case-kit';
import type { DraftState } from '#rulebook';

const MOST_PER_PAGE = 100;
const PER_PAGE = 20;
const EXAMPLE = '2026-03-02';

const IsDay = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value) => findLocalDate(value) !== undefined,
      defaultMessage: () => 'must be a date of the calendar, YYYY-MM-DD',
    },
  });

export class InForceQuery {
  @ApiPropertyOptional({ format: 'date', example: EXAMPLE, description: 'Default: today in India.' })
  @IsOptional()
  @IsDay()
  on?: string;

  @ApiPropertyOptional({
    example: 'bid-security',
    description: 'One parameter by its whole name, or all whose names begin with these words.',
  })
  @IsOptional()
  @Matches(/^[A-Za-z][\w.-]{0,199}$/, { message: 'must be the name of a parameter, or the words it begins with' })
  name?: string;
}

export class ChangesQuery {
  @ApiProperty({ format: 'date', example: '2021-12-13' })
  @IsDay()
  from!: string;

  @ApiProperty({ format: 'date', example: EXAMPLE, description: 'Not before `from`.' })
  @IsDay()
  to!: string;
}

export class PublicationQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'Only publications with a lower number.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  before?: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_PER_PAGE, default: PER_PAGE })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_PER_PAGE)
  limit: number = PER_PAGE;
}

const STATES: readonly DraftState[] = ['open', 'withdrawn', 'published'];

export class DraftQuery {
  @ApiPropertyOptional({ enum: STATES, description: 'Left out: drafts in every state.' })
  @IsOptional()
  @IsIn(STATES)
  state?: DraftState;

  @ApiPropertyOptional({ description: 'As the page before gave it in `next`.' })
  @IsOptional()
  @IsString()
  @Length(1, 2000)
  cursor?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_PER_PAGE, default: PER_PAGE })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST_PER_PAGE)
  limit: number = PER_PAGE;
}
