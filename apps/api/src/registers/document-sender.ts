import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { Logger } from '#platform';
import type { Documents, StoredDocument } from '#registers';
import { isKnown, type ApiReply, type ApiRequest } from '../http/request.js';
import { describeAttachment, describeMediaType } from './attachment.js';

/** A reader who takes nothing for so long is let go, and with him what is held open for him. */
const IDLE_MS = 60_000;
/** Besides what every answer says: whatever opens the file in a browser gives it no script, form or origin. */
const SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Hands documents out to those who may read them, as they come from the store. */
export class DocumentSender {
  constructor(
    private readonly documents: Documents,
    private readonly log: Logger,
  ) {}

  /**
   * Answers with the content. `note` is called before its first byte goes out.
   *
   * @throws Problem rule-refused, unavailable; Error when the content is lost or damaged. Nothing has been sent then.
   */
  async send(
    document: StoredDocument,
    request: ApiRequest,
    reply: ApiReply,
    note: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    this.documents.requireClean(document);
    const etag = `"${document.id}"`;
    if (isKnown(request.headers['if-none-match'], etag)) {
      writeCaching(reply, etag);
      // The framework would tell HEAD of a length of nothing.
      reply.code(304).send(request.method === 'HEAD' ? Readable.from([]) : undefined);
      return;
    }
    const content =
      request.method === 'HEAD' ? await this.findHead(document) : await this.begin(document, request, note);
    writeCaching(reply, etag);
    reply
      .code(200)
      .header('Content-Type', describeMediaType(document.mediaType))
      .header('Content-Length', document.bytes)
      .header('Content-Disposition', describeAttachment(document.name, document.mediaType))
      .header('Content-Security-Policy', SANDBOX)
      .header('Accept-Ranges', 'none');
    reply.raw.setTimeout(IDLE_MS, () => reply.raw.destroy());
    reply.send(content);
  }

  /** The headers of the content alone, which must be there all the same. */
  private async findHead(document: StoredDocument): Promise<Readable> {
    if (!(await this.documents.hasContent(document)))
      throw new Error(`the content of document ${document.id} is missing`);
    return Readable.from([]);
  }

  /** The content from which something has come: a store that fails at once is answered as a fault, not as a document. */
  private async begin(document: StoredDocument, { id }: ApiRequest, note: () => Promise<void>): Promise<Readable> {
    const content = await this.documents.openContent(document);
    let hasBegun = false;
    content.on('error', (error) => {
      const about = { requestId: id, documentId: document.id, err: error };
      // Before that the caller is answered, and the answer is logged.
      if (hasBegun) this.log.error(about, 'a document broke off while it was handed out');
    });
    try {
      if (content.errored !== null) throw content.errored;
      await once(content, 'readable');
      await note();
    } catch (error) {
      content.destroy();
      throw error;
    }
    hasBegun = true;
    return content;
  }
}

function writeCaching(reply: ApiReply, etag: string): void {
  reply
    .header('Cache-Control', 'private, no-store')
    .header('ETag', etag)
    .header('Vary', 'Authorization, Adit-Acting-As');
}
