import type { PoolClient } from 'pg';
import { type AnyCaseType, type LawSnapshot, type Party, type Sql } from '#case-kit';
import type { BatchParts, HotTurn, Settlement } from './batch-parts.js';
import { sendWrites } from './batch-write.js';
import { findKeys, loadParties, lockCases, type KeyRecord, type KeyWrite, type StoredCase } from './case.store.js';
import { withAtHand, type Outcome } from './command.js';
import { isDatabaseFault } from './database-faults.js';
import { FactSource } from './facts.js';
import type { CommandJob, Job } from './job.js';
import { Judge, WRITE_FIRST, type Parked } from './judge.js';
import { openCase } from './opening.js';
import { recallOutcome, seesCase } from './recall.js';
import { answersInOrder, Tx } from './tx.js';
import { readFacts, WorkingCase, type FactsRead } from './working-case.js';

type Preloaded = ReadonlyMap<Job, FactsRead>;

const NOTHING_IS_READ: Sql = {
  query: () => Promise.reject(new Error('a command that follows a batch in flight reads nothing')),
};
/** Batches whose keys the one after them looks through; the database itself takes no key twice. */
const MOST_REMEMBERED = 2;

type Decided = { readonly mac: string; readonly outcome: Outcome };

const NO_KEYS: ReadonlyMap<string, KeyRecord> = new Map();
const NOTHING_PRELOADED: Preloaded = new Map();

/**
 * One group commit: lock, load, decide each command in memory, write everything, commit. Or one that follows another:
 * decided on what that one leaves, and written only where it is found just so.
 */
export class Batch {
  readonly settled = new Map<Job, Settlement>();
  private readonly tx: Tx;
  private readonly working = new Map<string, WorkingCase>();
  private readonly keyWrites: KeyWrite[] = [];
  private readonly ownOutcomes = new Map<string, Decided>();
  private readonly judge: Judge;
  private readonly facts: FactSource;
  private epoch = 0;

  constructor(
    private readonly parts: BatchParts,
    private readonly client: PoolClient,
    private readonly jobs: readonly Job[],
    /** By key, what the batches decide that may be in flight before this one; null when it follows none. */
    private readonly followed: readonly ReadonlyMap<string, Decided>[] | null = null,
  ) {
    const { options, throttle, registry } = parts;
    this.tx = new Tx(client);
    const sql = followed === null ? this.tx : NOTHING_IS_READ;
    this.facts = new FactSource(options, sql);
    this.judge = new Judge(options, this.facts, sql, throttle, registry);
  }

  async decideAll(): Promise<void> {
    const { known, epoch, preloaded } = await this.lockAndLoad();
    this.epoch = epoch;
    const revoked = await this.findRevoked(epoch);
    for (const job of this.jobs) {
      if (this.settled.has(job)) continue;
      if (revoked.has(job)) this.settled.set(job, { outcome: { kind: 'unauthorised' } });
      else await this.takeUp(job, known, preloaded);
    }
  }

  /** The batch that may be decided while this one lands; null when what it leaves is not all known. */
  follower(): Batch | null {
    const [left, ...others] = this.working.values();
    if (left === undefined || others.length > 0 || !left.isWarm) return null;
    const before = [this.ownOutcomes, ...(this.followed ?? [])].slice(0, MOST_REMEMBERED);
    const follower = new Batch(this.parts, this.client, [], before);
    follower.epoch = this.epoch;
    follower.working.set(left.row.id, left.continued());
    return follower;
  }

  /** Takes from the queue and decides what may be decided without a question to the database. */
  async follow(turn: HotTurn): Promise<void> {
    while (this.settled.size < this.parts.options.batch) {
      const job = turn.take((next) => this.mayFollow(next));
      if (job === undefined) return;
      await this.takeUp(job, NO_KEYS, NOTHING_PRELOADED);
      const settlement = this.settled.get(job);
      if (settlement !== undefined && 'outcome' in settlement) continue;
      this.settled.delete(job);
      turn.putBack(job);
      return;
    }
  }

  private mayFollow({ caseId, receivedAt, command, keyHash, hot, inDoubt }: CommandJob): boolean {
    const working = this.working.get(caseId);
    const spec = working?.caseType.commands[command.name];
    if (working === undefined || spec === undefined || !hot || inDoubt || command.cause !== undefined) return false;
    const { actor } = command;
    const isOnHand = (spec.facts ?? []).length === 0 || working.cold.hot.has(command.name);
    const isCurrent = actor.sessionId === null || actor.epoch === this.epoch;
    const isNew = this.followed?.some((decided) => decided.has(keyHash)) !== true;
    return isOnHand && isCurrent && isNew && spec.edit !== true && working.isPresentFor(receivedAt);
  }

  /** What was decided on a batch that did not land counts for nothing: the commands wait again, in their order. */
  abandon(turn: HotTurn): void {
    this.takeBack();
    for (const job of [...this.settled.keys()].reverse()) turn.putBack(job);
    this.settled.clear();
  }

  private takeBack(): void {
    for (const { takeBacks } of this.working.values()) for (const takeBack of takeBacks) takeBack();
  }

  /**
   * Sends everything that was decided together with the COMMIT. `landed` says how that ended: it fails when nothing is
   * known to be committed.
   */
  async send(): Promise<{ readonly landed: Promise<void> }> {
    const changed = [...this.working.values()].filter(({ transitions }) => transitions.length > 0);
    try {
      const expected = this.followed === null ? null : this.epoch;
      const { landed } = await sendWrites(this.parts, this.tx, changed, this.keyWrites, expected);
      return { landed: this.watch(landed) };
    } catch (error) {
      this.takeBack();
      throw error;
    }
  }

  private async watch(landed: Promise<void>): Promise<void> {
    try {
      await landed;
    } catch (error) {
      this.takeBack();
      throw error;
    }
    this.putAtHand();
  }

  /** Gives the answers what they would otherwise read again, each from its own connection. */
  private putAtHand(): void {
    const seenAs = new Map([...this.working].map(([id, working]) => [id, working.seen()]));
    for (const [job, settlement] of this.settled) {
      if (!('outcome' in settlement) || !('seq' in settlement.outcome) || settlement.outcome.repeated) continue;
      const { caseId, seq } = settlement.outcome;
      const hash = this.working.get(caseId)?.findHash(seq);
      const seen = seenAs.get(caseId);
      if (seen === undefined || hash === undefined) continue;
      this.settled.set(job, { outcome: withAtHand(settlement.outcome, { hash, seen }) });
    }
  }

  private macOf(job: Exclude<Job, { type: 'tick' }>): string {
    if (job.command.mac !== undefined) return job.command.mac;
    const target = job.type === 'open' ? job.command.caseType : `${job.caseId} ${job.command.name}`;
    return this.parts.keys.macOf(job.command.key, target, job.command.form);
  }

  /** One round trip: begin, lock, keys, epoch, and the facts that are known to be needed. */
  private async lockAndLoad(): Promise<{ known: Map<string, KeyRecord>; epoch: number; preloaded: Preloaded }> {
    const { options } = this.parts;
    const ids = [...new Set(this.jobs.filter((job) => job.type !== 'open').map((job) => job.caseId))].sort();
    const hashes = this.jobs.flatMap((job) => (job.type === 'tick' ? [] : [job.keyHash]));
    const uncached = ids.filter((id) => this.parts.findCold(id) === undefined);
    const [, stored, keyRows, epochNow, loadedParties] = await this.tx.together(() =>
      answersInOrder([
        this.tx.begin(),
        lockCases(this.tx, ids),
        findKeys(this.tx, hashes),
        options.authority.currentEpoch(this.tx),
        uncached.length === 0 ? new Map<string, Party[]>() : loadParties(this.tx, uncached),
      ]),
    );
    await this.restore(stored, loadedParties);
    const preloaded = await this.preload();
    return { known: new Map(keyRows.map((row) => [row.key_hash, row])), epoch: epochNow, preloaded };
  }

  private async restore(stored: readonly StoredCase[], loaded: ReadonlyMap<string, readonly Party[]>): Promise<void> {
    const stale = stored.filter(({ row, coldSeq, partySeq }) => {
      const cached = this.parts.findCold(row.id);
      return !loaded.has(row.id) && cached?.coldSeq !== coldSeq && partySeq > 0;
    });
    const reloaded =
      stale.length === 0
        ? loaded
        : await loadParties(
            this.tx,
            stale.map(({ row }) => row.id),
          );
    for (const each of stored) {
      const law = await this.facts.getLaw(each.row.lawHash);
      try {
        const caseType = this.parts.registry.get(each.row.type, each.row.machineVersion);
        this.working.set(
          each.row.id,
          this.workingCase(caseType, each, law, loaded.get(each.row.id) ?? reloaded.get(each.row.id) ?? []),
        );
      } catch (error) {
        // This process does not know the kind, the version or the state of the case: nothing may be decided, and nobody is told it went well.
        for (const job of this.jobs) if (job.caseId === each.row.id) this.settled.set(job, { error });
      }
    }
  }

  private workingCase(
    caseType: AnyCaseType,
    stored: StoredCase,
    law: LawSnapshot,
    parties: readonly Party[],
  ): WorkingCase {
    const cold = this.parts.findCold(stored.row.id);
    return new WorkingCase(caseType, stored, { isNew: false, law, parties, ...(cold === undefined ? {} : { cold }) });
  }

  /** Facts of all direct commands of the batch, one query per kind. */
  private async preload(): Promise<Preloaded> {
    const wanted = new Map<
      string,
      { caseType: AnyCaseType; kind: string; jobs: Extract<Job, { type: 'command' }>[] }
    >();
    const kindsOf = new Map<Job, readonly string[]>();
    for (const job of this.jobs) {
      const working = this.working.get(job.caseId);
      if (job.type !== 'command' || job.hot || working === undefined) continue;
      const spec = working.caseType.commands[job.command.name];
      if (spec?.facts === undefined || spec.facts.length === 0 || spec.readsCases !== undefined) continue;
      kindsOf.set(job, spec.facts);
      for (const kind of spec.facts) {
        const id = `${working.caseType.id} ${kind}`;
        const group = wanted.get(id) ?? { caseType: working.caseType, kind, jobs: [] };
        group.jobs.push(job);
        wanted.set(id, group);
      }
    }
    const facts = new Map<Job, Record<string, unknown>>();
    await Promise.all(
      [...wanted.values()].map(async ({ caseType, kind, jobs }) => {
        const requests = jobs.map((job) => ({ caseId: job.caseId, form: job.command.form, actor: job.command.actor }));
        const answers = (await caseType.store.facts[kind]?.(this.tx, requests)) ?? [];
        jobs.forEach((job, index) => facts.set(job, { ...facts.get(job), [kind]: answers[index] }));
      }),
    );
    return new Map([...kindsOf.keys()].map((job) => [job, readFacts(facts.get(job) ?? {})]));
  }

  private async findRevoked(epoch: number): Promise<Set<Job>> {
    const doubtful = this.jobs.flatMap((job) =>
      job.type !== 'tick' && job.command.actor.sessionId !== null && job.command.actor.epoch !== epoch
        ? [{ job, actor: job.command.actor }]
        : [],
    );
    if (doubtful.length === 0) return new Set();
    const standing = await this.parts.options.authority.recheck(
      this.tx,
      doubtful.map(({ actor }) => actor),
    );
    return new Set(doubtful.filter((_, index) => standing[index] !== true).map(({ job }) => job));
  }

  private async takeUp(job: Job, known: ReadonlyMap<string, KeyRecord>, preloaded: Preloaded): Promise<void> {
    const restore = this.working.get(job.caseId)?.checkpoint();
    try {
      const settlement = await this.decide(job, known, preloaded);
      this.settled.set(job, settlement);
    } catch (error) {
      if (isDatabaseFault(error)) throw error;
      restore?.();
      this.settled.set(job, { error });
    }
  }

  private async decide(job: Job, known: ReadonlyMap<string, KeyRecord>, preloaded: Preloaded): Promise<Settlement> {
    const working = this.working.get(job.caseId);
    if (job.type === 'tick') return await this.tick(working, job.receivedAt);
    const { keyHash } = job;
    const mac = this.macOf(job);
    const repeated = await this.findRepeated(job, keyHash, mac, known);
    if (repeated !== null) return { outcome: repeated };
    let outcome: Outcome | Parked;
    if (job.type === 'open') {
      const opened = await openCase(this.parts.options, this.parts.registry, this.tx, job.caseId, job.command);
      if ('working' in opened) this.working.set(job.caseId, opened.working);
      outcome = opened.outcome;
    } else {
      outcome =
        working === undefined
          ? { kind: 'not-found' }
          : await this.judge.judge(working, job.command, preloaded.get(job));
    }
    if (outcome.kind === 'parked') return { parked: outcome };
    if ('seq' in outcome && outcome.seq > 0) {
      this.keyWrites.push({ keyHash, mac, caseId: outcome.caseId, seq: outcome.seq });
      this.ownOutcomes.set(keyHash, { mac, outcome });
    }
    return { outcome };
  }

  private async tick(working: WorkingCase | undefined, receivedAt: number): Promise<Settlement> {
    if (working === undefined) return { outcome: { kind: 'not-found' } };
    const present = await this.judge.bringToPresent(working, { name: '', form: {}, receivedAt });
    if (present === WRITE_FIRST) return { parked: present };
    // What is still within its grace is left for the next look: whoever asked must not wait for it.
    return { outcome: { kind: 'accepted', caseId: working.row.id, seq: working.row.seq, repeated: false } };
  }

  /** A key that was used before answers as it did then, to a caller who may still see the case. */
  private async findRepeated(
    job: Exclude<Job, { type: 'tick' }>,
    keyHash: string,
    mac: string,
    known: ReadonlyMap<string, KeyRecord>,
  ): Promise<Outcome | null> {
    const own = this.ownOutcomes.get(keyHash);
    const stored = known.get(keyHash);
    if (own === undefined && stored === undefined) return null;
    const working = this.working.get(job.caseId);
    if (job.type === 'command' && working !== undefined && !working.isSeenBy(job.command.actor))
      return { kind: 'not-found' };
    if ((own?.mac ?? stored?.mac) !== mac) return { kind: 'key-reused' };
    if (job.type === 'open' && own === undefined && stored !== undefined) {
      const { registry } = this.parts;
      if (!(await seesCase(this.tx, registry, stored.case_id, job.command.actor))) return { kind: 'not-found' };
    }
    if (own !== undefined) return { ...own.outcome, repeated: true } as Outcome;
    return stored === undefined ? null : await recallOutcome(this.tx, stored.case_id, stored.seq);
  }
}
