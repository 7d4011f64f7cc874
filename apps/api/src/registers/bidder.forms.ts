import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, Length, Matches, ValidateNested } from 'class-validator';
import { BIDDER_KINDS, RELATIONS, type BidderKind, type Relation } from '#registers';
import { IsDocument } from './block.forms.js';
import { IsDay, IsLine } from './registers.queries.js';

export class BidderLinkForm {
  @ApiProperty({ example: 'Chilika Demo Holdings Private Limited', description: 'Name or organisation id.' })
  @Length(2, 300)
  @IsLine()
  relatedParty!: string;

  @ApiProperty({ enum: RELATIONS, description: 'What the other party is to the organisation, or does with it.' })
  @IsIn(RELATIONS)
  relation!: Relation;

  @ApiPropertyOptional({ example: '26.00' })
  @IsOptional()
  @Matches(/^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)$/, { message: 'must be a share in per cent, 0 to 100' })
  sharePercent?: string;

  @ApiPropertyOptional({ description: 'Id of a stored document.' })
  @IsOptional()
  @IsDocument()
  evidenceDocument?: string;
}

/** All that an organisation says of itself: what is left out is not stated, and links that are left out have ended. */
export class BidderProfileForm {
  @ApiProperty({ example: 'Konark Demo Minerals Limited', minLength: 2, maxLength: 300 })
  @Length(2, 300)
  @IsLine()
  legalName!: string;

  @ApiProperty({ enum: BIDDER_KINDS })
  @IsIn(BIDDER_KINDS)
  kind!: BidderKind;

  @ApiPropertyOptional({ example: 'AAACK1234F', description: 'Its digits are struck out before it is kept.' })
  @IsOptional()
  @Matches(/^[A-Za-z]{5}\d{4}[A-Za-z]$/, { message: 'must be a permanent account number' })
  pan?: string;

  @ApiPropertyOptional({ example: 'U13209OD2001PLC006543', description: 'Corporate identity number or the like.' })
  @IsOptional()
  @Length(2, 100)
  @IsLine()
  incorporation?: string;

  @ApiPropertyOptional({ example: '2500000000.00', description: 'Rupees, two decimals; may be negative.' })
  @IsOptional()
  @Matches(/^-?\d{1,16}\.\d{2}$/, { message: 'must be rupees as decimal text with two decimals' })
  netWorth?: string;

  @ApiPropertyOptional({ format: 'date', example: '2026-03-31' })
  @IsOptional()
  @IsDay()
  netWorthAsOn?: string;

  @ApiPropertyOptional({ description: 'Id of the stored certificate.' })
  @IsOptional()
  @IsDocument()
  netWorthDocument?: string;

  @ApiPropertyOptional({ description: 'Whose subsidiary it is: name or organisation id.' })
  @IsOptional()
  @Length(2, 300)
  @IsLine()
  holdingOrganisation?: string;

  @ApiPropertyOptional({ type: [BidderLinkForm], maxItems: 500 })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => BidderLinkForm)
  links?: BidderLinkForm[];
}
