import { Problem } from '#platform';
import type { Sql } from '#case-kit';

/** When the waiting begins and how it grows. Each wait is twice the one before. */
export interface LogInLimit {
  /** Failures before the first wait. */
  readonly free: number;
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
}

export const ACCOUNT_LIMIT: LogInLimit = { free: 5, firstWaitSeconds: 5, longestWaitSeconds: 900 };
/** A whole directorate may share one address, and mistypes more often than one person. */
export const ADDRESS_LIMIT: LogInLimit = { free: 30, firstWaitSeconds: 5, longestWaitSeconds: 900 };

/** After a day without a failure the counting begins again. */
const FORGOTTEN_AFTER = `interval '24 hours'`;

const COUNT = `
  insert into login_attempt as a (subject, failures, last_at) values ($1, 1, clock_timestamp())
  on conflict (subject) do update set
    failures = case when a.last_at < clock_timestamp() - ${FORGOTTEN_AFTER} then 1 else a.failures + 1 end,
    last_at = clock_timestamp(),
    blocked_until = case when a.last_at >= clock_timestamp() - ${FORGOTTEN_AFTER} and a.failures + 1 >= $2
      then clock_timestamp() + make_interval(secs => least($3 * 2 ^ least(a.failures + 1 - $2, 20), $4)) end`;
const RETURNING = ` returning failures, blocked_until is not null as blocked`;

export interface Counted {
  readonly failures: number;
  /** Whether this failure began a wait. */
  readonly blocked: boolean;
}

/**
 * Counts an attempt as failed before it is tried, so that a hundred attempts at the same moment are not all tried
 * before the first has failed. A success takes it back (`forgetFailures`).
 *
 * @throws Problem too-many-requests with `retryAfter` in seconds while the subject has to wait.
 */
export async function reserveAttempt(sql: Sql, subject: string, limit: LogInLimit): Promise<Counted> {
  const [counted] = await sql.query<Counted>(
    `${COUNT} where a.blocked_until is null or a.blocked_until <= clock_timestamp() ${RETURNING}`,
    [subject, limit.free, limit.firstWaitSeconds, limit.longestWaitSeconds],
  );
  if (counted !== undefined) return counted;
  await requireNoWait(sql, subject);
  // The wait ended between the two statements.
  return await reserveAttempt(sql, subject, limit);
}

/** Counts a failure that has happened. */
export async function countFailure(sql: Sql, subject: string, limit: LogInLimit): Promise<Counted> {
  const [counted] = await sql.query<Counted>(`${COUNT} ${RETURNING}`, [
    subject,
    limit.free,
    limit.firstWaitSeconds,
    limit.longestWaitSeconds,
  ]);
  if (counted === undefined) throw new Error('A failed log-in was not counted');
  return counted;
}

/** @throws Problem too-many-requests with `retryAfter` in seconds while the subject has to wait. */
export async function requireNoWait(sql: Sql, subject: string): Promise<void> {
  const [row] = await sql.query<{ wait: number }>(
    `select ceil(extract(epoch from blocked_until - clock_timestamp()))::int as wait
     from login_attempt where subject = $1 and blocked_until > clock_timestamp()`,
    [subject],
  );
  if (row !== undefined) throw tooManyLogIns(Math.max(1, row.wait));
}

export async function forgetFailures(sql: Sql, subject: string): Promise<void> {
  await sql.query('delete from login_attempt where subject = $1', [subject]);
}

/** Takes one reserved attempt back that was never tried. */
export async function returnAttempt(sql: Sql, subject: string): Promise<void> {
  await sql.query(
    'update login_attempt set failures = greatest(failures - 1, 0), blocked_until = null where subject = $1',
    [subject],
  );
}

/** Removes what no longer counts. */
export async function pruneAttempts(sql: Sql): Promise<void> {
  await sql.query(`delete from login_attempt where last_at < clock_timestamp() - ${FORGOTTEN_AFTER}`);
}

export function tooManyLogIns(retryAfter: number): Problem {
  return new Problem('too-many-requests', {
    detail: 'Too many log-ins have failed or are waiting; wait before the next one',
    extensions: { retryAfter },
  });
}
