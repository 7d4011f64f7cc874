import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length, Matches } from 'class-validator';

export class OpenStallInspectionForm {
  @ApiProperty({ example: 'Corner stall at the east gate', minLength: 3, maxLength: 120, description: 'The stall.' })
  @IsString()
  @Length(3, 120)
  stallName!: string;

  @ApiProperty({ example: 'OD', pattern: '^(CENTRE|[A-Z]{2})$', description: 'Whose officers inspect.' })
  @Matches(/^(CENTRE|[A-Z]{2})$/)
  jurisdiction!: string;
}

export class InspectForm {
  @ApiProperty({ example: 'passed', enum: ['passed', 'failed'], description: 'What the inspection found.' })
  @IsIn(['passed', 'failed'])
  result!: 'passed' | 'failed';

  @ApiProperty({ example: 'Fire exits are free.', maxLength: 2000, description: 'What was seen; why it failed.' })
  @IsString()
  @Length(0, 2000)
  remarks!: string;
}
