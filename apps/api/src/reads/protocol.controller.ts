import { Controller, Get, Header, Inject, Param, Res, type Type } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { PUBLIC_ACTOR, type AnyCaseType } from '#case-kit';
import type { SeenCase } from '#engine';
import { Anonymous } from '#identity';
import { Problem } from '#platform';
import { pascal } from '../commands/offered-command.js';
import type { ApiReply } from '../http/request.js';
import { Answers, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';

/** Protocols of long rounds are large; those that are asked for are asked for again. */
const MOST_KEPT = 8;

/** Keeps the text of the protocols that were written last, each for the very position of its case. */
class WrittenProtocols {
  private readonly kept = new Map<string, Promise<string | null>>();

  async get(seen: SeenCase, write: () => Promise<object | null>): Promise<string | null> {
    const key = `${seen.row.id} ${seen.row.seq} ${seen.row.lawHash}`;
    const known = this.kept.get(key);
    if (known !== undefined) return await known;
    const text = write().then((protocol) => (protocol === null ? null : JSON.stringify(protocol)));
    text.catch(() => this.kept.delete(key));
    this.kept.set(key, text);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value ?? '');
    return await text;
  }
}

/**
 * The protocol of a case, `GET /v1/<plural>/{caseId}/protocol`, for each case type that writes one. It is the same for
 * everybody, and it is not found before the case has led somewhere, whoever asks.
 */
export function createProtocolController(caseType: AnyCaseType): Type {
  const name = pascal(caseType.id);

  @ApiTags('protocols')
  @Controller(`v1/${caseType.plural}`)
  class ProtocolController {
    private readonly written = new WrittenProtocols();

    constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

    @Get(':caseId/protocol')
    @Anonymous()
    @Header('Cache-Control', 'public, max-age=5')
    @ApiParam({ name: 'caseId', schema: { type: 'string' } })
    @ApiOperation({
      operationId: `get${name}Protocol`,
      summary: `${caseType.protocol?.title ?? 'Protocol'}, once it is over, complete enough to compute its result again`,
    })
    @Answers(200, 'Protocol', 'The protocol.')
    @Problems('not-found')
    async protocol(@Param('caseId') caseId: string, @Res({ passthrough: true }) reply: ApiReply): Promise<string> {
      const text = await this.findText(caseId);
      if (text === null) {
        reply.header('Cache-Control', 'no-store');
        throw new Problem('not-found');
      }
      reply.header('Content-Type', 'application/json; charset=utf-8');
      return text;
    }

    private async findText(caseId: string): Promise<string | null> {
      const { reader } = this.parts;
      const seen = await reader.find(caseId, PUBLIC_ACTOR);
      if (seen === null || seen.caseType.id !== caseType.id) return null;
      return await this.written.get(seen, () => reader.protocol(seen));
    }
  }
  Object.defineProperty(ProtocolController, 'name', { value: `${name}ProtocolController` });
  return ProtocolController;
}
