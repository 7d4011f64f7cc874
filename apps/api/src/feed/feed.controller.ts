import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import type { Actor } from '#case-kit';
import { CASE_ID } from '#engine';
import { Anonymous, CurrentActor } from '#identity';
import { Problem } from '#platform';
import type { ApiReply, ApiRequest } from '../http/request.js';
import { Answers, Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { EventStream } from './event-stream.js';
import { FeedStreams } from './feed-streams.js';
import { TICKET_LIFE_MS, TicketOffice } from './tickets.js';

const MOST_CASES = 50;

export class FeedTicketForm {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MOST_CASES,
    uniqueItems: true,
    example: ['STALL-0B7K2-9QX4M'],
    description: 'Cases to be watched on one stream.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_CASES)
  @ArrayUnique()
  @Matches(CASE_ID, { each: true, message: 'must be ids of cases' })
  cases!: string[];
}

export class FeedQuery {
  @ApiPropertyOptional({ description: 'A ticket that has not been used.' })
  @IsOptional()
  @IsString()
  @Length(1, 20_000)
  ticket?: string;
}

const STREAM = `Server-sent events. \`case\`: a case as the caller sees it now, first at once and then at each change, at
most five times a second; \`gone\`: he sees it no more; \`time\`: the platform's time and by how much it may be wrong;
\`end\`: come back with a new ticket.`;

/** The live feed of those who take part: one stream for several cases, opened by a ticket. */
@ApiTags('live')
@Controller('v1')
export class FeedController {
  private readonly office: TicketOffice;

  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    @Inject(FeedStreams) private readonly streams: FeedStreams,
  ) {
    this.office = new TicketOffice(parts.secrets.commandKey);
  }

  @Post('feed-tickets')
  @Closed()
  @ApiOperation({ operationId: 'createFeedTicket', summary: 'Get a ticket for a live stream of cases' })
  @Answers(201, 'FeedTicket', 'It serves once, within half a minute.')
  @Problems(...KNOWN_CALLER, 'malformed-json', 'not-found', 'body-too-large', 'unsupported-media-type', 'slow-body')
  async createTicket(@Body() form: FeedTicketForm, @CurrentActor() actor: Actor): Promise<object> {
    const seen = await Promise.all(form.cases.map((caseId) => this.parts.reader.find(caseId, actor)));
    if (seen.includes(null)) throw new Problem('not-found');
    const ticket = this.office.issue(actor, form.cases, this.parts.clock.now());
    return { ticket, expiresIn: TICKET_LIFE_MS / 1000, href: `/v1/feed?ticket=${ticket}` };
  }

  @Get('feed')
  @Anonymous()
  @ApiOperation({ operationId: 'openFeed', summary: 'Open a live stream', description: STREAM })
  @ApiResponse({
    status: 200,
    description: 'The stream.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @Problems('unauthenticated', 'validation', 'too-many-requests', 'method-not-allowed')
  async openFeed(@Query() query: FeedQuery, @Req() request: ApiRequest, @Res() reply: ApiReply): Promise<void> {
    // The router offers HEAD for every GET, and it would use the ticket up.
    if (request.method !== 'GET') throw new Problem('method-not-allowed', { extensions: { allow: ['GET'] } });
    const { clock } = this.parts;
    const ticket = this.office.redeem(query.ticket ?? '', clock.now());
    if (ticket === undefined) {
      const detail = 'The ticket is unknown, used or too old; POST /v1/feed-tickets gives a new one';
      throw new Problem('unauthenticated', { detail });
    }
    this.streams.assertRoom(ticket.actor.personId);
    await this.streams.assertStanding(ticket.actor);
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.hijack();
    const stream = new EventStream(reply.raw, ticket.actor, ticket.caseIds, clock.now());
    await this.streams.open(stream, (listener) => reply.raw.once('close', listener));
  }
}
