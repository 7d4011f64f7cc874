/** Refusals of one organisation on one case and command: ten at once, then one a second (design, section 6). */
const BURST = 10;
const PER_MS = 1 / 1_000;
const NOTE_EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
const SWEEP_ABOVE = 20_000;

interface Bucket {
  tokens: number;
  at: number;
  notedAt: number;
}

export type RefusalVerdict = 'record' | 'note' | 'drop';

/**
 * Keeps a flood of refusals from filling the record. Only refusals spend; an accepted command is never held back by
 * refusals before it. Per process, so the bound is that of one process times their number.
 */
export class Throttle {
  private readonly buckets = new Map<string, Bucket>();
  private readonly accepted = new Map<string, number[]>();

  /** Whether a refusal is recorded, noted as throttled (once a minute), or only answered. */
  judgeRefusal(organisationId: string, caseId: string, command: string, now: number): RefusalVerdict {
    const id = `${organisationId}\n${caseId}\n${command}`;
    const bucket = this.buckets.get(id) ?? { tokens: BURST, at: now, notedAt: Number.NEGATIVE_INFINITY };
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) * PER_MS);
    bucket.at = now;
    this.buckets.set(id, bucket);
    if (this.buckets.size > SWEEP_ABOVE) this.sweep(now);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 'record';
    }
    if (now - bucket.notedAt < NOTE_EVERY_MS) return 'drop';
    bucket.notedAt = now;
    return 'note';
  }

  /** Seconds until the quota of accepted commands allows another one; 0 when it does now. */
  secondsUntilAllowed(organisationId: string, caseId: string, command: string, quota: number, now: number): number {
    const times = this.recent(`${organisationId}\n${caseId}\n${command}`, now);
    const oldest = times[times.length - quota];
    return oldest === undefined ? 0 : Math.max(1, Math.ceil((oldest + HOUR_MS - now) / 1_000));
  }

  /** Counts an accepted command. Answers how to take that back when it was not committed after all. */
  countAccepted(organisationId: string, caseId: string, command: string, now: number): () => void {
    const id = `${organisationId}\n${caseId}\n${command}`;
    this.accepted.set(id, [...this.recent(id, now), now]);
    return () => {
      const times = this.accepted.get(id) ?? [];
      this.accepted.set(id, times.toSpliced(times.lastIndexOf(now), 1));
    };
  }

  private recent(id: string, now: number): number[] {
    return (this.accepted.get(id) ?? []).filter((at) => at > now - HOUR_MS);
  }

  private sweep(now: number): void {
    for (const [id, bucket] of this.buckets) {
      if (bucket.tokens + (now - bucket.at) * PER_MS >= BURST) this.buckets.delete(id);
    }
  }
}
