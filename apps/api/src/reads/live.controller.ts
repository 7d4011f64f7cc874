import { Controller, Get, Header, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { formatInstant, LawReader, localDateAt, PUBLIC_ACTOR } from '#case-kit';
import { CASE_ID } from '#engine';
import { Anonymous } from '#identity';
import { Problem } from '#platform';
import type { ApiReply, ApiRequest } from '../http/request.js';
import { Answers, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';

const FRESH_MS = 1_000;
const MOST_KEPT = 5_000;

interface Kept {
  readonly madeAt: number;
  readonly body: Promise<object | null>;
}

/** The public's window on a live phase: one look at the database a second for each case, however many watch. */
@ApiTags('live')
@Controller('v1')
export class LiveController {
  private readonly kept = new Map<string, Kept>();

  constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

  @Get('cases/:caseId/live.json')
  @Anonymous()
  @Header('Cache-Control', 'public, max-age=1')
  @ApiParam({ name: 'caseId', schema: { type: 'string' } })
  @ApiOperation({
    operationId: 'getLiveState',
    summary: 'Show what everybody may see of a live phase; made anew once a second',
  })
  @Answers(200, 'LiveState', 'The live state; `live` is null while nothing is live.')
  @Problems('not-found')
  async live(
    @Param('caseId') caseId: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const body = CASE_ID.test(caseId) ? await this.findBody(caseId, request.receivedAt) : null;
    if (body !== null) return body;
    reply.header('Cache-Control', 'no-store');
    throw new Problem('not-found');
  }

  private async findBody(caseId: string, now: number): Promise<object | null> {
    const known = this.kept.get(caseId);
    if (known !== undefined && now - known.madeAt < FRESH_MS) return await known.body;
    const made = { madeAt: now, body: this.make(caseId) };
    made.body.catch(() => this.kept.delete(caseId));
    this.kept.delete(caseId);
    this.kept.set(caseId, made);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value ?? '');
    return await made.body;
  }

  private async make(caseId: string): Promise<object | null> {
    const { reader, clock } = this.parts;
    const seen = await reader.find(caseId, PUBLIC_ACTOR);
    if (seen === null) return null;
    const { row, law } = seen;
    const now = clock.now();
    const lawReader = new LawReader(law, row.anchors, localDateAt(row.clockAt ?? now));
    return {
      caseId,
      at: formatInstant(now),
      uncertaintyMs: Math.ceil(clock.uncertaintyMs()),
      live: seen.caseType.views.live?.(row, lawReader) ?? null,
    };
  }
}
