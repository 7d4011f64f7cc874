import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Anonymous } from '#identity';
import { Problem } from '#platform';
import { AttemptRegister, PublishedHistory, type AttemptFilter } from '#registers';
import type { ApiReply } from '../http/request.js';
import { Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { SealedText } from '../reads/cursor.js';
import {
  showAttempt,
  showAttemptWithOffers,
  showDictionary,
  showSummary,
  writeAttempts,
  writeSummary,
} from './attempts.answers.js';
import { ATTEMPT, ATTEMPTS, CSV, DICTIONARY, SUMMARY, TRANCHES } from './attempts.schemas.js';
import { AttemptFilterQuery, AttemptQuery, AttemptSummaryQuery } from './registers.queries.js';
import { openPlace } from './registers.requests.js';
import { AnswersWith } from './registers.schemas.js';

const FRESH = 'public, max-age=60';
const ATTEMPT_ID = /^[A-Za-z0-9-]{3,100}$/;
const SEPARATED = 'text/csv';

function filterOf({ block, ...filter }: AttemptFilterQuery): AttemptFilter {
  return { ...filter, blockId: block };
}

/** What a query asked for, as it was understood: nothing that was left out. */
const asked = (filter: object): object =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

/** The public register of attempts: published ones and those run here, with counts that say of what they are. */
@ApiTags('registers')
@Controller('v1')
export class AttemptsController {
  private readonly cursors: SealedText;

  constructor(
    @Inject(PARTS) parts: ApiParts,
    @Inject(AttemptRegister) private readonly register: AttemptRegister,
    @Inject(PublishedHistory) private readonly history: PublishedHistory,
  ) {
    this.cursors = new SealedText(parts.secrets.commandKey, 'attempts');
  }

  @Get('attempts')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({
    operationId: 'listAttempts',
    summary: 'List attempts to auction blocks, published and run here, each with its source',
    description:
      'The attempt is the unit of record: a block that was put up three times is here three times. Rehearsals are ' +
      'listed apart and never among the others. Null is not known. What each status means is in `/v1/statuses`.',
  })
  @AnswersWith(200, ATTEMPTS, 'One page.')
  @Problems('validation')
  async list(@Query() { cursor, limit, ...query }: AttemptQuery): Promise<object> {
    const after = openPlace(this.cursors, cursor, query);
    const { items, next } = await this.register.list(filterOf(query), { after, limit });
    return { items: items.map(showAttempt), next: next === null ? null : this.cursors.seal(next, query) };
  }

  @Get('attempts.csv')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({ operationId: 'exportAttempts', summary: 'All attempts that a filter selects, as CSV (RFC 4180)' })
  @AnswersWith(200, CSV, 'A row for each attempt.', [], SEPARATED)
  @Problems('validation')
  async export(@Query() query: AttemptFilterQuery, @Res({ passthrough: true }) reply: ApiReply): Promise<string> {
    sendSeparated(reply, 'attempts.csv');
    return writeAttempts(await this.register.listAll(filterOf(query)));
  }

  @Get('attempts/summary')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({
    operationId: 'summariseAttempts',
    summary: 'Count attempts and blocks, each figure with its definition and what it is of',
    description:
      'Counted from the rows of the register and never typed, always with both denominators: more is sold of the ' +
      'blocks than of the attempts.',
  })
  @AnswersWith(200, SUMMARY, 'Whole, and by the values of one field.')
  @Problems('validation')
  async summarise(@Query() { by, ...query }: AttemptSummaryQuery): Promise<object> {
    return showSummary(await this.register.summarise(filterOf(query), by), by, asked(query));
  }

  @Get('attempts/summary.csv')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({ operationId: 'exportAttemptSummary', summary: 'The same counts as CSV (RFC 4180)' })
  @AnswersWith(200, CSV, 'A row for each figure.', [], SEPARATED)
  @Problems('validation')
  async exportSummary(
    @Query() { by, ...query }: AttemptSummaryQuery,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<string> {
    sendSeparated(reply, 'attempt-summary.csv');
    return writeSummary(await this.register.summarise(filterOf(query), by), by);
  }

  @Get('attempts/:attemptId')
  @Anonymous()
  @ApiParam({ name: 'attemptId', schema: { type: 'string' } })
  @ApiOperation({
    operationId: 'getAttempt',
    summary: 'Show an attempt, a published one with its offers by round',
  })
  @AnswersWith(200, ATTEMPT, 'The attempt.')
  @Problems('not-found')
  async get(@Param('attemptId') attemptId: string): Promise<object> {
    if (!ATTEMPT_ID.test(attemptId)) throw new Problem('not-found');
    const [attempt, offers] = await Promise.all([this.register.get(attemptId), this.history.listOffers(attemptId)]);
    return showAttemptWithOffers(attempt, offers);
  }

  @Get('statuses')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({
    operationId: 'listStatuses',
    summary: 'One definition for each status, regime, denominator and figure of the register',
  })
  @AnswersWith(200, DICTIONARY, 'The dictionary.')
  @Problems()
  listStatuses(): object {
    return showDictionary();
  }

  @Get('tranches')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({
    operationId: 'listTranches',
    summary: 'List the central tranches with the totals that were published of them',
    description: 'Totals as published, beside which `/v1/attempts/summary?by=tranche` counts what the register holds.',
  })
  @AnswersWith(200, TRANCHES, 'In the order of their notices.')
  @Problems()
  async listTranches(): Promise<object> {
    return { items: await this.history.listTranches() };
  }
}

function sendSeparated(reply: ApiReply, name: string): void {
  reply.header('Content-Type', `${SEPARATED}; charset=utf-8; header=present`);
  reply.header('Content-Disposition', `attachment; filename="${name}"`);
}
