import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '#case-kit';
import { CurrentActor, OnlyFor } from '#identity';
import { Problem } from '#platform';
import { Bidders } from '#registers';
import type { ApiReply, ApiRequest } from '../http/request.js';
import { Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { BidderProfileForm } from './bidder.forms.js';
import { etagOf, showProfile } from './registers.answers.js';
import { BODY_PROBLEMS, findReadVersion, readDeclaration } from './registers.requests.js';
import { AnswersWith, BIDDER_PROFILE, NeedsVersion } from './registers.schemas.js';

/** What an organisation that bids says of itself. It reads and writes its own entry and no other. */
@ApiTags('registers')
@Controller('v1/bidder-profile')
export class BidderProfileController {
  constructor(@Inject(Bidders) private readonly bidders: Bidders) {}

  @Get()
  @OnlyFor('bidder')
  @Closed()
  @ApiOperation({ operationId: 'getBidderProfile', summary: "Show the entry of the caller's organisation" })
  @AnswersWith(200, BIDDER_PROFILE, 'The entry.', ['ETag'])
  @Problems(...KNOWN_CALLER, 'not-found')
  async get(@CurrentActor() actor: Actor, @Res({ passthrough: true }) reply: ApiReply): Promise<object> {
    const entry = await this.bidders.findEntry(actor.organisationId);
    if (entry === undefined) throw new Problem('not-found', { detail: 'Your organisation has no entry yet' });
    reply.header('ETag', etagOf(entry.bidder));
    return showProfile(entry);
  }

  @Post()
  @OnlyFor('bidder')
  @Closed()
  @NeedsVersion(false)
  @ApiOperation({
    operationId: 'recordBidderProfile',
    summary: "Record what the caller's organisation says of itself, all of it",
    description:
      'The first entry needs no If-Match, every later one does. Links that are left out end. Sent again unchanged it ' +
      'records nothing. Whoever is affiliated with another bidder of one auction is found from these and other links.',
  })
  @AnswersWith(201, BIDDER_PROFILE, 'The entry.', ['ETag'])
  @AnswersWith(200, BIDDER_PROFILE, 'The entry as it stood already.', ['ETag'])
  @Problems(...KNOWN_CALLER, ...BODY_PROBLEMS, 'precondition-failed', 'precondition-required')
  async record(
    @Body() form: BidderProfileForm,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const basedOn = findReadVersion(request);
    const { entry, unchanged } = await this.bidders
      .recordBidder(actor, readDeclaration(form), basedOn)
      .catch((error: unknown) => {
        if (basedOn !== null || !(error instanceof Problem) || error.slug !== 'precondition-failed') throw error;
        throw new Problem('precondition-required', {
          detail: 'Your organisation has an entry: send its ETag in If-Match',
        });
      });
    reply.code(unchanged ? 200 : 201).header('ETag', etagOf(entry.bidder));
    return showProfile(entry);
  }
}
