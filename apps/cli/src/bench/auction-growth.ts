import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { caseTypeLaw } from '#case-types';
import { FileKeyHolder, type CaseEngine } from '#engine';
import { seedRegisters } from '#registers';
import { buildLawSnapshot, readSeedLaw } from '#rulebook';
import { makeEngine } from '#testing';
import { auctionCaseTypes, BenchClock, LiveAuction } from './live-auction.js';
import { middleOf, summarise, type Sample } from './measure.js';
import { timeProcessors, totalMs } from './processor-time.js';

const BIDDERS = 300;
const OFFERS = 50_000;
const CLIENTS = 64;
/** Offers of one measurement; small beside OFFERS, so that the fresh auction stays fresh while it is measured. */
const WINDOW = 1_000;
/** Windows for each of the two auctions in one round of the bench. */
const WINDOWS = 6;

export interface Growth {
  /** Processor time of one offer after 50,000 offers, beside that after a few. */
  readonly ratio: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Of the offers at the end. */
  readonly end: Sample;
}

/**
 * What one more offer costs at the end of a long auction beside its beginning: two live auctions of 300 bidders, one
 * fresh and one with 50,000 offers, measured in turn, because machines and hours differ. Processor time is compared,
 * of the engine and of its database together, so that whatever else runs on the machine counts little.
 */
export class AuctionGrowth {
  private readonly directory = mkdtempSync(join(tmpdir(), 'adit-bench-'));
  private readonly clock = new BenchClock();
  private readonly engine: CaseEngine;

  constructor(private readonly pool: Pool) {
    const { parameters, holidayLists } = readSeedLaw();
    const signed = [...parameters, ...caseTypeLaw].map((each) => ({ ...each, signedBy: ['bench-1', 'bench-2'] }));
    const law = buildLawSnapshot(signed, holidayLists);
    this.engine = makeEngine(pool, {
      caseTypes: auctionCaseTypes,
      law: { current: () => law, find: () => law, load: () => Promise.resolve(law) },
      keyHolder: new FileKeyHolder(join(this.directory, 'seal-keys'), this.clock),
      clock: this.clock,
      graceMs: 1_000,
    });
  }

  async measure(rounds: number): Promise<Growth> {
    await seedRegisters(this.pool, join(this.directory, 'documents'));
    const [fresh, long] = await LiveAuction.openRounds(this.engine, this.pool, this.clock, [BIDDERS, BIDDERS]);
    if (fresh === undefined || long === undefined) throw new Error('the bench opened no auction');
    await fresh.offer(WINDOW, CLIENTS);
    await long.offer(OFFERS, CLIENTS);
    const starts: number[] = [];
    const ends: number[] = [];
    const latencies: number[] = [];
    let wallMs = 0;
    for (let window = 0; window < rounds * WINDOWS; window += 1) {
      const both = [
        async () => {
          const spent = await timeProcessors(this.pool, () => fresh.offer(WINDOW, CLIENTS));
          starts.push(totalMs(spent) / WINDOW);
        },
        async () => {
          const spent = await timeProcessors(this.pool, async () =>
            latencies.push(...(await long.offer(WINDOW, CLIENTS))),
          );
          ends.push(totalMs(spent) / WINDOW);
          wallMs += spent.wallMs;
        },
      ];
      // Whoever comes second has the warmer caches: each does so every other time.
      for (const one of window % 2 === 0 ? both : both.toReversed()) await one();
    }
    const [startMs, endMs] = [starts, ends].map((list) => middleOf(list, (value) => value)) as [number, number];
    return { ratio: endMs / startMs, startMs, endMs, end: summarise(latencies, wallMs / 1_000) };
  }

  async close(): Promise<void> {
    await this.engine.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
