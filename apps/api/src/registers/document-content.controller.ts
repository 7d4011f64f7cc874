import { applyDecorators, Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Actor } from '#case-kit';
import { CurrentActor, OnlyFor, Public } from '#identity';
import { Problem } from '#platform';
import { Documents, MEDIA_TYPES } from '#registers';
import type { ApiReply, ApiRequest } from '../http/request.js';
import { Closed, KNOWN_CALLER, Open, Problems } from '../openapi/answers.js';
import { PARTS, type ApiParts } from '../parts.js';
import { DocumentSender } from './document-sender.js';
import { chooseRecord, findNaming, noteOpening } from './document-sight.js';
import { SENDERS } from './documents.controller.js';

const WORDS = { type: 'string' } as const;

/** The file itself, under its own kind, and what is said of it in the headers. */
function AnswersWithContent(): MethodDecorator {
  const content = { schema: { type: 'string', format: 'binary' } };
  return applyDecorators(
    ApiParam({ name: 'documentId', schema: WORDS, description: 'SHA-256 of the content.' }),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'Answers 304 to who has the content already.' }),
    ApiResponse({
      status: 200,
      description: 'The content, whole: ranges are not served. The connection is cut when it turns out to be damaged.',
      headers: {
        ETag: { description: 'The id of the document.', schema: WORDS },
        'Content-Disposition': { description: 'The name of the file, to be saved under (RFC 6266).', schema: WORDS },
        'Content-Length': { description: 'Bytes of the content.', schema: { type: 'integer' } },
      },
      content: Object.fromEntries(Object.keys(MEDIA_TYPES).map((mediaType) => [mediaType, content])),
    }),
    ApiResponse({ status: 304, description: 'The caller has it: it is named in If-None-Match.' }),
    Problems(...KNOWN_CALLER, 'not-found', 'rule-refused'),
  );
}

/** What is in documents, for those who stored them and for those to whom a case shows them. The hash opens nothing. */
@ApiTags('documents')
@Controller('v1')
export class DocumentContentController {
  private readonly sender: DocumentSender;

  constructor(
    @Inject(PARTS) private readonly parts: ApiParts,
    @Inject(Documents) private readonly documents: Documents,
  ) {
    this.sender = new DocumentSender(documents, parts.log);
  }

  @Get('documents/:documentId')
  @OnlyFor(...SENDERS)
  @Closed()
  @ApiOperation({
    operationId: 'getDocument',
    summary: "Open a document of the caller's organisation",
    description: 'Refused while the scanner for malware has not found it clean, where there is one.',
  })
  @AnswersWithContent()
  async own(
    @Param('documentId') documentId: string,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
  ): Promise<void> {
    const document = await this.documents.findOwn(documentId, actor.organisationId);
    if (document === undefined) throw new Problem('not-found');
    await this.sender.send(document, request, reply);
  }

  @Get('cases/:caseId/documents/:documentId')
  @Public()
  @Open()
  @ApiParam({ name: 'caseId', schema: WORDS })
  @ApiOperation({
    operationId: 'getCaseDocument',
    summary: 'Open a document that the case shows to the caller',
    description:
      'For whoever reads the id of the document in `GET /v1/cases/{caseId}`, and as long as he does: what that view ' +
      'does not name is not there. Refused while the scanner for malware has not found it clean, where there is one.',
  })
  @AnswersWithContent()
  async ofCase(
    @Param('caseId') caseId: string,
    @Param('documentId') documentId: string,
    @CurrentActor() actor: Actor,
    @Req() request: ApiRequest,
    @Res() reply: ApiReply,
  ): Promise<void> {
    const { reader } = this.parts;
    const seen = await reader.find(caseId, actor);
    const naming = seen === null ? undefined : findNaming(await reader.view(seen, actor), documentId);
    const records = naming === undefined ? [] : await this.documents.listForCase(documentId, caseId);
    const document = naming === undefined ? undefined : chooseRecord(records, naming, actor);
    if (document === undefined) throw new Problem('not-found');
    await this.sender.send(document, request, reply, () => noteOpening(this.parts, request, actor, caseId, document));
  }
}
