import type { Logger } from '#platform';

/** After this time what still waits is cut off: whoever stops a process will not wait for ever. */
const PATIENCE_MS = 15_000;

/**
 * Ends the process in order, once, at the first signal or at a fault that nobody caught; a second signal ends it at
 * once. `stop` ends everything and must not throw for what is gone already.
 */
export function stopOnSignals(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const end = (reason: string, code: number): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ reason }, 'stopping');
    setTimeout(() => {
      log.error('stopping took too long; what still waited is cut off');
      process.exit(1);
    }, PATIENCE_MS).unref();
    stop().then(
      () => {
        log.info('stopped');
        process.exit(code);
      },
      (error: unknown) => {
        log.fatal({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(signal, 0));
  const endByFault = (error: unknown): void => {
    log.fatal({ err: error }, 'a fault that nobody caught');
    end('fault', 1);
  };
  process.on('uncaughtException', endByFault);
  process.on('unhandledRejection', endByFault);
}

/** Says in words why a process cannot start, and ends it. */
export function refuseToStart(error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Adit cannot start. ${text}\n`);
  process.exit(1);
}
