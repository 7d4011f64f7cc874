import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { PASSWORD_MAX, PASSWORD_MIN } from './passwords.js';
import {
  APPOINTABLE_ROLES,
  ORGANISATION_KINDS,
  isJurisdiction,
  type AppointableRole,
  type OrganisationKind,
} from './roles.js';
import { SECURITY_EVENT_KINDS } from './security-events.js';

const ID = /^[0-9A-Za-z_-]{8,64}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;
const INSTANT_EXAMPLE = '2027-03-31T18:30:00Z';

const IsId = () => Matches(ID, { message: 'must be an id as this interface gives it' });

/** An instant with offset that exists: the 30th of February is refused, not moved. */
const IsInstant = () =>
  ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value) =>
        typeof value === 'string' &&
        INSTANT.test(value) &&
        !Number.isNaN(Date.parse(value)) &&
        new Date(`${value.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(value.slice(0, 10)),
      defaultMessage: () => `must be an RFC 3339 instant with offset, for example ${INSTANT_EXAMPLE}`,
    },
  });

const IsTerritory = () =>
  ValidateBy({
    name: 'isTerritory',
    validator: {
      validate: (value) => isJurisdiction(value),
      defaultMessage: () => 'must be CENTRE or the code of a State, for example OD',
    },
  });

/** One line of text; control characters are neither readable nor storable. */
const IsLine = () => Matches(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'must be one line without control characters' });

const trim = ({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value);

export class LogInForm {
  @ApiProperty({ format: 'email', example: 'central@adit.example' })
  @Transform(trim)
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254)
  email!: string;

  @ApiProperty({ format: 'password', maxLength: 1024 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  password!: string;
}

export class RefreshForm {
  @ApiProperty({ description: 'The newest refresh token of this log-in. It serves once.' })
  @Matches(/^[\w-]{43}$/, { message: 'must be a refresh token as this interface gave it' })
  refreshToken!: string;
}

export class ChangePasswordForm {
  @ApiProperty({ format: 'password', maxLength: 1024 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  currentPassword!: string;

  @ApiProperty({ format: 'password', minLength: PASSWORD_MIN, maxLength: PASSWORD_MAX })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1024)
  newPassword!: string;
}

export class NewOrganisationForm {
  @ApiProperty({ enum: ORGANISATION_KINDS })
  @IsIn(ORGANISATION_KINDS)
  kind!: OrganisationKind;

  @ApiProperty({ example: 'Directorate of Mines, Odisha', minLength: 2, maxLength: 200 })
  @Transform(trim)
  @IsString()
  @IsLine()
  @Length(2, 200)
  name!: string;

  @ApiPropertyOptional({ example: 'OD', description: 'CENTRE or the code of a State, where the kind has a territory.' })
  @IsOptional()
  @IsTerritory()
  jurisdiction?: string;
}

export class NewPersonForm {
  @ApiProperty({ example: 'Meera Demo', minLength: 2, maxLength: 200 })
  @Transform(trim)
  @IsString()
  @IsLine()
  @Length(2, 200)
  name!: string;

  @ApiProperty({ format: 'email', example: 'meera@adit.example' })
  @Transform(trim)
  @IsEmail({}, { message: 'must be an e-mail address' })
  @MaxLength(254)
  email!: string;
}

export class ReasonForm {
  @ApiProperty({ example: 'Transferred on 2026-04-01', description: 'Why; kept in the security log.' })
  @Transform(trim)
  @IsString()
  @IsLine()
  @Length(3, 500)
  reason!: string;
}

export class NewAppointmentForm {
  @ApiProperty({ description: 'Who is appointed.' })
  @IsId()
  personId!: string;

  @ApiProperty({ description: 'For which organisation.' })
  @IsId()
  organisationId!: string;

  @ApiProperty({ enum: APPOINTABLE_ROLES })
  @IsIn(APPOINTABLE_ROLES)
  role!: AppointableRole;

  @ApiPropertyOptional({ example: 'OD', description: "CENTRE or the code of a State; the organisation's if left out." })
  @IsOptional()
  @IsTerritory()
  jurisdiction?: string;

  @ApiPropertyOptional({ format: 'date-time', example: INSTANT_EXAMPLE, description: 'Now if left out.' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', example: INSTANT_EXAMPLE, description: 'No end if left out.' })
  @IsOptional()
  @IsInstant()
  until?: string;
}

export class NewDelegationForm {
  @ApiProperty({ description: 'Who may act on behalf of the organisation.' })
  @IsId()
  personId!: string;

  @ApiPropertyOptional({ example: 'OD', description: "Within the source's territory, which counts if left out." })
  @IsOptional()
  @IsTerritory()
  jurisdiction?: string;

  @ApiPropertyOptional({ format: 'date-time', example: INSTANT_EXAMPLE, description: 'Now if left out.' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiProperty({ format: 'date-time', example: INSTANT_EXAMPLE, description: 'Not later than the end of the source.' })
  @IsInstant()
  until!: string;
}

/** What every list takes. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;
}

export class OrganisationQuery {
  @ApiPropertyOptional({ enum: ORGANISATION_KINDS })
  @IsOptional()
  @IsIn(ORGANISATION_KINDS)
  kind?: OrganisationKind;
}

export class PersonQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Part of the name or the e-mail.' })
  @IsOptional()
  @IsString()
  @IsLine()
  @Length(1, 200)
  search?: string;

  @ApiPropertyOptional({ description: 'The last id of the page before.' })
  @IsOptional()
  @IsId()
  after?: string;
}

export class AppointmentQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only those of this person.' })
  @IsOptional()
  @IsId()
  personId?: string;

  @ApiPropertyOptional({ description: 'Only those of this organisation.' })
  @IsOptional()
  @IsId()
  organisationId?: string;

  @ApiPropertyOptional({ description: 'The last id of the page before.' })
  @IsOptional()
  @IsId()
  after?: string;
}

export class SecurityEventQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SECURITY_EVENT_KINDS })
  @IsOptional()
  @IsIn(SECURITY_EVENT_KINDS)
  kind?: string;

  @ApiPropertyOptional({ description: 'Only what this person did.' })
  @IsOptional()
  @IsId()
  personId?: string;

  @ApiPropertyOptional({ minimum: 1, description: 'The smallest id of the page before.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  before?: number;
}
