import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags, type ApiBodyOptions } from '@nestjs/swagger';
import type { Actor } from '#case-kit';
import { CurrentActor, OnlyFor } from '#identity';
import { refuseFields, type ProblemSlug } from '#platform';
import {
  draftInputSchema,
  findBodyFaults,
  readDraftInput,
  RuleBook,
  type DraftInput,
  type DraftPlace,
} from '#rulebook';
import { getActor, type ApiReply, type ApiRequest } from '../http/request.js';
import { Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { SealedText } from '../reads/cursor.js';
import { DraftActs, draftIdPipe, etagOfDraft, getReadVersion } from './draft-acts.js';
import { showDraft, showDraftHead } from './rule-book.answers.js';
import { DraftQuery } from './rule-book.queries.js';
import { AnswersWith, DRAFT, DRAFTS, NeedsKey, NeedsVersion } from './rule-book.schemas.js';

const ACT: readonly ProblemSlug[] = [
  ...KNOWN_CALLER,
  'missing-idempotency-key',
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'slow-body',
  'rule-refused',
  'key-reused-with-other-body',
];
const ON_DRAFT: readonly ProblemSlug[] = [
  ...ACT,
  'not-found',
  'state-conflict',
  'precondition-failed',
  'precondition-required',
];

const DraftId = (): MethodDecorator => ApiParam({ name: 'draftId', schema: { type: 'string' } });
const ChangeBody = (): MethodDecorator =>
  ApiBody({ schema: draftInputSchema as Extract<ApiBodyOptions, { schema: unknown }>['schema'] });

/** Changes of the law: proposed, revised, signed by two people and published whole, or withdrawn. */
@ApiTags('rule book')
@Controller('v1/rule-book/drafts')
export class DraftsController {
  private readonly cursors: SealedText;

  constructor(
    @Inject(PARTS) parts: ApiParts,
    @Inject(RuleBook) private readonly ruleBook: RuleBook,
    @Inject(DraftActs) private readonly acts: DraftActs,
  ) {
    this.cursors = new SealedText(parts.secrets.commandKey, 'drafts');
  }

  @Get()
  @OnlyFor('rule-book-owner', 'auditor')
  @Closed()
  @ApiOperation({ operationId: 'listDrafts', summary: 'List drafts of changes, the most recently changed first' })
  @AnswersWith(200, DRAFTS, 'One page.')
  @Problems(...KNOWN_CALLER)
  async list(@Query() query: DraftQuery, @CurrentActor() actor: Actor): Promise<object> {
    const { state, cursor, limit } = query;
    const binding = { personId: actor.personId, state: state ?? null };
    const after = cursor === undefined ? undefined : this.openCursor(cursor, binding);
    const page = { limit, ...(state !== undefined && { state }), ...(after !== undefined && { after }) };
    const { drafts, next } = await this.ruleBook.listDrafts(page);
    return { items: drafts.map(showDraftHead), next: next === null ? null : this.cursors.seal(next, binding) };
  }

  @Get(':draftId')
  @OnlyFor('rule-book-owner', 'auditor')
  @Closed()
  @DraftId()
  @ApiOperation({ operationId: 'getDraft', summary: 'Show a draft: what it changes, who signed, what it lacks' })
  @AnswersWith(200, DRAFT, 'The draft.', ['ETag'])
  @Problems(...KNOWN_CALLER, 'not-found')
  async get(
    @Param('draftId', draftIdPipe) draftId: string,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const draft = await this.acts.tell(() => this.ruleBook.getDraft(draftId));
    reply.header('ETag', etagOfDraft(draft));
    return showDraft(draft);
  }

  @Post()
  @OnlyFor('rule-book-owner')
  @Closed()
  @NeedsKey()
  @ChangeBody()
  @ApiOperation({
    operationId: 'proposeDraft',
    summary: 'Propose a change of the law',
    description:
      'For each changed parameter all its versions, past and future: they replace those in force. A value without a ' +
      'source, periods that overlap or leave a gap, and days that would lose their version are refused.',
  })
  @AnswersWith(201, DRAFT, 'The draft.', ['ETag', 'Location', 'Idempotent-Replayed'])
  @Problems(...ACT)
  async propose(
    @Body() body: unknown,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const input = readInput(body);
    return await this.acts.run(request, reply, 'drafts', async (ruleBook, options) => {
      const draft = await ruleBook.propose(getActor(request), input, options);
      reply.header('Location', `/v1/rule-book/drafts/${draft.id}`);
      return draft;
    });
  }

  @Post(':draftId/revise')
  @HttpCode(200)
  @OnlyFor('rule-book-owner')
  @Closed()
  @DraftId()
  @NeedsKey()
  @NeedsVersion()
  @ChangeBody()
  @ApiOperation({
    operationId: 'reviseDraft',
    summary: 'Replace the changes of a draft, resting it on the law now in force',
    description: 'Signatures stay with contents that stay; what was touched is signed anew.',
  })
  @AnswersWith(200, DRAFT, 'The draft.', ['ETag', 'Idempotent-Replayed'])
  @Problems(...ON_DRAFT)
  async revise(
    @Param('draftId', draftIdPipe) draftId: string,
    @Body() body: unknown,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const input = readInput(body);
    const version = getReadVersion(request);
    return await this.acts.run(request, reply, `${draftId} revise`, (ruleBook, options) =>
      ruleBook.revise(getActor(request), draftId, version, input, options),
    );
  }

  @Post(':draftId/sign-off')
  @HttpCode(200)
  @OnlyFor('rule-book-owner')
  @Closed()
  @DraftId()
  @NeedsKey()
  @NeedsVersion()
  @ApiOperation({
    operationId: 'signOffDraft',
    summary: 'Sign every content of the draft as read',
    description: 'Two different people sign before a draft is published; the same person twice is refused.',
  })
  @AnswersWith(200, DRAFT, 'The draft.', ['ETag', 'Idempotent-Replayed'])
  @Problems(...ON_DRAFT)
  async signOff(
    @Param('draftId', draftIdPipe) draftId: string,
    @Body() body: unknown,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const version = readBare(body, request);
    return await this.acts.run(request, reply, `${draftId} sign-off`, (ruleBook, options) =>
      ruleBook.signOff(getActor(request), draftId, version, options),
    );
  }

  @Post(':draftId/publish')
  @HttpCode(200)
  @OnlyFor('rule-book-owner')
  @Closed()
  @DraftId()
  @NeedsKey()
  @NeedsVersion()
  @ApiOperation({
    operationId: 'publishDraft',
    summary: 'Publish the draft as one new law, whole and for ever',
    description: 'Open cases come under it by a transition of their own, each parameter still by its anchor.',
  })
  @AnswersWith(200, DRAFT, 'The draft, with its publication.', ['ETag', 'Idempotent-Replayed'])
  @Problems(...ON_DRAFT)
  async publish(
    @Param('draftId', draftIdPipe) draftId: string,
    @Body() body: unknown,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const version = readBare(body, request);
    return await this.acts.run(request, reply, `${draftId} publish`, (ruleBook, options) =>
      ruleBook.publish(getActor(request), draftId, version, options),
    );
  }

  @Post(':draftId/withdraw')
  @HttpCode(200)
  @OnlyFor('rule-book-owner')
  @Closed()
  @DraftId()
  @NeedsKey()
  @NeedsVersion()
  @ApiOperation({ operationId: 'withdrawDraft', summary: 'Withdraw a draft; it stays on the record' })
  @AnswersWith(200, DRAFT, 'The draft.', ['ETag', 'Idempotent-Replayed'])
  @Problems(...ON_DRAFT)
  async withdraw(
    @Param('draftId', draftIdPipe) draftId: string,
    @Body() body: unknown,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const version = readBare(body, request);
    return await this.acts.run(request, reply, `${draftId} withdraw`, (ruleBook, options) =>
      ruleBook.withdraw(getActor(request), draftId, version, options),
    );
  }

  private openCursor(text: string, binding: unknown): DraftPlace {
    const place = this.cursors.open(text, binding);
    // Only what was sealed here opens, so that its shape is ours.
    if (place !== undefined) return place as DraftPlace;
    throw refuseFields([
      { field: 'cursor', message: 'is not a cursor of this caller for this query; begin without it' },
    ]);
  }
}

function readInput(body: unknown): DraftInput {
  const read = readDraftInput(body);
  if ('errors' in read) throw refuseFields(read.errors);
  return read.value;
}

/** An act that says everything by its address, on the version that was read. */
function readBare(body: unknown, request: ApiRequest): number {
  const faults = findBodyFaults(body);
  if (faults.length > 0) throw refuseFields(faults);
  return getReadVersion(request);
}
