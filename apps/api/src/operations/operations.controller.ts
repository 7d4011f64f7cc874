import { Controller, Get, HttpCode, Param, Post, Query, type PipeTransform } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { LessThan, type Repository } from 'typeorm';
import { OnlyFor } from '#identity';
import { Problem } from '#platform';
import { Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { Incident, IncidentList, PendingMessage, PendingMessageList } from './operations.entities.js';

const PAGE = 50;

/** What is no number of a message, or a larger one than can be counted, names none. */
const messagePipe: PipeTransform<string, number> = {
  transform: (id) => {
    if (!/^[1-9]\d{0,14}$/.test(id)) throw new Problem('not-found', { detail: 'There is no message of this number' });
    return Number(id);
  },
};

class IncidentQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: '`next` of the page before.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  before?: number;
}

/** What the platform's operator has to look after, and what the auditor may see of it: faults, never cases. */
@ApiTags('operations')
@Controller('v1/operations')
export class OperationsController {
  constructor(
    @InjectRepository(Incident) private readonly incidents: Repository<Incident>,
    @InjectRepository(PendingMessage) private readonly messages: Repository<PendingMessage>,
  ) {}

  @Get('incidents')
  @Closed()
  @OnlyFor('platform-operator', 'auditor')
  @ApiOperation({
    operationId: 'listIncidents',
    summary: 'List faults of the platform that touched a case, newest first',
  })
  @ApiOkResponse({ type: IncidentList })
  @Problems(...KNOWN_CALLER)
  async listIncidents(@Query() { before }: IncidentQuery): Promise<IncidentList> {
    const items = await this.incidents.find({
      ...(before === undefined ? {} : { where: { id: LessThan(before) } }),
      order: { id: 'DESC' },
      take: PAGE,
    });
    return { items: items.map(withoutPosition), next: items.length === PAGE ? (items.at(-1)?.id ?? null) : null };
  }

  @Get('undelivered')
  @Closed()
  @OnlyFor('platform-operator', 'auditor')
  @ApiOperation({
    operationId: 'listUndelivered',
    summary: 'List messages that could not be delivered and wait for the operator',
  })
  @ApiOkResponse({ type: PendingMessageList })
  @Problems(...KNOWN_CALLER)
  async listUndelivered(): Promise<PendingMessageList> {
    const items = await this.messages.find({ where: { stuck: true }, order: { id: 'ASC' }, take: PAGE });
    return { items: items.map(withoutAddressee) };
  }

  @Post('undelivered/:id/retry')
  @HttpCode(200)
  @Closed()
  @OnlyFor('platform-operator')
  @ApiParam({ name: 'id', schema: { type: 'integer' } })
  @ApiOperation({
    operationId: 'retryUndelivered',
    summary: 'Try a message again, once what stood in its way is mended',
  })
  @ApiOkResponse({ type: PendingMessage })
  @Problems(...KNOWN_CALLER, 'not-found')
  async retry(@Param('id', messagePipe) id: number): Promise<PendingMessage> {
    const { affected } = await this.messages.update(
      { id, stuck: true },
      { stuck: false, attempts: 0, nextAt: () => 'now()' },
    );
    const message = affected === 1 ? await this.messages.findOneBy({ id }) : null;
    if (message === null)
      throw new Problem('not-found', { detail: 'No message of this number waits for the operator' });
    return withoutAddressee(message);
  }
}

/** Whoever mends the delivery needs no name: it would say who takes part in the case. */
function withoutAddressee(message: PendingMessage): PendingMessage {
  return { ...message, target: message.target.replace(/^audience:org:.*/, 'audience:org') };
}

/** Where an entry stands in the record of its case counts those before it. */
function withoutPosition({ detail: { seq: _position, ...detail }, ...incident }: Incident): Incident {
  return { ...incident, detail };
}
