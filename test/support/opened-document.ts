import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Response } from 'supertest';
import type { ApiWorld } from './api-world.js';
import type { Client } from './client.js';

/** Asks for the content of a document; a good answer has its bytes as they came, a problem its body. */
export async function openDocument(
  client: Client,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return await client.send('get', path, (test) =>
    test
      .set(headers)
      .buffer(true)
      .parse((answer, done) => {
        const message = answer as unknown as IncomingMessage;
        const isJson = /json/.test(message.headers['content-type'] ?? '');
        buffer(message).then(
          (bytes) => done(null, isJson ? JSON.parse(bytes.toString('utf8')) : bytes),
          (error: Error) => done(error, undefined),
        );
      }),
  );
}

/** Stores a file for the organisation of the caller under a name; answers its id. */
export async function storeFile(
  client: Client,
  name: string,
  content: Buffer | string,
  mediaType = 'application/pdf',
): Promise<string> {
  const answer = await client.send('post', `/v1/documents?name=${encodeURIComponent(name)}`, (test) =>
    test.set('Content-Type', mediaType).send(content),
  );
  if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.text}`);
  return (answer.body as { id: string }).id;
}

/** Says of a content what a scanner would have said. */
export async function judgeContent(world: ApiWorld, documentId: string, state: string): Promise<void> {
  const signature = state === 'infected' ? 'Eicar-Test-Signature' : null;
  await world.database.pool.query('insert into document_scan (document_id, state, signature) values ($1, $2, $3)', [
    documentId,
    state,
    signature,
  ]);
}
