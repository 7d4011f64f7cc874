import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { DueWorker, LawWorker, OutboxWorker, type CaseEngine, type NoticeSink } from '#engine';
import type { Logger } from '#platform';

export interface Workers {
  stop(): Promise<void>;
}

/** Begins to apply what falls due, to deliver the outbox and to bring open cases under newly published law. */
export function startWorkers(pool: Pool, engine: CaseEngine, log: Logger, followLaw: boolean): Workers {
  const workers = [
    new DueWorker(pool, engine, `${hostname()}:${process.pid}`),
    new OutboxWorker(pool, engine, logNotices(log)),
    ...(followLaw ? [new LawWorker(pool, engine)] : []),
  ];
  for (const worker of workers) worker.start();
  return {
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/** Until a gateway is configured, that a notice went out stands on the log; what it says stands in the record. */
function logNotices(log: Logger): NoticeSink {
  return {
    deliver: async ({ to, template }, { caseId, rehearsal, outboxId }) => {
      log.info({ to, template, caseId, rehearsal, outboxId }, 'a notice is due');
    },
  };
}
