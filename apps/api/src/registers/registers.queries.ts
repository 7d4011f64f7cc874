import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min, ValidateBy } from 'class-validator';
import { findLocalDate } from '#case-kit';
import {
  CONCESSIONS,
  GROUPINGS,
  REGIMES,
  STATUSES,
  type Concession,
  type Grouping,
  type Regime,
  type Status,
} from '#registers';
import { CASE_ID } from '#engine';
import { isStorable } from '../http/json-body.js';

const MOST_PER_PAGE = 500;
const PER_PAGE = 50;

/** One line of text that the database can be asked for. */
export const IsLine = (): PropertyDecorator =>
  ValidateBy({
    name: 'isLine',
    validator: {
      validate: (value) => typeof value === 'string' && isStorable(value) && !/\p{Cc}/u.test(value),
      defaultMessage: () => 'must be one line of text without control characters',
    },
  });

export const IsDay = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value) => findLocalDate(value) !== undefined,
      defaultMessage: () => 'must be a date of the calendar, YYYY-MM-DD',
    },
  });

const STATUS_NAMES = Object.keys(STATUSES);
const toFlag = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

class PageQuery {
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

export class MineralQuery {
  @ApiPropertyOptional({ format: 'date', example: '2026-03-02', description: 'Left out: every period.' })
  @IsOptional()
  @IsDay()
  on?: string;
}

export class BlockQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'OD', description: 'Code of a State.' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'must be the code of a State' })
  state?: string;

  @ApiPropertyOptional({ enum: CONCESSIONS })
  @IsOptional()
  @IsIn(CONCESSIONS)
  concession?: Concession;

  @ApiPropertyOptional({ example: 'GRAPHITE', description: 'Code of a mineral.' })
  @IsOptional()
  @Matches(/^[A-Z_]{2,40}$/, { message: 'must be the code of a mineral' })
  mineral?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'Only invented blocks for practice, or none.' })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean()
  rehearsal?: boolean;

  @ApiPropertyOptional({ description: 'Part of the name.' })
  @IsOptional()
  @Length(1, 200)
  @IsLine()
  text?: string;
}

export class VersionQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'Left out: the current version.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  version?: number;
}

export class AttemptFilterQuery {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Rehearsals only; left out: none of them.' })
  @IsOptional()
  @Transform(toFlag)
  @IsBoolean()
  rehearsal: boolean = false;

  @ApiPropertyOptional({ enum: Object.keys(REGIMES) })
  @IsOptional()
  @IsIn(Object.keys(REGIMES))
  regime?: Regime;

  @ApiPropertyOptional({ example: 'OD', description: 'Code of a State.' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'must be the code of a State' })
  state?: string;

  @ApiPropertyOptional({ example: 'GRAPHITE', description: 'Code of a mineral, alone or among others.' })
  @IsOptional()
  @Matches(/^[A-Z_]{2,40}$/, { message: 'must be the code of a mineral' })
  mineral?: string;

  @ApiPropertyOptional({ enum: CONCESSIONS })
  @IsOptional()
  @IsIn(CONCESSIONS)
  concession?: Concession;

  @ApiPropertyOptional({ enum: STATUS_NAMES })
  @IsOptional()
  @IsIn(STATUS_NAMES)
  status?: Status;

  @ApiPropertyOptional({ example: 'III', description: 'As its source names it.' })
  @IsOptional()
  @Length(1, 200)
  @IsLine()
  tranche?: string;

  @ApiPropertyOptional({
    type: 'integer',
    example: 2024,
    description: 'Of the notice; where that is not known, of the decision.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1900)
  @Max(2200)
  year?: number;

  @ApiPropertyOptional({ example: 'CM-KURCHHA', description: 'Id of a block: all attempts at it.' })
  @IsOptional()
  @Matches(/^[A-Z0-9-]{3,60}$/, { message: 'must be the id of a block' })
  block?: string;
}

export class AttemptQuery extends IntersectionType(PageQuery, AttemptFilterQuery) {}

export class AttemptSummaryQuery extends AttemptFilterQuery {
  @ApiPropertyOptional({ enum: GROUPINGS, default: 'regime', description: 'Counted whole, and for each of these.' })
  @IsOptional()
  @IsIn(GROUPINGS)
  by: Grouping = 'regime';
}

export class UploadQuery {
  @ApiProperty({ example: 'net-worth.pdf', description: 'Name of the file, without a path.', maxLength: 255 })
  @Length(1, 255)
  @IsLine()
  @Matches(/^[^/\\]+$/, { message: 'must be the name of a file, without a path' })
  name!: string;

  @ApiPropertyOptional({ description: 'Case that it is for; left out: for any case of the organisation.' })
  @IsOptional()
  @Matches(CASE_ID, { message: 'must be the id of a case' })
  caseId?: string;
}

export class DocumentQuery {
  @ApiPropertyOptional({ description: 'Documents for this case; left out: those for no case in particular.' })
  @IsOptional()
  @Matches(CASE_ID, { message: 'must be the id of a case' })
  caseId?: string;
}
