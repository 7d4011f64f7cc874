import { drawKey } from '#testing';
import type { AuctionCrowd } from './auction-crowd.js';
import { HttpConnection } from './http-client.js';
import { measureLoop, type LoadOptions } from './measure.js';
import { OfferCount } from './offer-ladder.js';
import type { NotedSample } from './report.js';

/**
 * Final offers of many bidders on one auction over HTTP, each answered with the case as its bidder sees it. The rate is
 * that of all answers; the notes say which share of the offers was accepted, refused for a reason, or turned away
 * without one because its bidder had been refused too often (ten at once, then one a second).
 */
export async function measureOffers(url: string, crowd: AuctionCrowd, load: LoadOptions): Promise<NotedSample> {
  const connections = await Promise.all(Array.from({ length: load.clients }, () => HttpConnection.open(url)));
  const answers = new OfferCount();
  try {
    const sample = await measureLoop(load, async (client) => {
      const token = crowd.bidders[client % crowd.bidders.length] ?? '';
      const answer = await makeOffer(connections[client], token, crowd);
      answers.count(answer.status, answer.body);
    });
    return { ...sample, notes: answers.shares() };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Makes the next better offer as the bidder of this token. */
export async function makeOffer(
  connection: HttpConnection | undefined,
  token: string,
  crowd: AuctionCrowd,
): Promise<{ readonly status: number; readonly body: string }> {
  if (connection === undefined) throw new Error('every bidder of the bench has a connection');
  const headers = { Authorization: `Bearer ${token}`, 'Idempotency-Key': drawKey() };
  const percent = crowd.ladder.next();
  const answer = await connection.post(crowd.offerPath, headers, { percent });
  if (answer.status === 200) crowd.ladder.accept(percent);
  else if (answer.body.includes('far-offer-is-repeated')) crowd.ladder.fallBack();
  return answer;
}
