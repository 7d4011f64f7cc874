import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsUrl,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { STATE_CODES } from '#identity';
import { BLOCK_ID, CONCESSIONS, EXPLORATION_LEVELS, type Concession, type ExplorationLevel } from '#registers';
import { IsDay, IsLine } from './registers.queries.js';

const STATES = [...STATE_CODES];
const HECTARES = { message: 'must be hectares as decimal text with at most four decimals' };
const IsHectares = () => Matches(/^\d{1,9}(\.\d{1,4})?$/, HECTARES);
const IsRupees = () =>
  Matches(/^\d{1,16}(\.\d{1,2})?$/, { message: 'must be rupees as decimal text with at most two decimals' });
const IsTonnes = () =>
  Matches(/^\d{1,13}(\.\d{1,3})?$/, { message: 'must be tonnes as decimal text with at most three decimals' });
const IsMineral = () => Matches(/^[A-Z_]{2,40}$/, { message: 'must be the code of a mineral' });
export const IsDocument = () => Matches(/^[0-9a-f]{64}$/, { message: 'must be the id of a stored document' });

export class BlockMineralForm {
  @ApiProperty({ example: 'GRAPHITE', description: 'As in the list of minerals.' })
  @IsMineral()
  code!: string;

  @ApiPropertyOptional({ enum: ['OTHER', 'BEACH_SAND'], default: 'OTHER' })
  @IsOptional()
  @IsIn(['OTHER', 'BEACH_SAND'])
  occurrence?: 'OTHER' | 'BEACH_SAND';

  @ApiPropertyOptional({ example: 'Graphite', description: 'In the words of the source; the code if left out.' })
  @IsOptional()
  @Length(1, 200)
  @IsLine()
  asPublished?: string;
}

export class LandForm {
  @ApiProperty({ example: '112.40' })
  @IsHectares()
  forestHa!: string;

  @ApiProperty({ example: '286.78', description: 'Land of the State government.' })
  @IsHectares()
  governmentHa!: string;

  @ApiProperty({ example: '150.00' })
  @IsHectares()
  otherHa!: string;
}

export class ResourceForm {
  @ApiProperty({ example: 'GRAPHITE' })
  @IsMineral()
  mineral!: string;

  @ApiPropertyOptional({ example: 'indicated (332)' })
  @IsOptional()
  @Length(1, 100)
  @IsLine()
  category?: string;

  @ApiPropertyOptional({ example: '5600000' })
  @IsOptional()
  @IsTonnes()
  tonnes?: string;

  @ApiPropertyOptional({ example: '6.4 % fixed carbon' })
  @IsOptional()
  @Length(1, 100)
  @IsLine()
  grade?: string;
}

export class SourceForm {
  @ApiProperty({ example: 'https://mines.gov.in/' })
  @IsUrl({ protocols: ['https', 'http'], require_protocol: true })
  @Length(1, 1000)
  url!: string;

  @ApiPropertyOptional({ example: 'areaHa', description: 'What was read there; the whole entry if left out.' })
  @IsOptional()
  @Length(1, 100)
  @IsLine()
  field?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @Length(1, 1000)
  @IsLine()
  note?: string;
}

/** What a version of a block says; what is left out is not known. */
export class BlockVersionForm {
  @ApiProperty({ example: 'Invented Graphite Block', minLength: 2, maxLength: 300 })
  @Length(2, 300)
  @IsLine()
  name!: string;

  @ApiProperty({ enum: STATES, example: 'OD' })
  @IsIn(STATES)
  state!: string;

  @ApiPropertyOptional({ example: 'Rayagada' })
  @IsOptional()
  @Length(2, 100)
  @IsLine()
  district?: string;

  @ApiProperty({ enum: CONCESSIONS })
  @IsIn(CONCESSIONS)
  concession!: Concession;

  @ApiProperty({ type: [BlockMineralForm], minItems: 1, maxItems: 40 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(40)
  @ValidateNested({ each: true })
  @Type(() => BlockMineralForm)
  minerals!: BlockMineralForm[];

  @ApiProperty({ example: '549.18', description: 'Hectares, at most four decimals.' })
  @IsHectares()
  areaHa!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'GeoJSON Polygon or MultiPolygon, WGS 84, closed rings, at most 2,000 positions.',
  })
  @IsOptional()
  @IsObject()
  geometry?: Record<string, unknown>;

  @ApiPropertyOptional({ type: LandForm, description: 'Together they make up the area.' })
  @IsOptional()
  @ValidateNested()
  @Type(() => LandForm)
  land?: LandForm;

  @ApiPropertyOptional({ description: 'The boundary was surveyed on the ground by total station and DGPS.' })
  @IsOptional()
  @IsBoolean()
  demarcated?: boolean;

  @ApiPropertyOptional({ enum: EXPLORATION_LEVELS })
  @IsOptional()
  @IsIn(EXPLORATION_LEVELS)
  explorationLevel?: ExplorationLevel;

  @ApiPropertyOptional({ type: [ResourceForm], maxItems: 100 })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => ResourceForm)
  resources?: ResourceForm[];

  @ApiPropertyOptional({ description: 'Id of the stored geological report.' })
  @IsOptional()
  @IsDocument()
  geologicalReportDocument?: string;

  @ApiPropertyOptional({ type: [SourceForm], maxItems: 50 })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => SourceForm)
  sources?: SourceForm[];
}

export class NewBlockForm extends BlockVersionForm {
  @ApiProperty({ example: 'OD-INVENTED-1', description: 'Capitals, digits and hyphens; it never changes.' })
  @Matches(BLOCK_ID, { message: 'must be 3 to 60 capitals, digits and hyphens' })
  id!: string;

  @ApiPropertyOptional({ default: false, description: 'Invented for practice: for rehearsals only, for ever.' })
  @IsOptional()
  @IsBoolean()
  rehearsal?: boolean;
}

export class WorksheetLineForm {
  @ApiProperty({ example: 'GRAPHITE' })
  @IsMineral()
  mineral!: string;

  @ApiPropertyOptional({ example: '6.4 % fixed carbon' })
  @IsOptional()
  @Length(1, 100)
  @IsLine()
  grade?: string;

  @ApiProperty({ example: '5600000' })
  @IsTonnes()
  tonnes!: string;

  @ApiProperty({ example: '1380.00', description: 'Rupees per tonne as published.' })
  @IsRupees()
  averageSalePrice!: string;

  @ApiProperty({ example: '2026-08', description: 'Month for which the price was published.' })
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'must be a month, YYYY-MM' })
  month!: string;

  @ApiProperty({ example: '7728000000.00', description: 'Quantity times price, to the paisa.' })
  @IsRupees()
  value!: string;
}

export class BlockValueForm {
  @ApiProperty({ example: '7728000000.00', description: 'The sum of the lines.' })
  @IsRupees()
  amount!: string;

  @ApiProperty({ format: 'date', example: '2026-10-12' })
  @IsDay()
  computedOn!: string;

  @ApiProperty({ type: [WorksheetLineForm], minItems: 1, maxItems: 200 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => WorksheetLineForm)
  worksheet!: WorksheetLineForm[];
}
