import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Anonymous } from '#identity';
import type { ApiReply } from '../http/request.js';
import { Answers, Problems } from '../openapi/answers.js';
import { ReadinessProbe, type Readiness } from './readiness.js';

/** For whoever keeps the process running and decides where traffic goes. */
@ApiTags('health')
@Controller()
export class HealthController {
  constructor(@Inject(ReadinessProbe) private readonly probe: ReadinessProbe) {}

  @Get('livez')
  @Anonymous()
  @ApiOperation({ operationId: 'getLiveness', summary: 'Whether the process runs; nothing else is asked' })
  @Answers(200, 'Liveness', 'It runs.')
  @Problems()
  getLiveness(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Anonymous()
  @ApiOperation({ operationId: 'getReadiness', summary: 'Whether it can serve, each check with its figure' })
  @Answers(200, 'Readiness', 'It can.')
  @Answers(503, 'Readiness', 'It cannot: at least one check fails.')
  async getReadiness(@Res({ passthrough: true }) reply: ApiReply): Promise<Readiness> {
    const readiness = await this.probe.read();
    if (readiness.status === 'not-ready') reply.code(503);
    return readiness;
  }
}
