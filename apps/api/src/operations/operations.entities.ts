import { ApiProperty } from '@nestjs/swagger';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A fault of the platform itself that touched a case. Append-only. */
@Entity('incident')
export class Incident {
  @ApiProperty({ type: 'integer', description: 'Larger is later.' })
  @PrimaryColumn('bigint')
  id!: number;

  @ApiProperty({ type: 'string', nullable: true, description: 'The case that it touched.' })
  @Column('text', { name: 'case_id', nullable: true })
  caseId!: string | null;

  @ApiProperty({ type: 'string', example: 'platform-late' })
  @Column('text')
  kind!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  @Column('jsonb')
  detail!: Record<string, unknown>;

  @ApiProperty({ type: 'string', format: 'date-time' })
  @Column('timestamptz')
  at!: Date;
}

/** A message to people or to another case that has not arrived. A stuck one waits for the platform's operator. */
@Entity('outbox_pending')
export class PendingMessage {
  @ApiProperty({ type: 'integer' })
  @PrimaryColumn('bigint', { name: 'outbox_id' })
  id!: number;

  @ApiProperty({ type: 'string', description: 'The case that sent it.' })
  @Column('text')
  source!: string;

  @ApiProperty({ type: 'string', description: 'The audience, case or kind of case that it is for.' })
  @Column('text')
  target!: string;

  @ApiProperty({ type: 'integer' })
  @Column('int')
  attempts!: number;

  @ApiProperty({ type: 'boolean', description: 'Nobody tries any more until its operator says so.' })
  @Column('boolean')
  stuck!: boolean;

  @ApiProperty({ type: 'string', nullable: true, description: 'What the last attempt was told.' })
  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it is tried next.' })
  @Column('timestamptz', { name: 'next_at' })
  nextAt!: Date;
}

export class IncidentList {
  @ApiProperty({ type: [Incident] })
  items!: Incident[];

  @ApiProperty({ type: 'integer', nullable: true, description: 'Give it as `before` for the next page.' })
  next!: number | null;
}

export class PendingMessageList {
  @ApiProperty({ type: [PendingMessage] })
  items!: PendingMessage[];
}
