import type { Response } from 'supertest';
import type { Client } from './client.js';

export const PIECE = { 'Content-Type': 'application/offset+octet-stream', 'Tus-Resumable': '1.0.0' };

/** The metadata of an upload as tus writes them. */
export function describe64(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

/** Begins to send a report of so many bytes in pieces; Location names the upload. */
export async function beginUpload(
  client: Client,
  bytes: number,
  fields: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return await client.send('post', '/v1/uploads', (test) =>
    test.set({
      'Tus-Resumable': '1.0.0',
      'Upload-Length': String(bytes),
      'Upload-Metadata': describe64({ filename: 'report.pdf', filetype: 'application/pdf', ...fields }),
    }),
  );
}

export async function appendPiece(client: Client, path: string, offset: number, content: Buffer): Promise<Response> {
  return await client.send('patch', path, (test) =>
    test.set({ ...PIECE, 'Upload-Offset': String(offset) }).send(content),
  );
}
