import { Readable } from 'node:stream';
import { Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Actor } from '#case-kit';
import { CurrentActor, OnlyFor } from '#identity';
import { Problem } from '#platform';
import { Documents, isMediaType, MAX_DOCUMENT_BYTES, MEDIA_TYPES } from '#registers';
import type { ApiReply, ApiRequest } from '../http/request.js';
import { Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { showDocument } from './registers.answers.js';
import { DocumentQuery, UploadQuery } from './registers.queries.js';
import { AnswersWith, DOCUMENT, DOCUMENTS } from './registers.schemas.js';

const ADDRESS = '/v1/documents';
/** Who may send documents. */
export const SENDERS = [
  'bidder',
  'central-officer',
  'state-officer',
  'approving-officer',
  'evaluation-member',
  'evaluation-chair',
  'agency-officer',
] as const;
const KINDS = Object.keys(MEDIA_TYPES);

/**
 * Lets the bodies of uploads through unread, on their own address only: they are read once the caller is known, and
 * never held in memory.
 */
export function registerUploads(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(KINDS, (request, payload, done) => {
    if (request.routeOptions.url === ADDRESS) done(null, payload);
    else done(new Problem('unsupported-media-type'), undefined);
  });
}

/** Documents of organisations: sent once, named by the hash of their content in forms. */
@ApiTags('documents')
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    @Inject(Documents) private readonly documents: Documents,
  ) {}

  @Post()
  @OnlyFor(...SENDERS)
  @Closed()
  @ApiConsumes(...KINDS)
  @ApiBody({ schema: { type: 'string', format: 'binary' }, description: `At most ${MAX_DOCUMENT_BYTES} bytes.` })
  @ApiOperation({
    operationId: 'storeDocument',
    summary: 'Store a document for the organisation of the caller',
    description:
      'The body is the file itself, under its own Content-Type. What it is by its content must be what it is sent as. ' +
      'The same file for the same case is the same document. The id opens nothing to anybody else.',
  })
  @AnswersWith(201, DOCUMENT, 'The document.')
  @Problems(
    ...KNOWN_CALLER,
    'not-found',
    'slow-body',
    'body-too-large',
    'unsupported-media-type',
    'malformed-json',
    'rule-refused',
    'too-many-requests',
  )
  async store(
    @Query() { name, caseId }: UploadQuery,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (!(request.body instanceof Readable) || !isMediaType(mediaType)) {
      throw new Problem('unsupported-media-type', { detail: `A document is sent as one of ${KINDS.join(', ')}` });
    }
    if (request.headers['content-encoding'] !== undefined) {
      throw new Problem('unsupported-media-type', { detail: 'A document is sent without Content-Encoding' });
    }
    if (Number(request.headers['content-length'] ?? 0) > MAX_DOCUMENT_BYTES) {
      throw new Problem('body-too-large', { detail: `A document has at most ${MAX_DOCUMENT_BYTES} bytes` });
    }
    await this.requireSight(caseId, actor);
    const document = { name, mediaType, caseId: caseId ?? null };
    const stored = await this.documents.receive(actor, document, request.body);
    reply.code(201);
    return showDocument(stored);
  }

  @Get()
  @OnlyFor(...SENDERS)
  @Closed()
  @ApiOperation({
    operationId: 'listDocuments',
    summary: "List the documents of the caller's organisation, for a case or for none in particular",
  })
  @AnswersWith(200, DOCUMENTS, 'Newest first.')
  @Problems(...KNOWN_CALLER, 'not-found')
  async list(@Query() { caseId }: DocumentQuery, @CurrentActor() actor: Actor): Promise<object> {
    await this.requireSight(caseId, actor);
    return { items: (await this.documents.listDocuments(actor.organisationId, caseId ?? null)).map(showDocument) };
  }

  private async requireSight(caseId: string | undefined, actor: Actor): Promise<void> {
    if (caseId !== undefined && (await this.parts.reader.find(caseId, actor)) === null) throw new Problem('not-found');
  }
}
