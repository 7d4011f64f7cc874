import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min, ValidateBy } from 'class-validator';
import type { ListSort } from '#engine';
import { isStorable } from '../http/json-body.js';

const MOST_PER_PAGE = 200;
const PER_PAGE = 50;

/** A text that the database can be asked for. */
const IsAskable = (): PropertyDecorator =>
  ValidateBy({
    name: 'isAskable',
    validator: {
      validate: (value) => typeof value === 'string' && isStorable(value),
      defaultMessage: () => 'must be a text without the character NUL',
    },
  });

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

export class InboxQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'fair-stall', description: 'Id of a case type.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @IsAskable()
  type?: string;

  @ApiPropertyOptional({ example: 'OD', description: 'CENTRE or the code of a State.' })
  @IsOptional()
  @Matches(/^(CENTRE|[A-Z]{2})$/, { message: 'must be CENTRE or the code of a State' })
  jurisdiction?: string;

  @ApiPropertyOptional({ description: 'Exactly as lists show it.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @IsAskable()
  status?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'Only rehearsals, or none.' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  rehearsal?: boolean;

  @ApiPropertyOptional({ description: 'Part of the title.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @IsAskable()
  text?: string;
}

const SORTS: readonly ListSort[] = ['opened', 'changed', 'due'];

export class ListQuery extends InboxQuery {
  @ApiPropertyOptional({
    enum: SORTS,
    default: 'opened',
    description: 'Newest first; in the order of changes, oldest first; or by what falls due next.',
  })
  @IsOptional()
  @IsIn(SORTS)
  sort: ListSort = 'opened';
}

export class TransitionQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['asc', 'desc'],
    default: 'asc',
    description: 'In the order of the record, or newest first.',
  })
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'asc';
}
