import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Length, Max, Min } from 'class-validator';
import { formatInstant, type Actor } from '#case-kit';
import { CurrentActor, OnlyFor } from '#identity';
import { Problem } from '#platform';
import { PAPER_KINDS, Papers, REMINDER_DAYS, type Paper, type PaperKind } from '#registers';
import type { ApiReply } from '../http/request.js';
import { Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { IsDocument } from './block.forms.js';
import { IsDay, IsLine } from './registers.queries.js';
import { BODY_PROBLEMS } from './registers.requests.js';
import { AnswersWith, PAPER, PAPERS } from './registers.schemas.js';

export class PaperForm {
  @ApiProperty({ enum: PAPER_KINDS })
  @IsIn(PAPER_KINDS)
  kind!: PaperKind;

  @ApiProperty({ description: 'Id of a stored document of your organisation.' })
  @IsDocument()
  documentId!: string;

  @ApiPropertyOptional({ example: 'UDIN 26012345AAAAAA1234', description: 'Number or the like that the paper bears.' })
  @IsOptional()
  @Length(1, 200)
  @IsLine()
  reference?: string;

  @ApiProperty({ format: 'date', example: '2026-05-04' })
  @IsDay()
  issuedOn!: string;

  @ApiPropertyOptional({ format: 'date', example: '2027-05-03', description: 'Last day; left out: without end.' })
  @IsOptional()
  @IsDay()
  validUntil?: string;
}

export class PapersQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 3650,
    description: 'Only papers whose validity ends within so many days, or has ended.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(3650)
  expiringWithinDays?: number;
}

/** Papers of the caller's organisation, in versions and with the days between which they are valid. */
@ApiTags('registers')
@Controller('v1/bidder-profile/papers')
export class PapersController {
  constructor(@Inject(Papers) private readonly papers: Papers) {}

  @Get()
  @OnlyFor('bidder')
  @Closed()
  @ApiOperation({ operationId: 'listPapers', summary: "List the current papers of the caller's organisation" })
  @AnswersWith(200, PAPERS, 'Those that end first, first.')
  @Problems(...KNOWN_CALLER)
  async list(@Query() { expiringWithinDays }: PapersQuery, @CurrentActor() actor: Actor): Promise<object> {
    return this.show(await this.papers.list(actor.organisationId, expiringWithinDays));
  }

  @Get(':kind')
  @OnlyFor('bidder')
  @Closed()
  @ApiOperation({ operationId: 'listPaperVersions', summary: 'List every version of a paper' })
  @AnswersWith(200, PAPERS, 'Newest first.')
  @Problems(...KNOWN_CALLER, 'not-found')
  async versions(@Param('kind') kind: string, @CurrentActor() actor: Actor): Promise<object> {
    const known = PAPER_KINDS.find((each) => each === kind);
    const papers = known === undefined ? [] : await this.papers.listVersions(actor.organisationId, known);
    if (papers.length === 0) throw new Problem('not-found', { detail: 'Your organisation has recorded no such paper' });
    return this.show(papers);
  }

  @Post()
  @OnlyFor('bidder')
  @Closed()
  @ApiOperation({
    operationId: 'recordPaper',
    summary: 'Record a paper, or a new version of it',
    description:
      `Reminders go out ${REMINDER_DAYS.join(', ')} days before its last day. A bid that names its document is refused ` +
      'when the paper is not valid on the day on which bids are due.',
  })
  @AnswersWith(201, PAPER, 'The paper.')
  @AnswersWith(200, PAPER, 'The paper as it stood already.')
  @Problems(...KNOWN_CALLER, ...BODY_PROBLEMS)
  async record(
    @Body() { kind, documentId, reference, issuedOn, validUntil }: PaperForm,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const content = { documentId, reference: reference ?? null, issuedOn, validUntil: validUntil ?? null };
    const { entry, unchanged } = await this.papers.record(actor, kind, content);
    reply.code(unchanged ? 200 : 201);
    return showPaper(entry, this.papers.today());
  }

  private show(papers: readonly Paper[]): object {
    return { items: papers.map((paper) => showPaper(paper, this.papers.today())) };
  }
}

function showPaper(paper: Paper, today: string): object {
  const { kind, version, documentId, reference, issuedOn, validUntil, recordedAt, remindedDays } = paper;
  const left = validUntil === null ? null : (Date.parse(validUntil) - Date.parse(today)) / 86_400_000;
  return {
    kind,
    version,
    documentId,
    reference,
    issuedOn,
    validUntil,
    state: left === null || left > REMINDER_DAYS[0] ? 'valid' : left < 0 ? 'expired' : 'expiring',
    daysLeft: left,
    remindedDays,
    recordedAt: formatInstant(recordedAt.getTime()),
  };
}
