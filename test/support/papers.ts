import type { Response } from 'supertest';
import { expectStatus, type Client } from './client.js';

/** A paper of an invented company that stays valid while these tests do. */
export const PAPER = {
  kind: 'PAN',
  reference: 'AAACA0000A',
  issuedOn: '2024-04-01',
  validUntil: '2099-03-31',
} as const;

export async function recordPaper(client: Client, documentId: string): Promise<Response> {
  return await client.post('/v1/bidder-profile/papers', { ...PAPER, documentId }).then(expectStatus(201));
}
