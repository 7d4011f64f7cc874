import { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Actor } from '#case-kit';
import { CurrentActor, OnlyFor } from '#identity';
import { Problem, refuseFields } from '#platform';
import { ResumableUploads, type Progress } from '#registers';
import type { ApiReply, ApiRequest } from '../http/request.js';
import { Closed, KNOWN_CALLER, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { SENDERS } from './documents.controller.js';
import { showUpload } from './registers.answers.js';
import { uploadIdPipe } from './registers.requests.js';
import { AnswersWith, UPLOAD, UPLOADS } from './registers.schemas.js';
import { readUploadHeaders, TUS_VERSION } from './upload-headers.js';

const ADDRESS = '/v1/uploads';
const PIECE = 'application/offset+octet-stream';

/** Lets pieces through unread, on their own address only. */
export function registerPieces(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(PIECE, (request, payload, done) => {
    if (request.routeOptions.url === `${ADDRESS}/:uploadId`) done(null, payload);
    else done(new Problem('unsupported-media-type'), undefined);
  });
}

/**
 * Large documents in pieces: the core of the tus protocol 1.0.0 with its extensions creation, expiration and
 * termination, so that its client libraries serve. HEAD answers as GET does, without the body.
 */
@ApiTags('documents')
@Controller('v1/uploads')
export class UploadsController {
  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    @Inject(ResumableUploads) private readonly uploads: ResumableUploads,
  ) {}

  @Post()
  @OnlyFor(...SENDERS)
  @Closed()
  @ApiHeader({ name: 'Upload-Length', required: true, description: 'Bytes of the whole.' })
  @ApiHeader({
    name: 'Upload-Metadata',
    required: true,
    description:
      '`filename`, `filetype` and, where wanted, `sha256` (hex) and `caseId`, each with its value in base64.',
  })
  @ApiOperation({
    operationId: 'beginUpload',
    summary: 'Begin to send a large document in pieces (tus 1.0.0)',
    description:
      'Then PATCH the address in Location with pieces. What has arrived stays when a connection or a process is cut; ' +
      'HEAD or GET tells how far it is. With the last byte the whole is checked and becomes a document.',
  })
  @AnswersWith(201, UPLOAD, 'The upload, of which nothing has arrived yet.', ['Location'])
  @Problems(
    ...KNOWN_CALLER,
    'not-found',
    'precondition-failed',
    'body-too-large',
    'unsupported-media-type',
    'malformed-json',
    'rule-refused',
    'too-many-requests',
  )
  async begin(
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    requireVersion(request);
    const wanted = readUploadHeaders(request.headers);
    const { caseId } = wanted;
    if (caseId !== null && (await this.parts.reader.find(caseId, actor)) === null) throw new Problem('not-found');
    const upload = await this.uploads.begin(actor, wanted);
    reply.code(201).header('Location', `${ADDRESS}/${upload.id}`);
    return this.show({ upload, offset: 0 }, reply);
  }

  @Get()
  @OnlyFor(...SENDERS)
  @Closed()
  @ApiOperation({ operationId: 'listUploads', summary: 'List my unfinished uploads' })
  @AnswersWith(200, UPLOADS, 'Oldest first.')
  @Problems(...KNOWN_CALLER)
  async list(@CurrentActor() actor: Actor): Promise<object> {
    return { items: (await this.uploads.listOpen(actor)).map(showUpload) };
  }

  @Get(':uploadId')
  @OnlyFor(...SENDERS)
  @Closed()
  @ApiOperation({ operationId: 'getUpload', summary: 'How far an upload of mine is, and what became of it' })
  @AnswersWith(200, UPLOAD, 'The upload; the headers are those of tus.')
  @Problems(...KNOWN_CALLER, 'not-found', 'precondition-failed')
  async get(
    @Param('uploadId', uploadIdPipe) uploadId: string,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<object> {
    requireVersion(request);
    return this.show(await this.uploads.find(actor, uploadId), reply);
  }

  @Patch(':uploadId')
  @OnlyFor(...SENDERS)
  @Closed()
  @HttpCode(204)
  @ApiConsumes(PIECE)
  @ApiBody({ schema: { type: 'string', format: 'binary' }, description: 'What comes from the offset on.' })
  @ApiHeader({ name: 'Upload-Offset', required: true, description: 'Bytes that have arrived, as HEAD or GET tells.' })
  @ApiOperation({
    operationId: 'continueUpload',
    summary: 'Send the next piece',
    description:
      'With the last byte the whole is compared with its declared hash, looked at, scanned and stored; `Adit-Document` ' +
      'then names the document. After 503 the same with an empty body tries again.',
  })
  @ApiNoContentResponse({
    description: 'Upload-Offset tells how far it is.',
    headers: {
      'Upload-Offset': { description: 'Bytes that have arrived.', schema: { type: 'integer' } },
      'Adit-Document': { description: 'Id of the document, once all has arrived.', schema: { type: 'string' } },
    },
  })
  @Problems(
    ...KNOWN_CALLER,
    'not-found',
    'slow-body',
    'state-conflict',
    'precondition-failed',
    'body-too-large',
    'unsupported-media-type',
    'malformed-json',
    'rule-refused',
  )
  async append(
    @Param('uploadId', uploadIdPipe) uploadId: string,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<void> {
    requireVersion(request);
    if (!(request.body instanceof Readable)) {
      throw new Problem('unsupported-media-type', { detail: `A piece is sent as ${PIECE}` });
    }
    const text = request.headers['upload-offset'];
    if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) {
      throw refuseFields([{ field: 'Upload-Offset', message: 'must be the number of bytes that have arrived' }]);
    }
    this.show(await this.uploads.append(actor, uploadId, Number(text), request.body), reply);
  }

  @Delete(':uploadId')
  @OnlyFor(...SENDERS)
  @Closed()
  @HttpCode(204)
  @ApiOperation({ operationId: 'cancelUpload', summary: 'End an upload of mine and remove what has arrived of it' })
  @ApiNoContentResponse()
  @Problems(...KNOWN_CALLER, 'not-found', 'state-conflict', 'precondition-failed')
  async cancel(
    @Param('uploadId', uploadIdPipe) uploadId: string,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) reply: ApiReply,
  ): Promise<void> {
    requireVersion(request);
    await this.uploads.cancel(actor, uploadId);
    reply.header('Tus-Resumable', TUS_VERSION);
  }

  private show(progress: Progress, reply: ApiReply): object {
    const { upload, offset, document } = progress;
    reply
      .header('Tus-Resumable', TUS_VERSION)
      .header('Upload-Offset', String(offset))
      .header('Upload-Length', String(upload.bytes))
      .header('Upload-Expires', upload.expiresAt.toUTCString());
    if (document !== undefined) reply.header('Adit-Document', document.id);
    return showUpload(progress);
  }
}

/** Who names no version speaks plain HTTP, which is served as well. */
function requireVersion(request: ApiRequest): void {
  const wanted = request.headers['tus-resumable'];
  if (wanted === undefined || wanted === TUS_VERSION) return;
  throw new Problem('precondition-failed', { detail: `This interface speaks tus ${TUS_VERSION}` });
}
