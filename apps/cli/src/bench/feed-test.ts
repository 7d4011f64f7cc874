import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuctionCrowd } from './auction-crowd.js';
import { makeOffer } from './auction-figures.js';
import { HttpConnection } from './http-client.js';
import { summarise } from './measure.js';
import { OfferCount } from './offer-ladder.js';
import type { NotedSample } from './report.js';
import type { WatchReport } from './watch-log.js';
import type { WatchOrder } from './watchers.js';

const WATCHERS = 2_000;
/** As many as one person may hold. */
const STREAMS_EACH = 4;
const OFFERS = 500;
/** The last second before the round closes. */
const WITHIN_MS = 1_000;
/** Two ticks of the feed and more: whatever is to be told has been told by then. */
const QUIET_MS = 3_000;

/**
 * The last second of an auction with everybody looking on: 200 bidders make 500 offers in it, at even distances and
 * without waiting for answers, while 2,000 streams watch: four of each bidder, the others of auditors.
 */
export class FeedTest {
  private constructor(
    private readonly url: string,
    private readonly crowd: AuctionCrowd,
    /** One for each stream. */
    private readonly tokens: readonly string[],
  ) {}

  static async prepare(url: string, crowd: AuctionCrowd, watchers = WATCHERS): Promise<FeedTest> {
    const people = Math.ceil(watchers / STREAMS_EACH);
    const auditors = await crowd.appointAuditors(url, Math.max(0, people - crowd.bidders.length));
    const tokens = [...crowd.bidders, ...auditors].flatMap((token) =>
      Array.from({ length: STREAMS_EACH }, () => token),
    );
    return new FeedTest(url, crowd, tokens.slice(0, watchers));
  }

  /** The rate is that of the answers; how evenly the watchers were told stands in the notes. */
  async measure(): Promise<NotedSample> {
    await this.crowd.enterLastSecond();
    const watchers = fork(new URL('watchers.js', import.meta.url));
    let connections: readonly HttpConnection[] = [];
    try {
      await ask(watchers, { kind: 'watch', url: this.url, caseId: this.crowd.caseId, tokens: this.tokens });
      await sleep(QUIET_MS);
      // Not before: a connection that is not used for a few seconds is closed by the server.
      connections = await Promise.all(Array.from({ length: OFFERS }, () => HttpConnection.open(this.url)));
      await ask(watchers, { kind: 'begin' });
      const sample = await this.offerInTime(connections);
      await sleep(QUIET_MS);
      const report = (await ask(watchers, { kind: 'report' })) as WatchReport;
      return { ...sample, notes: { watchers: this.tokens.length, ...sample.notes, ...report } };
    } finally {
      for (const connection of connections) connection.close();
      const ended = new Promise((resolve) => watchers.once('exit', resolve));
      if (watchers.kill('SIGTERM')) await ended;
    }
  }

  private async offerInTime(connections: readonly HttpConnection[]): Promise<NotedSample> {
    const answers = new OfferCount();
    const latencies: number[] = [];
    let errors = 0;
    const begun = performance.now();
    await Promise.all(
      connections.map(async (connection, index) => {
        const due = begun + (index * WITHIN_MS) / connections.length;
        await sleep(Math.max(0, due - performance.now()));
        try {
          const token = this.crowd.bidders[index % this.crowd.bidders.length] ?? '';
          const { status, body } = await makeOffer(connection, token, this.crowd);
          answers.count(status, body);
          // From when it was to be sent: a bench that sends late must not look like a platform that answers early.
          latencies.push(performance.now() - due);
        } catch (error) {
          errors += 1;
          console.error(String(error));
        }
      }),
    );
    const seconds = (performance.now() - begun) / 1_000;
    return { ...summarise(latencies, seconds), notes: { errors, ...answers.shares() } };
  }
}

/** Sends an order and waits for what is answered to it. */
async function ask(watchers: ChildProcess, order: WatchOrder): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const fail = (code: number | null): void => {
      reject(new Error(`the watchers of the bench ended with ${code}`));
    };
    watchers.once('exit', fail);
    watchers.once('message', (answer) => {
      watchers.off('exit', fail);
      resolve(answer);
    });
    watchers.send(order);
  });
}
