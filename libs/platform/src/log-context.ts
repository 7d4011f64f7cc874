import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of one request says about it. */
export interface LogContext {
  requestId?: string;
  caseId?: string;
}

const storage = new AsyncLocalStorage<LogContext>();

/** Runs the work, and all that it awaits, with this context on each of its log lines. */
export function runWithLogContext<T>(context: LogContext, work: () => T): T {
  return storage.run({ ...context }, work);
}

/** Adds to the context of the running request; does nothing outside of one. */
export function addLogContext(more: LogContext): void {
  const context = storage.getStore();
  if (context !== undefined) Object.assign(context, more);
}

export function findLogContext(): Readonly<LogContext> {
  return storage.getStore() ?? {};
}
