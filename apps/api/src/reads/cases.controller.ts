import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { discloseRefusal, formatInstant, type Actor } from '#case-kit';
import { etagOf, type ListCursor, type ListFilter, type ListSort, type RenderedCase, type SeenCase } from '#engine';
import { CurrentActor, Public } from '#identity';
import { Problem, refuseFields } from '#platform';
import { isKnown, type ApiReply, type ApiRequest } from '../http/request.js';
import { Answers, Closed, KNOWN_CALLER, Open, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { CommandShelf } from './command-shelf.js';
import { SealedText } from './cursor.js';
import { InboxQuery, ListQuery, TransitionQuery } from './queries.js';

const CaseId = (): MethodDecorator =>
  ApiParam({ name: 'caseId', schema: { type: 'string', examples: ['STALL-0B7K2-9QX4M'] } });
const ReadProblems = (): MethodDecorator => Problems(...KNOWN_CALLER, 'not-found');

interface Page {
  readonly cursor?: string;
  readonly limit: number;
}

/** Everything that is read of cases. Open routes show what the public may see, and more to who sends a token. */
@ApiTags('cases')
@Controller('v1')
export class CasesController {
  private readonly cursors: SealedText;

  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    @Inject(CommandShelf) private readonly shelf: CommandShelf,
  ) {
    this.cursors = new SealedText(parts.secrets.commandKey, 'cursor');
  }

  @Get('cases')
  @Public()
  @Open()
  @ApiOperation({
    operationId: 'listCases',
    summary: 'List the cases that the caller may see',
    description:
      'Filters and sorts only by what lists show to the caller. Walking from page to page misses no case that was ' +
      'there all the time; sorted by `due` a case that moved meanwhile may be shown again at the end.',
  })
  @Answers(200, 'CaseList', 'One page.')
  @Problems(...KNOWN_CALLER)
  async list(@Query() query: ListQuery, @CurrentActor() actor: Actor): Promise<object> {
    const { sort, cursor, limit, ...filter } = query;
    return await this.listPage(actor, filter, sort, { limit, ...(cursor !== undefined && { cursor }) });
  }

  @Get('inbox')
  @Closed()
  @ApiOperation({
    operationId: 'listInbox',
    summary: "List the cases that wait for an act of the caller's role, what falls due next first",
  })
  @Answers(200, 'CaseList', 'One page.')
  @Problems(...KNOWN_CALLER)
  async inbox(@Query() query: InboxQuery, @CurrentActor() actor: Actor): Promise<object> {
    const { cursor, limit, ...filter } = query;
    const page = { limit, ...(cursor !== undefined && { cursor }) };
    return await this.listPage(actor, { ...filter, awaitsMe: true }, 'due', page);
  }

  @Get('cases/:caseId')
  @Public()
  @Open()
  @CaseId()
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'Answers 304 while the view is unchanged.' })
  @ApiOperation({ operationId: 'getCase', summary: 'Show a case as the caller may see it' })
  @Answers(200, 'Case', 'The case.', ['ETag'])
  @ApiResponse({ status: 304, description: 'Unchanged since the ETag in If-None-Match.' })
  @ReadProblems()
  async get(
    @Param('caseId') caseId: string,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<RenderedCase | undefined> {
    const view = await this.parts.reader.view(await this.getSeen(caseId, actor), actor);
    const etag = etagOf(view);
    reply.header('ETag', etag).header('Vary', 'Authorization, Adit-Acting-As');
    if (!isKnown(request.headers['if-none-match'], etag)) return view;
    reply.code(304);
    return undefined;
  }

  @Get('cases/:caseId/commands')
  @Public()
  @Open()
  @CaseId()
  @ApiOperation({
    operationId: 'listCommands',
    summary: "List every command of the caller's role: possible now with its form, or every reason why not",
  })
  @Answers(200, 'CommandList', 'The commands.')
  @ReadProblems()
  async commands(@Param('caseId') caseId: string, @CurrentActor() actor: Actor): Promise<object> {
    const seen = await this.getSeen(caseId, actor);
    const explained = await this.parts.reader.explain(seen, actor);
    return {
      items: explained.map(({ path, refusals, ...command }) => ({
        ...command,
        href: `/v1/${seen.caseType.plural}/${seen.row.id}/${path}`,
        refusals: refusals.map(discloseRefusal),
        ...this.shelf.describe(seen.caseType.id, command.name),
      })),
    };
  }

  @Get('cases/:caseId/transitions')
  @Public()
  @Open()
  @CaseId()
  @ApiOperation({
    operationId: 'listTransitions',
    summary: 'List the record of a case as the caller may see it',
    description: 'A page may be shorter than asked, even empty, while `next` says that there is more to look at.',
  })
  @Answers(200, 'TransitionList', 'One page.')
  @ReadProblems()
  async transitions(
    @Param('caseId') caseId: string,
    @Query() query: TransitionQuery,
    @CurrentActor() actor: Actor,
  ): Promise<object> {
    const seen = await this.getSeen(caseId, actor);
    const { order, limit, cursor } = query;
    const binding = { ...callerOf(actor), caseId, order };
    const after = cursor === undefined ? null : (this.openCursor(cursor, binding) as number);
    const { items, next } = await this.parts.reader.transitions(seen, actor, { after, limit, order });
    return { items, next: next === null ? null : this.cursors.seal(next, binding) };
  }

  @Get('cases/:caseId/due-dates')
  @Public()
  @Open()
  @CaseId()
  @ApiOperation({ operationId: 'listDueDates', summary: 'List what falls due in a case, with the provision of each' })
  @Answers(200, 'DueDateList', 'Earliest first.')
  @ReadProblems()
  async dueDates(@Param('caseId') caseId: string, @CurrentActor() actor: Actor): Promise<object> {
    const seen = await this.getSeen(caseId, actor);
    return {
      items: this.parts.reader.dueDates(seen, actor).map(({ at, ...due }) => ({ ...due, at: formatInstant(at) })),
    };
  }

  private async getSeen(caseId: string, actor: Actor): Promise<SeenCase> {
    const seen = await this.parts.reader.find(caseId, actor);
    if (seen === null) throw new Problem('not-found');
    return seen;
  }

  private async listPage(actor: Actor, filter: ListFilter, sort: ListSort, page: Page): Promise<object> {
    const binding = { ...callerOf(actor), filter, sort };
    const cursor = page.cursor === undefined ? null : (this.openCursor(page.cursor, binding) as ListCursor);
    const { items, next } = await this.parts.reader.list(actor, filter, { sort, cursor, limit: page.limit });
    return { items, next: next === null ? null : this.cursors.seal(next, binding) };
  }

  private openCursor(text: string, binding: unknown): unknown {
    const value = this.cursors.open(text, binding);
    if (value !== undefined) return value;
    const message = 'is not a cursor of this caller for this query; begin again without it';
    throw refuseFields([{ field: 'cursor', message }]);
  }
}

/** The capacity to which a position belongs. */
function callerOf({ personId, organisationId, role, jurisdiction }: Actor): object {
  return { personId, organisationId, role, jurisdiction };
}
