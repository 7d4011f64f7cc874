import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { pendingMigrations } from '#platform';
import { PARTS, type ApiParts } from '../parts.js';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: unknown;
  readonly limit: unknown;
}

export interface Readiness {
  readonly status: 'ready' | 'not-ready';
  readonly checks: readonly Check[];
}

/** A database that does not answer within this time is as good as none. */
const PATIENCE_MS = 2_000;
/** Answers are kept a little, so that many who ask cost no more than one. */
const FRESH_MS = 500;

const LAG = `
select greatest(0,
  coalesce(extract(epoch from now() - (select min(due_at) from case_due)) * 1000 - $1, 0),
  coalesce(extract(epoch from now() - (select min(next_at) from outbox_pending where not stuck)) * 1000, 0)
)::float8 as lag`;

/** Whether this process can serve. In a live auction "not ready" is an outage, so each check names its figure. */
@Injectable()
export class ReadinessProbe {
  private latest: { readonly at: number; readonly readiness: Promise<Readiness> } | undefined;

  constructor(@Inject(PARTS) private readonly parts: ApiParts) {}

  async read(): Promise<Readiness> {
    const now = this.parts.clock.now();
    if (this.latest === undefined || now - this.latest.at >= FRESH_MS) {
      this.latest = { at: now, readiness: this.look() };
    }
    return await this.latest.readiness;
  }

  private async look(): Promise<Readiness> {
    const checks = [...(await this.checkDatabase()), this.checkClock(), this.checkLoop()];
    return { status: checks.every(({ ok }) => ok) ? 'ready' : 'not-ready', checks };
  }

  private async checkDatabase(): Promise<Check[]> {
    const { pool, config } = this.parts;
    const started = performance.now();
    try {
      const patience = new AbortController();
      const late = sleep(PATIENCE_MS, undefined, { signal: patience.signal, ref: false }).then(() => {
        throw new Error('no answer');
      });
      late.catch(() => undefined);
      const { rows } = await Promise.race([pool.query<{ lag: number }>(LAG, [config.graceMs]), late]);
      const answered = Math.round(performance.now() - started);
      const pending = await Promise.race([pendingMigrations(pool), late]);
      patience.abort();
      const lag = Math.round(rows[0]?.lag ?? 0);
      return [
        { name: 'database', ok: true, found: `${answered} ms`, limit: `${PATIENCE_MS} ms` },
        { name: 'migrations', ok: pending.length === 0, found: pending, limit: [] },
        checkBound('worker-lag', lag, config.workerLagLimitMs),
      ];
    } catch {
      // Why it failed is on the log of whoever needed it; a probe is asked by strangers.
      return [{ name: 'database', ok: false, found: 'no answer', limit: `${PATIENCE_MS} ms` }];
    }
  }

  private checkClock(): Check {
    const { clock, config } = this.parts;
    return checkBound('clock-offset', Math.round(Math.abs(clock.offsetMs())), config.clockOffsetLimitMs);
  }

  private checkLoop(): Check {
    const { loopDelay, config } = this.parts;
    return checkBound('event-loop-delay', Math.round(loopDelay.read().maxMs), config.loopDelayLimitMs);
  }
}

function checkBound(name: string, ms: number, limitMs: number): Check {
  const found = Number.isFinite(ms) ? `${ms} ms` : 'not known yet';
  return { name, ok: ms <= limitMs, found, limit: `${limitMs} ms` };
}
