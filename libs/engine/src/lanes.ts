import pg from 'pg';
import type { HotTurn, Settlement } from './batch-parts.js';
import type { BatchRunner } from './batch-runner.js';
import { DecisionFault, EngineBusy, OutcomeUnknown, type Outcome } from './command.js';
import { isConnectionFault, isContention, isDatabaseFault } from './database-faults.js';
import type { CommandJob, Job } from './job.js';
import type { Parked } from './judge.js';
import type { EngineLog } from './ports.js';

interface CaseQueue {
  /** By receipt, earliest first; equal instants keep their order of arrival. */
  readonly jobs: Job[];
  busy: boolean;
  parked: Parked | null;
  wake: NodeJS.Timeout | null;
  /** Told of the next command that comes. */
  awaited: (() => void) | null;
}

export interface LaneOptions {
  readonly lanes: number;
  readonly batch: number;
  readonly queueLimit: number;
  readonly clock: { now(): number };
  readonly log: EngineLog;
}

const MOST_ATTEMPTS = 8;
const RETRY_MS = 50;
/** So few commands of one case are decided in one go: halves of less cost more than the wait that they fill. */
const WORTH_HALVING = 8;

/**
 * The queue in front of the door. Commands that wait for the same case are decided one after another in one
 * transaction; a case is never in two lanes. Hot commands of one case fill a batch of their own, so a live auction
 * shares its lane with nobody; a slow command travels alone; cold commands of different cases share.
 */
export class Lanes {
  private readonly cases = new Map<string, CaseQueue>();
  private readonly ready = new Set<string>();
  private queued = 0;
  private active = 0;
  private pumping = false;
  private closing = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly runner: BatchRunner,
    private readonly options: LaneOptions,
  ) {}

  /** How many commands wait or are being decided. */
  get depth(): number {
    return this.queued;
  }

  submit(job: Job): void {
    if (this.closing) {
      job.fail(new EngineBusy('the platform is shutting down'));
      return;
    }
    if (this.queued >= this.options.queueLimit) {
      job.fail(new EngineBusy('more commands wait than the platform takes'));
      return;
    }
    this.queued += 1;
    this.enqueue(job);
    this.pumpSoon();
  }

  /** Takes no more commands and answers when every one that was taken has its answer. */
  async drain(): Promise<void> {
    this.closing = true;
    if (this.queued === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private enqueue(job: Job): void {
    let queue = this.cases.get(job.caseId);
    if (queue === undefined) {
      queue = { jobs: [], busy: false, parked: null, wake: null, awaited: null };
      this.cases.set(job.caseId, queue);
    }
    let index = queue.jobs.length;
    while (index > 0 && (queue.jobs[index - 1]?.receivedAt ?? 0) > job.receivedAt) index -= 1;
    queue.jobs.splice(index, 0, job);
    if (queue.awaited !== null) setImmediate(queue.awaited);
    queue.awaited = null;
    this.markReady(job.caseId, queue);
  }

  private isEligible(queue: CaseQueue, job: Job): boolean {
    const { parked } = queue;
    return parked === null || job.receivedAt <= parked.after || this.options.clock.now() >= parked.until;
  }

  private markReady(caseId: string, queue: CaseQueue): void {
    const head = queue.jobs[0];
    if (queue.busy || head === undefined) return;
    if (this.isEligible(queue, head)) {
      this.ready.add(caseId);
      return;
    }
    if (queue.wake !== null || queue.parked === null) return;
    const delay = Math.max(1, queue.parked.until - this.options.clock.now());
    queue.wake = setTimeout(() => {
      queue.wake = null;
      this.markReady(caseId, queue);
      this.pumpSoon();
    }, delay);
  }

  /** Lets everything that arrives in the same turn of the loop be grouped. */
  private pumpSoon(): void {
    if (this.pumping) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      while (this.active < this.options.lanes && this.ready.size > 0) {
        const jobs = this.takeBatch();
        if (jobs.length === 0) break;
        this.active += 1;
        void this.runLane(jobs);
      }
    });
  }

  private takeBatch(): Job[] {
    const taken: Job[] = [];
    let alone = false;
    for (const caseId of this.ready) {
      const queue = this.cases.get(caseId);
      const head = queue?.jobs[0];
      if (queue === undefined || head === undefined) {
        this.ready.delete(caseId);
        continue;
      }
      const isHot = head.type === 'command' && head.hot;
      const isSlow = head.type === 'command' && head.slow;
      if ((isHot || isSlow) && taken.length > 0) continue;
      this.ready.delete(caseId);
      queue.busy = true;
      taken.push(...this.takeFrom(queue, isHot));
      alone = isHot || isSlow;
      if (alone || taken.length >= this.options.batch) break;
    }
    return taken;
  }

  private takeFrom(queue: CaseQueue, hot: boolean): Job[] {
    let count = 1;
    if (hot) {
      const waiting = Math.min(queue.jobs.length, this.options.batch);
      // The other half is decided while this one is being committed.
      const most = waiting > WORTH_HALVING ? Math.ceil(waiting / 2) : waiting;
      while (count < most) {
        const next = queue.jobs[count];
        if (next === undefined || !this.isHot(queue, next)) break;
        count += 1;
      }
    }
    return queue.jobs.splice(0, count);
  }

  private isHot(queue: CaseQueue, job: Job): job is CommandJob {
    return job.type === 'command' && job.hot && this.isEligible(queue, job);
  }

  private async runLane(jobs: Job[]): Promise<void> {
    const [head] = jobs;
    try {
      if (head?.type === 'command' && head.hot) await this.runInTurn(head.caseId, jobs);
      else await this.runTogether(jobs);
    } finally {
      this.active -= 1;
      for (const caseId of new Set(jobs.map((job) => job.caseId))) this.release(caseId);
      this.pumpSoon();
    }
  }

  private async runInTurn(caseId: string, jobs: readonly Job[]): Promise<void> {
    for (const broken of await this.runner.runInTurn(jobs, this.turnOf(caseId))) {
      if (broken.followed && !isConnectionFault(broken.error)) await this.runTogether(broken.jobs);
      else await this.recover(broken.jobs, broken.error);
    }
  }

  private turnOf(caseId: string): HotTurn {
    const find = (): CaseQueue | undefined => this.cases.get(caseId);
    return {
      take: (mayTake) => {
        const queue = find();
        const head = queue?.jobs[0];
        if (queue === undefined || head === undefined || !this.isHot(queue, head) || !mayTake(head)) return undefined;
        queue.jobs.shift();
        return head;
      },
      putBack: (job) => find()?.jobs.unshift(job),
      settle: (settlements) => this.settleAll(settlements),
      isWanted: () => this.ready.size > 0 && this.active >= this.options.lanes,
      arrival: () =>
        new Promise((resolve) => {
          const queue = find();
          if (queue === undefined) resolve();
          else queue.awaited = resolve;
        }),
    };
  }

  private release(caseId: string): void {
    const queue = this.cases.get(caseId);
    if (queue === undefined) return;
    queue.busy = false;
    if (queue.jobs.length === 0 && queue.wake === null) this.cases.delete(caseId);
    else this.markReady(caseId, queue);
  }

  private async runTogether(jobs: readonly Job[]): Promise<void> {
    try {
      this.settleAll(await this.runner.run(jobs));
    } catch (error) {
      await this.recover(jobs, error);
    }
  }

  private async recover(jobs: readonly Job[], error: unknown): Promise<void> {
    if (isConnectionFault(error)) {
      for (const job of jobs) this.retryLater(job, error);
      return;
    }
    if (jobs.length === 1 && !isContention(error) && !isKeyTaken(error)) {
      for (const job of jobs) this.finish(job, { error });
      return;
    }
    // One of them broke the transaction, or another process was in the way: each gets a transaction of its own, so
    // that no command spoils its neighbours.
    for (const job of jobs) await this.runAlone(job);
  }

  private async runAlone(job: Job): Promise<void> {
    try {
      this.settleAll(await this.runner.run([job]));
    } catch (error) {
      if (isConnectionFault(error) || isContention(error) || isKeyTaken(error)) this.retryLater(job, error);
      else this.finish(job, { error });
    }
  }

  /** The same command again, in its place: had it been committed, its key answers. */
  private retryLater(job: Job, error: unknown): void {
    job.attempts += 1;
    job.inDoubt = true;
    if (job.attempts >= MOST_ATTEMPTS) {
      this.finish(job, { error: isDatabaseFault(error) ? new OutcomeUnknown(error) : error });
      return;
    }
    const delay = RETRY_MS * 2 ** Math.min(job.attempts - 1, 5);
    setTimeout(() => {
      this.enqueue(job);
      this.pumpSoon();
    }, delay);
  }

  private settleAll(settlements: ReadonlyMap<Job, Settlement>): void {
    for (const [job, settlement] of settlements) {
      if (!('parked' in settlement)) {
        this.finish(job, settlement);
        continue;
      }
      const queue = this.cases.get(job.caseId);
      if (queue !== undefined) queue.parked = settlement.parked;
      this.enqueue(job);
    }
  }

  private finish(job: Job, settlement: { readonly outcome: Outcome } | { readonly error: unknown }): void {
    this.queued -= 1;
    if ('outcome' in settlement) job.settle(settlement.outcome);
    else {
      const fault = settlement.error;
      this.options.log.error(
        { err: fault instanceof DecisionFault ? fault.cause : fault, caseId: job.caseId, fault: String(fault) },
        'a command failed by our fault',
      );
      job.fail(fault);
    }
    if (this.queued === 0) for (const resolve of this.idle.splice(0)) resolve();
  }
}

/** Another transaction used the command's key in the same moment: taken up again, its answer is found. */
function isKeyTaken(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === 'transition_key';
}
