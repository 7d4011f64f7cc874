import type { Pool, PoolClient } from 'pg';
import { type AnyCaseType, type LawSnapshot, type Party } from '#case-kit';
import {
  findKeys,
  loadParties,
  lockCases,
  writeRecord,
  type KeyRecord,
  type KeyWrite,
  type StoredCase,
} from './case.store.js';
import type { CaseTypeRegistry } from './case-type-registry.js';
import type { CommandKeys } from './command-keys.js';
import type { Outcome } from './command.js';
import { FactSource } from './facts.js';
import {
  collectStatements,
  writeDue,
  writeFacts,
  writeIncidents,
  writeOutbox,
  writeParties,
  writeSight,
} from './index-rows.store.js';
import type { Job } from './job.js';
import { Judge, WRITE_FIRST, type Parked } from './judge.js';
import { openCase } from './opening.js';
import type { EngineOptions } from './ports.js';
import { isDatabaseFault } from './database-faults.js';
import { recallOutcome, seesCase } from './recall.js';
import type { Throttle } from './throttle.js';
import { answersInOrder, Tx } from './tx.js';
import { readFacts, WorkingCase, type ColdFacts, type FactsRead } from './working-case.js';

export type Settlement = { readonly outcome: Outcome } | { readonly parked: Parked } | { readonly error: unknown };

const COLD_CACHE_LIMIT = 20_000;
const FACT_CACHE_LIMIT = 50_000;

type Preloaded = ReadonlyMap<Job, FactsRead>;

/** Runs one group commit: lock, load, decide each command in memory, write everything, commit. */
export class BatchRunner {
  private readonly cold = new Map<string, ColdFacts>();
  private readonly storedFacts = new Set<string>();
  constructor(
    private readonly pool: Pool,
    private readonly options: EngineOptions,
    private readonly keys: CommandKeys,
    private readonly throttle: Throttle,
    private readonly registry: CaseTypeRegistry,
  ) {}

  /** Throws only when the transaction as a whole failed; then nothing of it is known to be committed. */
  async run(jobs: readonly Job[]): Promise<Map<Job, Settlement>> {
    const client = await this.pool.connect();
    let broken: unknown;
    try {
      return await new Batch(this, client, jobs).run();
    } catch (error) {
      broken = error;
      throw error;
    } finally {
      // A connection on which something went wrong may still be inside its transaction: it is not used again.
      client.release(broken !== undefined);
    }
  }

  /** @internal */ get parts(): {
    options: EngineOptions;
    keys: CommandKeys;
    throttle: Throttle;
    registry: CaseTypeRegistry;
  } {
    return { options: this.options, keys: this.keys, throttle: this.throttle, registry: this.registry };
  }

  findCold(caseId: string): ColdFacts | undefined {
    return this.cold.get(caseId);
  }

  keepCold(caseId: string, facts: ColdFacts): void {
    this.cold.delete(caseId);
    this.cold.set(caseId, facts);
    if (this.cold.size > COLD_CACHE_LIMIT) this.cold.delete(this.cold.keys().next().value ?? '');
  }

  /** Texts of facts that this process has not stored yet. */
  newFacts(texts: ReadonlyMap<string, string>): Map<string, string> {
    return new Map([...texts].filter(([hash]) => !this.storedFacts.has(hash)));
  }

  keepFacts(hashes: Iterable<string>): void {
    if (this.storedFacts.size > FACT_CACHE_LIMIT) this.storedFacts.clear();
    for (const hash of hashes) this.storedFacts.add(hash);
  }
}

class Batch {
  private readonly tx: Tx;
  private readonly working = new Map<string, WorkingCase>();
  private readonly settled = new Map<Job, Settlement>();
  private readonly keyWrites: KeyWrite[] = [];
  private readonly ownOutcomes = new Map<string, { readonly mac: string; readonly outcome: Outcome }>();
  private readonly judge: Judge;
  private readonly facts: FactSource;

  constructor(
    private readonly runner: BatchRunner,
    client: PoolClient,
    private readonly jobs: readonly Job[],
  ) {
    this.tx = new Tx(client);
    this.facts = new FactSource(runner.parts.options, this.tx);
    this.judge = new Judge(runner.parts.options, this.facts, this.tx, runner.parts.throttle, runner.parts.registry);
  }

  async run(): Promise<Map<Job, Settlement>> {
    const { known, epoch, preloaded } = await this.lockAndLoad();
    const revoked = await this.findRevoked(epoch);
    for (const job of this.jobs) {
      if (this.settled.has(job)) continue;
      if (revoked.has(job)) this.settled.set(job, { outcome: { kind: 'unauthorised' } });
      else await this.takeUp(job, known, preloaded);
    }
    try {
      await this.write();
    } catch (error) {
      for (const { takeBacks } of this.working.values()) for (const takeBack of takeBacks) takeBack();
      throw error;
    }
    this.putAtHand();
    return this.settled;
  }

  /** Gives the answers what they would otherwise read again, each from its own connection. */
  private putAtHand(): void {
    const cases = new Map(
      [...this.working.values()].map((working) => [
        working.row.id,
        {
          seen: working.seen(),
          hashes: new Map(working.transitions.map(({ seq, hash }) => [seq, hash])),
        },
      ]),
    );
    for (const [job, settlement] of this.settled) {
      if (!('outcome' in settlement) || !('seq' in settlement.outcome) || settlement.outcome.repeated) continue;
      const { seen, hashes } = cases.get(settlement.outcome.caseId) ?? {};
      const hash = hashes?.get(settlement.outcome.seq);
      if (seen === undefined || hash === undefined) continue;
      this.settled.set(job, { outcome: { ...settlement.outcome, atHand: { hash, seen } } });
    }
  }

  private keyHashOf(job: Job): string | null {
    return job.type === 'tick' ? null : this.runner.parts.keys.hashOf(job.command.actor.personId, job.command.key);
  }

  private macOf(job: Exclude<Job, { type: 'tick' }>): string {
    if (job.command.mac !== undefined) return job.command.mac;
    const target = job.type === 'open' ? job.command.caseType : `${job.caseId} ${job.command.name}`;
    return this.runner.parts.keys.macOf(job.command.key, target, job.command.form);
  }

  /** One round trip: begin, lock, keys, epoch, and the facts that are known to be needed. */
  private async lockAndLoad(): Promise<{ known: Map<string, KeyRecord>; epoch: number; preloaded: Preloaded }> {
    const { options } = this.runner.parts;
    const ids = [...new Set(this.jobs.filter((job) => job.type !== 'open').map((job) => job.caseId))].sort();
    const hashes = this.jobs.map((job) => this.keyHashOf(job)).filter((hash) => hash !== null);
    const uncached = ids.filter((id) => this.runner.findCold(id) === undefined);
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
      const cached = this.runner.findCold(row.id);
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
        const caseType = this.runner.parts.registry.get(each.row.type, each.row.machineVersion);
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
    const cold = this.runner.findCold(stored.row.id);
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
    const standing = await this.runner.parts.options.authority.recheck(
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
    const keyHash = this.keyHashOf(job) ?? '';
    const mac = this.macOf(job);
    const repeated = await this.findRepeated(job, keyHash, mac, known);
    if (repeated !== null) return { outcome: repeated };
    let outcome: Outcome | Parked;
    if (job.type === 'open') {
      const opened = await openCase(
        this.runner.parts.options,
        this.runner.parts.registry,
        this.tx,
        job.caseId,
        job.command,
      );
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
      const { registry } = this.runner.parts;
      if (!(await seesCase(this.tx, registry, stored.case_id, job.command.actor))) return { kind: 'not-found' };
    }
    if (own !== undefined) return { ...own.outcome, repeated: true } as Outcome;
    return stored === undefined ? null : await recallOutcome(this.tx, stored.case_id, stored.seq);
  }

  private async write(): Promise<void> {
    const changed = [...this.working.values()].filter((working) => working.transitions.length > 0);
    if (changed.length === 0) {
      await this.tx.rollback();
      return;
    }
    const now = this.runner.parts.options.clock.now();
    const due = new Map<string, NonNullable<ReturnType<WorkingCase['finish']>['due']>>();
    const sight: Parameters<typeof writeSight>[1][number][] = [];
    const texts = new Map<string, string>();
    for (const working of changed) {
      const finished = working.finish(now);
      if (finished.due !== null) due.set(working.row.id, finished.due);
      if (finished.sight !== null) sight.push({ row: working.row, sight: finished.sight, changedAt: now });
      for (const [hash, text] of working.facts) texts.set(hash, text);
    }
    const newTexts = this.runner.newFacts(texts);
    const own = await collectStatements(changed.flatMap(({ rows }) => rows));
    const { written, committed } = this.tx.together(() => {
      const sent = [
        writeRecord(
          this.tx,
          changed.map((working) => ({ before: working.before, after: working.after() })),
          changed.flatMap(({ transitions }) => transitions),
          this.keyWrites,
        ),
        writeFacts(this.tx, newTexts),
        writeParties(
          this.tx,
          changed.flatMap(({ parties }) => parties),
        ),
        writeDue(this.tx, due),
        writeSight(this.tx, sight),
        writeOutbox(
          this.tx,
          changed.flatMap(({ outbox }) => outbox),
        ),
        writeIncidents(
          this.tx,
          changed.flatMap(({ incidents }) => incidents),
        ),
        ...own.map(({ text, params }) => this.tx.query(text, params)),
      ];
      return { written: answersInOrder(sent), committed: this.tx.commit() };
    });
    // The commit travels with the writes; its failure is reported after theirs, which is the cause.
    committed.catch(() => undefined);
    await written;
    if (!(await committed)) throw new Error('the database rolled the batch back');
    this.runner.keepFacts(newTexts.keys());
    for (const working of changed) this.runner.keepCold(working.row.id, working.cold);
  }
}
