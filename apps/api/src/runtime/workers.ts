import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { DueWorker, LawWorker, OutboxWorker, type CaseEngine, type NoticeSink } from '#engine';
import type { Sessions } from '#identity';
import type { Clock, Logger } from '#platform';
import { Papers } from '#registers';

export interface Workers {
  stop(): Promise<void>;
}

const PRUNE_EVERY_MS = 3_600_000;
const REMIND_EVERY_MS = 600_000;

/**
 * Begins to apply what falls due, to deliver the outbox, to bring open cases under newly published law, and to remove
 * what ended log-ins leave behind.
 */
export function startWorkers(
  pool: Pool,
  engine: CaseEngine,
  sessions: Sessions,
  log: Logger,
  followLaw: boolean,
  clock: Clock,
): Workers {
  const workers = [
    new DueWorker(pool, engine, `${hostname()}:${process.pid}`),
    new OutboxWorker(pool, engine, logNotices(log)),
    ...(followLaw ? [new LawWorker(pool, engine)] : []),
  ];
  for (const worker of workers) worker.start();
  const pruning = setInterval(() => {
    sessions.prune().catch((error: unknown) => log.warn({ err: error }, 'log-ins could not be pruned'));
  }, PRUNE_EVERY_MS);
  pruning.unref();
  const papers = new Papers(pool, clock);
  const reminding = setInterval(() => void remindOfPapers(papers, log), REMIND_EVERY_MS);
  reminding.unref();
  return {
    stop: async () => {
      clearInterval(pruning);
      clearInterval(reminding);
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

/**
 * Until a gateway is configured, that a notice went out stands on the log; what it says stands in the record. What one
 * organisation is told is no matter of the log: it would say who takes part in the case, and count what he does.
 */
function logNotices(log: Logger): NoticeSink {
  return {
    deliver: async ({ to, template }, { caseId, rehearsal }) => {
      if (!to.startsWith('org:')) log.info({ to, template, caseId, rehearsal }, 'a notice is due');
    },
  };
}

/**
 * Tells bidders of papers whose validity ends. As with other notices to one organisation the log says that something
 * went out and not to whom; the bidder finds it with his papers.
 */
export async function remindOfPapers(papers: Papers, log: Logger): Promise<void> {
  try {
    const sent = await papers.remind(async () => undefined);
    if (sent > 0) log.info({ template: 'paper-expires', sent }, 'notices are due');
  } catch (error) {
    log.warn({ err: error }, 'bidders could not be reminded of their papers');
  }
}
