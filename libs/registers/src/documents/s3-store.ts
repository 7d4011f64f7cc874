import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { pipeline as pump } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { AwsV4Signer } from 'aws4fetch';
import {
  HashCheck,
  isContentHash,
  nameBlob,
  storeUnavailable,
  type BlobArea,
  type BlobStore,
  type KeptFile,
} from './blob-store.js';

export interface S3Settings {
  /** Of the service, without the bucket, which is named in the path: every S3-compatible store takes that. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Milliseconds without a byte after which the store counts as not answering. */
  readonly idleMs?: number;
}

/** All documents lie under this prefix, as they lie in the folder of that name without S3. */
const PREFIX = 'documents';
const IDLE_MS = 30_000;
const NO_BODY = createHash('sha256').digest('hex');

interface Sent {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly file?: KeptFile;
}

/**
 * A bucket of an S3-compatible store. A file is sent as it is read, in one request that is signed with the hash of its
 * content: the store refuses other content, and an object is there whole or not at all.
 */
export class S3Store implements BlobStore {
  readonly description: string;

  constructor(private readonly settings: S3Settings) {
    this.description = `the bucket ${settings.bucket} at ${settings.endpoint}`;
  }

  async keep(file: KeptFile, area: BlobArea): Promise<void> {
    await this.ask(nameBlob(file.hash, area), { method: 'PUT', file });
    // Some stores do not check the signed hash; none that lost a part of the content would give this length.
    const kept = await this.measure(file.hash, area);
    if (kept !== file.bytes) throw storeUnavailable(new Error(`${kept ?? 0} of ${file.bytes} bytes were stored`));
  }

  async measure(hash: string, area: BlobArea = 'kept'): Promise<number | undefined> {
    if (!isContentHash(hash)) return undefined;
    const answer = await this.ask(nameBlob(hash, area), { method: 'HEAD' }, 404);
    answer.resume();
    return answer.statusCode === 404 ? undefined : Number(answer.headers['content-length']);
  }

  async open(hash: string, area: BlobArea = 'kept'): Promise<Readable | undefined> {
    if (!isContentHash(hash)) return undefined;
    const answer = await this.ask(nameBlob(hash, area), { method: 'GET' }, 404);
    if (answer.statusCode === 404) {
      answer.resume();
      return undefined;
    }
    const check = new HashCheck(hash);
    pipeline(answer, check, () => undefined);
    return check;
  }

  async quarantine(hash: string): Promise<void> {
    if ((await this.measure(hash)) === undefined) return;
    const source = `/${this.settings.bucket}/${PREFIX}/${nameBlob(hash, 'kept')}`;
    await this.ask(nameBlob(hash, 'quarantine'), { method: 'PUT', headers: { 'x-amz-copy-source': source } });
    await this.ask(nameBlob(hash, 'kept'), { method: 'DELETE' });
  }

  /** The answer, its body unread when it has one that is wanted. @throws Problem unavailable for every other status. */
  private async ask(name: string, sent: Sent, alsoFine?: number): Promise<IncomingMessage> {
    try {
      const answer = await this.send(name, sent);
      const { statusCode = 0 } = answer;
      if (statusCode === alsoFine) return answer;
      if (statusCode < 200 || statusCode > 299) {
        throw new Error(`${sent.method} was answered ${statusCode}: ${(await text(answer)).slice(0, 500)}`);
      }
      if (sent.method === 'PUT' || sent.method === 'DELETE') await refuseHiddenError(answer);
      return answer;
    } catch (error) {
      throw storeUnavailable(error);
    }
  }

  private async send(name: string, { method, headers = {}, file }: Sent): Promise<IncomingMessage> {
    const { endpoint, region, bucket, accessKeyId, secretAccessKey, idleMs = IDLE_MS } = this.settings;
    const signer = new AwsV4Signer({
      method,
      url: `${endpoint.replace(/\/$/, '')}/${bucket}/${PREFIX}/${name}`,
      headers: { ...headers, 'x-amz-content-sha256': file?.hash ?? NO_BODY },
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
    });
    const signed = await signer.sign();
    const send = signed.url.protocol === 'https:' ? requestEncrypted : requestPlain;
    const outgoing = send(signed.url, {
      method,
      headers: {
        ...Object.fromEntries(signed.headers),
        ...(method === 'PUT' && { 'content-length': String(file?.bytes ?? 0) }),
      },
    });
    outgoing.setTimeout(idleMs, () => outgoing.destroy(new Error('the store fell silent')));
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
    });
    if (file === undefined) outgoing.end();
    // A store that refuses may answer before it has taken everything; its answer says more than the broken pipe.
    else void pump(createReadStream(file.path), outgoing).catch(() => undefined);
    const answer = await answered;
    answer.on('error', () => undefined);
    return answer;
  }
}

/** A copy may be answered 200 before it is done, and then tell in the body that it failed. */
async function refuseHiddenError(answer: IncomingMessage): Promise<void> {
  const body = await text(answer);
  if (body.includes('<Error>')) throw new Error(`the store answered ${body.slice(0, 500)}`);
}
