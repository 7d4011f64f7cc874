import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';

/** Processor time that a piece of work took, milliseconds. */
export interface ProcessorTime {
  readonly ownMs: number;
  /** Of the database's processes that serve this login; null where the system does not tell. */
  readonly databaseMs: number | null;
  readonly wallMs: number;
}

/**
 * Processor time of this process and of the database's processes that serve it: what a piece of work costs, however
 * busy the machine is with something else.
 */
export async function timeProcessors(pool: Pool, work: () => Promise<unknown>): Promise<ProcessorTime> {
  const { rows } = await pool.query<{ pid: number }>('select pid from pg_stat_activity where usename = current_user');
  const backends = rows.map(({ pid }) => pid);
  const [wall, own, database] = [performance.now(), process.cpuUsage(), readProcessorMs(backends)];
  await work();
  const spent = process.cpuUsage(own);
  const after = readProcessorMs(backends);
  return {
    ownMs: (spent.user + spent.system) / 1_000,
    databaseMs: after === null || database === null ? null : after - database,
    wallMs: performance.now() - wall,
  };
}

/** What counts of it: all processor time, or the wall's where the database's is not known. */
export function totalMs({ ownMs, databaseMs, wallMs }: ProcessorTime): number {
  return databaseMs === null ? wallMs : ownMs + databaseMs;
}

/** Since they began, milliseconds; null where the kernel is not Linux or keeps no such account. */
export function readProcessorMs(processes: readonly number[]): number | null {
  try {
    return processes.reduce((sum, pid) => {
      // Nanoseconds on a processor, nanoseconds waiting for one, turns.
      const [spent] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
      return sum + Number(spent) / 1e6;
    }, 0);
  } catch {
    return null;
  }
}
