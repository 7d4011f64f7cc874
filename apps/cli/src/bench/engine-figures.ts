import { randomInt } from 'node:crypto';
import type { Pool } from 'pg';
import type { CaseEngine, Outcome } from '#engine';
import { drawKey, makeActor, makeEngine } from '#testing';
import { measureLoop, type LoadOptions, type Sample } from './measure.js';

const CASES = 5_000;
const HOUR_MS = 3_600_000;

/** The engine without HTTP on the invented case type: keys, record, sight, facts and due events are all written. */
export class EngineFigures {
  readonly engine: CaseEngine;
  private readonly cases: string[] = [];
  private readonly officer = makeActor('central-officer');
  private readonly run = drawKey();
  private keys = 0;

  constructor(pool: Pool) {
    this.engine = makeEngine(pool, { graceMs: 1_000 });
  }

  async prepare(): Promise<void> {
    for (let opened = 0; opened < CASES; opened += 500) {
      const outcomes = await Promise.all(Array.from({ length: 500 }, () => this.open()));
      this.cases.push(...outcomes);
    }
  }

  private async open(): Promise<string> {
    const now = Date.now();
    const form = { closesAt: now + 10 * HOUR_MS };
    const outcome = await this.engine.open({
      caseType: 'tally',
      form,
      actor: this.officer,
      receivedAt: now,
      key: drawKey(),
    });
    if (outcome.kind !== 'accepted') throw new Error(`the bench could not open a case: ${outcome.kind}`);
    return outcome.caseId;
  }

  async many(load: LoadOptions): Promise<Sample> {
    return await measureLoop(load, async () => {
      await this.give(this.cases[randomInt(this.cases.length)] ?? '', 'SET', this.officer);
    });
  }

  /** A case of its own for hot commands. */
  async openHot(): Promise<string> {
    return await this.open();
  }

  async hot(load: LoadOptions, caseId?: string): Promise<Sample> {
    const hot = caseId ?? (await this.open());
    const bidders = Array.from({ length: load.clients }, (_, index) =>
      makeActor('bidder', { personId: `bidder-${index}`, organisationId: `organisation-${index}` }),
    );
    return await measureLoop(load, async (client) => {
      await this.give(hot, 'ADD', bidders[client] ?? this.officer);
    });
  }

  /** Unique is enough here; drawing keys at random is the callers' expense, not the engine's. */
  private nextKey(): string {
    this.keys += 1;
    return `bench-key-${this.run}-${this.keys}`;
  }

  private async give(caseId: string, name: string, actor: ReturnType<typeof makeActor>): Promise<void> {
    const command = { caseId, name, form: { by: 1 }, actor, receivedAt: Date.now(), key: this.nextKey() };
    const outcome: Outcome = await this.engine.execute(command, this.engine.findCaseType('tally'));
    if (outcome.kind !== 'accepted') throw new Error(`the bench was answered ${outcome.kind}`);
  }
}
