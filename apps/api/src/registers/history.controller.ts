import { Controller, Get, Header, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Anonymous } from '#identity';
import { Problem } from '#platform';
import { PublishedHistory } from '#registers';
import { Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { SealedText } from '../reads/cursor.js';
import { showCounts, showResult, showResultWithOffers } from './registers.answers.js';
import { ResultQuery } from './registers.queries.js';
import { openPlace } from './registers.requests.js';
import { AnswersWith, RESULT, RESULTS, TRANCHES } from './registers.schemas.js';

const FRESH = 'public, max-age=60';
const AUCTION_ID = /^[A-Za-z0-9-]{3,100}$/;

/** Auctions as they were published elsewhere: what is known, from where, and counts that say of what they are. */
@ApiTags('registers')
@Controller('v1')
export class HistoryController {
  private readonly cursors: SealedText;

  constructor(
    @Inject(PARTS) parts: ApiParts,
    @Inject(PublishedHistory) private readonly history: PublishedHistory,
  ) {
    this.cursors = new SealedText(parts.secrets.commandKey, 'results');
  }

  @Get('results')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({
    operationId: 'listResults',
    summary: 'List published auctions, with counts of attempts and of blocks',
    description:
      'Every status has one definition. Counts are made out of the rows, of all of them whatever the page shows, and ' +
      'always with both denominators: attempts, and blocks by their latest attempt.',
  })
  @AnswersWith(200, RESULTS, 'One page.')
  @Problems('validation')
  async list(@Query() { cursor, limit, block, ...filter }: ResultQuery): Promise<object> {
    const binding = { ...filter, block };
    const after = openPlace(this.cursors, cursor, binding);
    const [{ items, next }, counts] = await Promise.all([
      this.history.listResults({ ...filter, blockId: block, after, limit }),
      this.history.count(),
    ]);
    return {
      items: items.map(showResult),
      next: next === null ? null : this.cursors.seal(next, binding),
      ...showCounts(counts),
    };
  }

  @Get('results/:auctionId')
  @Anonymous()
  @ApiParam({ name: 'auctionId', schema: { type: 'string' } })
  @ApiOperation({ operationId: 'getResult', summary: 'Show a published auction with its offers by round' })
  @AnswersWith(200, RESULT, 'The auction.')
  @Problems('not-found')
  async get(@Param('auctionId') auctionId: string): Promise<object> {
    if (!AUCTION_ID.test(auctionId)) throw new Problem('not-found');
    return showResultWithOffers(await this.history.getResult(auctionId));
  }

  @Get('tranches')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({ operationId: 'listTranches', summary: 'List the central tranches as published' })
  @AnswersWith(200, TRANCHES, 'In the order of their notices.')
  @Problems()
  async listTranches(): Promise<object> {
    return { items: await this.history.listTranches() };
  }
}
