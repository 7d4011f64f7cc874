import pg from 'pg';

const RETRYABLE = new Set(['40001', '40P01', '55P03']);
const SERVER_GOING_DOWN = new Set(['57P01', '57P02', '57P03']);
const CONNECTION_LOST =
  /Connection terminated|Connection ended|connection is closed|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i;

const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/** The server spoke, or could not be reached: the transaction is lost as a whole. */
export function isDatabaseFault(error: unknown): boolean {
  return error instanceof pg.DatabaseError || isConnectionFault(error);
}

/** The connection was lost, so what became of the transaction is not known from here. */
export function isConnectionFault(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && (SERVER_GOING_DOWN.has(code) || code.startsWith('08'))) return true;
  if (code !== undefined && /^E(CONN|PIPE|TIMEDOUT|HOST|NET)/.test(code)) return true;
  return error instanceof Error && CONNECTION_LOST.test(error.message);
}

/** Another transaction was in the way: the same batch may simply be tried again. */
export function isContention(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && RETRYABLE.has(code);
}
