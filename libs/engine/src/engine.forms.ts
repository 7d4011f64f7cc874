import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsString, Length, registerDecorator } from 'class-validator';
import { MayBeAbsent, findInstant, findLocalDate, type Hold } from '#case-kit';

export class PlaceHoldForm {
  @ApiProperty({ enum: ['court-stay', 'central-direction'], description: 'What stays the case.' })
  @IsIn(['court-stay', 'central-direction'])
  kind!: Hold['kind'];

  @ApiProperty({ example: 'W.P.(C) 1234/2026, order of 2026-01-05', description: 'Number and date of the order.' })
  @IsString()
  @Length(3, 300)
  orderReference!: string;

  @ApiPropertyOptional({ example: '2026-02-05T17:00:00+05:30', description: 'When the order says it ends by itself.' })
  @MayBeAbsent()
  @IsInstant()
  until?: string;
}

export class ReleaseHoldForm {
  @ApiProperty({ description: 'The hold, as the case shows it.' })
  @IsString()
  @Length(1, 64)
  holdId!: string;

  @ApiProperty({ example: 'W.P.(C) 1234/2026, order of 2026-02-01', description: 'The order that vacates the stay.' })
  @IsString()
  @Length(3, 300)
  orderReference!: string;
}

export class SetAsideForm {
  @ApiProperty({ example: 'W.P.(C) 1234/2026, judgment of 2026-03-01', description: 'The judgment or order.' })
  @IsString()
  @Length(3, 300)
  orderReference!: string;

  @ApiProperty({ description: 'Where the certified copy is kept (document id or file number).' })
  @IsString()
  @Length(1, 300)
  document!: string;

  @ApiProperty({
    description: 'The state that the order restores or directs: a state name, or an object for nested states.',
    oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }],
    example: 'applications',
  })
  @IsStateValue()
  targetState!: string | Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Anchor dates that the order sets, by name (YYYY-MM-DD).',
  })
  @MayBeAbsent()
  @IsObject()
  @AreDates()
  anchors?: Record<string, string>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Members of the context that the order sets, for example a new closing time.',
  })
  @MayBeAbsent()
  @IsObject()
  context?: Record<string, unknown>;
}

export class AdvanceClockForm {
  @ApiProperty({ example: '2026-01-20T17:00:01+05:30', description: "The rehearsal's new present; never earlier." })
  @IsInstant()
  to!: string;
}

export class ProposalForm {
  @ApiProperty({ description: 'The proposal, as the case shows it.' })
  @IsString()
  @Length(1, 64)
  proposalId!: string;
}

export class RefuseProposalForm extends ProposalForm {
  @ApiProperty({ example: 'The notice names the wrong closing time.', description: 'Why it is refused.' })
  @IsString()
  @Length(3, 2000)
  reason!: string;
}

/** Accepts the values for which `validate` answers true. */
function Satisfies(name: string, message: string, validate: (value: unknown) => boolean): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      options: { message },
      validator: { validate },
    });
  };
}

/** An instant that exists: a pattern alone lets the 30th of February through. */
function IsInstant(): PropertyDecorator {
  const message = 'must be an RFC 3339 instant with offset, for example 2026-01-05T17:00:00+05:30';
  return Satisfies('isInstant', message, (value) => findInstant(value) !== undefined);
}

function AreDates(): PropertyDecorator {
  return Satisfies('areDates', 'must be dates that exist, as YYYY-MM-DD, by the names of their anchors', (value) =>
    Object.values(Object(value) as object).every((date) => findLocalDate(date) !== undefined),
  );
}

/** A state value: a name, or an object of names and objects. */
function IsStateValue(): PropertyDecorator {
  const message = 'must be a state name, or an object of region names and state values';
  return Satisfies('isStateValue', message, isStateValue);
}

function isStateValue(value: unknown): boolean {
  if (typeof value === 'string') return value.length > 0;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const inner = Object.values(value);
  return inner.length > 0 && inner.every(isStateValue);
}
