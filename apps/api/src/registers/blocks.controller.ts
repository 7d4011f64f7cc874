import { Body, Controller, Get, Header, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '#case-kit';
import { Anonymous, CurrentActor, OnlyFor } from '#identity';
import { Problem, type ProblemSlug } from '#platform';
import { Blocks, BlockValues, Minerals, type Block, type Recorded } from '#registers';
import type { ApiReply, ApiRequest } from '../http/request.js';
import { Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { SealedText } from '../reads/cursor.js';
import { BlockValueForm, BlockVersionForm, NewBlockForm } from './block.forms.js';
import { etagOf, showBlock, showBlockHead, showBlockVersion, showFeatures, showValue } from './registers.answers.js';
import { BlockQuery, MineralQuery, VersionQuery } from './registers.queries.js';
import {
  blockIdPipe,
  BODY_PROBLEMS,
  getReadVersion,
  openPlace,
  readBlockContent,
  readValue,
} from './registers.requests.js';
import {
  AnswersWith,
  BLOCK,
  BLOCK_FEATURES,
  BLOCK_VALUE,
  BLOCK_VALUES,
  BLOCK_VERSIONS,
  BLOCKS,
  MINERALS,
  NeedsVersion,
} from './registers.schemas.js';

const GEOJSON = 'application/geo+json';
const FRESH = 'public, max-age=60';
const WRITERS = ['central-officer', 'state-officer'] as const;
const RECORD: readonly ProblemSlug[] = [...KNOWN_CALLER, ...BODY_PROBLEMS];

const BlockId = (): MethodDecorator => ApiParam({ name: 'blockId', schema: { type: 'string' } });

/** Blocks and minerals: open to everybody to read, written by officers, a new version at a time. */
@ApiTags('registers')
@Controller('v1')
export class BlocksController {
  private readonly cursors: SealedText;

  constructor(
    @Inject(PARTS) parts: ApiParts,
    @Inject(Blocks) private readonly blocks: Blocks,
    @Inject(BlockValues) private readonly values: BlockValues,
    @Inject(Minerals) private readonly minerals: Minerals,
  ) {
    this.cursors = new SealedText(parts.secrets.commandKey, 'blocks');
  }

  @Get('minerals')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({
    operationId: 'listMinerals',
    summary: 'List minerals by the schedules of the Act, on a day or in every period',
  })
  @AnswersWith(200, MINERALS, 'By code.')
  @Problems('validation')
  async listMinerals(@Query() { on }: MineralQuery): Promise<object> {
    return { on: on ?? null, items: await this.minerals.list(on) };
  }

  @Get('blocks')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({ operationId: 'listBlocks', summary: 'List blocks, each in its current version, by id' })
  @AnswersWith(200, BLOCKS, 'One page.')
  @Problems('validation')
  async list(@Query() query: BlockQuery): Promise<object> {
    const { items, next, seal } = await this.readPage(query);
    return { items: items.map(showBlockHead), next: next === null ? null : seal(next) };
  }

  @Get('blocks.geojson')
  @Anonymous()
  @Header('Cache-Control', FRESH)
  @ApiOperation({
    operationId: 'listBlockFeatures',
    summary: 'List blocks with their boundaries, as GeoJSON (RFC 7946)',
    description:
      'The next page is named by the header Link, rel="next". A block without a known place has no geometry.',
  })
  @AnswersWith(200, BLOCK_FEATURES, 'One page.', [], GEOJSON)
  @Problems('validation')
  async listFeatures(
    @Query() query: BlockQuery,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const { items, next, seal } = await this.readPage(query);
    if (next !== null) {
      const address = new URL(request.url, 'http://here');
      address.searchParams.set('cursor', seal(next));
      reply.header('Link', `<${address.pathname}${address.search}>; rel="next"`);
    }
    reply.header('Content-Type', GEOJSON);
    return showFeatures(items);
  }

  @Get('blocks/:blockId')
  @Anonymous()
  @BlockId()
  @Header('Cache-Control', FRESH)
  @ApiOperation({ operationId: 'getBlock', summary: 'Show a block whole, in its current version or in an earlier one' })
  @AnswersWith(200, BLOCK, 'The block.', ['ETag'])
  @Problems('validation', 'not-found')
  async get(
    @Param('blockId', blockIdPipe) blockId: string,
    @Query() { version }: VersionQuery,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const block = await this.blocks.findBlock(blockId, version);
    if (block === undefined) {
      reply.header('Cache-Control', 'no-store');
      throw new Problem('not-found', { detail: 'There is no such block or version' });
    }
    return await this.tell(block, reply);
  }

  @Get('blocks/:blockId/versions')
  @Anonymous()
  @BlockId()
  @ApiOperation({ operationId: 'listBlockVersions', summary: 'List every version of a block' })
  @AnswersWith(200, BLOCK_VERSIONS, 'Newest first.')
  @Problems('not-found')
  async listVersions(@Param('blockId', blockIdPipe) blockId: string): Promise<object> {
    return { items: (await this.blocks.listVersions(blockId)).map(showBlockVersion) };
  }

  @Post('blocks')
  @OnlyFor(...WRITERS)
  @Closed()
  @ApiOperation({
    operationId: 'recordBlock',
    summary: 'Record a new block',
    description:
      'Its boundary is checked: closed, simple, in India, its area on the ellipsoid within the tolerance of the rule ' +
      'book of what is stated. Overlaps with other blocks are reported. Sent again unchanged it records nothing.',
  })
  @AnswersWith(201, BLOCK, 'The block.', ['ETag', 'Location'])
  @AnswersWith(200, BLOCK, 'The block as it stood already.', ['ETag'])
  @Problems(...RECORD)
  async record(
    @Body() form: NewBlockForm,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const { id, rehearsal = false } = form;
    const recording = { id, rehearsal, content: readBlockContent(form), basedOn: null };
    return await this.tellRecorded(await this.blocks.recordBlock(actor, recording), reply);
  }

  @Post('blocks/:blockId/versions')
  @OnlyFor(...WRITERS)
  @Closed()
  @BlockId()
  @NeedsVersion()
  @ApiOperation({
    operationId: 'recordBlockVersion',
    summary: 'Record what has changed of a block, as its next version',
    description: 'The whole entry is sent, on the version that was read. A notice keeps the version that it names.',
  })
  @AnswersWith(201, BLOCK, 'The block.', ['ETag', 'Location'])
  @AnswersWith(200, BLOCK, 'The block as it stood already.', ['ETag'])
  @Problems(...RECORD, 'not-found', 'precondition-failed', 'precondition-required')
  async recordVersion(
    @Param('blockId', blockIdPipe) blockId: string,
    @Body() form: BlockVersionForm,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const content = readBlockContent(form);
    const { rehearsal } = await this.blocks.getBlock(blockId);
    const recording = { id: blockId, rehearsal, content, basedOn: getReadVersion(request) };
    return await this.tellRecorded(await this.blocks.recordBlock(actor, recording), reply);
  }

  @Get('blocks/:blockId/values')
  @OnlyFor('central-officer', 'state-officer', 'approving-officer', 'evaluation-member', 'evaluation-chair', 'auditor')
  @Closed()
  @BlockId()
  @ApiOperation({
    operationId: 'listBlockValues',
    summary: 'List the values of estimated resources of a block, with their worksheets',
    description: 'Bidders and the public read the value that a notice names in that notice.',
  })
  @AnswersWith(200, BLOCK_VALUES, 'Newest first.')
  @Problems(...KNOWN_CALLER, 'not-found')
  async listValues(@Param('blockId', blockIdPipe) blockId: string): Promise<object> {
    await this.blocks.getBlock(blockId);
    return { items: (await this.values.listValues(blockId)).map(showValue) };
  }

  @Post('blocks/:blockId/values')
  @OnlyFor(...WRITERS)
  @Closed()
  @BlockId()
  @ApiOperation({
    operationId: 'recordBlockValue',
    summary: 'Record the value of estimated resources of a block with its worksheet',
    description: 'Every line is quantity times price, and their sum is the amount; whatever is not is refused.',
  })
  @AnswersWith(201, BLOCK_VALUE, 'The value.')
  @AnswersWith(200, BLOCK_VALUE, 'The value as it stood already.')
  @Problems(...RECORD, 'not-found')
  async recordValue(
    @Param('blockId', blockIdPipe) blockId: string,
    @Body() form: BlockValueForm,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const { entry, unchanged } = await this.values.recordValue(actor, blockId, readValue(form));
    reply.code(unchanged ? 200 : 201);
    return showValue(entry);
  }

  private async readPage({ cursor, limit, ...filter }: BlockQuery) {
    const after = openPlace(this.cursors, cursor, filter);
    const page = await this.blocks.listBlocks({ ...filter, after, limit });
    return { ...page, seal: (place: string) => this.cursors.seal(place, filter) };
  }

  private async tell(block: Block, reply: ApiReply): Promise<object> {
    reply.header('ETag', etagOf(block));
    return showBlock(block, await this.blocks.listOverlaps(block));
  }

  private async tellRecorded({ entry, unchanged }: Recorded<Block>, reply: ApiReply): Promise<object> {
    reply.code(unchanged ? 200 : 201);
    if (!unchanged) reply.header('Location', `/v1/blocks/${entry.id}`);
    return await this.tell(entry, reply);
  }
}
