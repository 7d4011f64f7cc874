import type { Pool } from 'pg';
import type { AnyCaseType } from '#case-kit';
import { BatchRunner } from './batch-runner.js';
import { CaseTypeRegistry } from './case-type-registry.js';
import { drawCaseId, isRehearsalId } from './case-id.js';
import { CommandKeys } from './command-keys.js';
import type { Command, OpenCommand, Outcome } from './command.js';
import { CONFIRM } from './engine-commands.js';
import type { Job } from './job.js';
import { Lanes } from './lanes.js';
import type { EngineOptions } from './ports.js';
import { Throttle } from './throttle.js';

/** Called after a batch of transitions of a case was committed in this process. */
export type CommitListener = (caseId: string) => void;

/** The one door: the only way in which a case changes. */
export class CaseEngine {
  readonly keys: CommandKeys;
  readonly registry: CaseTypeRegistry;
  private readonly lanes: Lanes;
  private readonly listeners = new Set<CommitListener>();

  /** Refuses, before anything runs, a case type that may not be persisted. */
  constructor(
    pool: Pool,
    readonly options: EngineOptions,
  ) {
    this.registry = new CaseTypeRegistry(options.caseTypes);
    this.keys = new CommandKeys(options.commandKeySecret);
    const runner = new BatchRunner(pool, options, this.keys, new Throttle(), this.registry);
    this.lanes = new Lanes(runner, options);
  }

  /** The version of a case type under which cases are opened now. */
  findCaseType(id: string): AnyCaseType | undefined {
    return this.registry.findCurrent(id);
  }

  get depth(): number {
    return this.lanes.depth;
  }

  /** Opens a case. The answer comes after its commit. */
  async open(command: OpenCommand): Promise<Outcome> {
    const prefix = this.registry.findCurrent(command.caseType)?.prefix;
    if (prefix === undefined) return { kind: 'not-found' };
    // A child is what its parent is; only a case without one may be started as a rehearsal.
    const rehearsal =
      command.parentCaseId === undefined
        ? command.rehearsalStartsAt !== undefined
        : isRehearsalId(command.parentCaseId);
    const caseId = drawCaseId(prefix, rehearsal);
    return await this.submit((settle, fail) => ({
      type: 'open',
      caseId,
      keyHash: this.keys.hashOf(command.actor.personId, command.key),
      receivedAt: command.receivedAt,
      command,
      settle,
      fail,
      attempts: 0,
      inDoubt: false,
    }));
  }

  /** Gives a command to a case. The answer comes after its commit; `caseType` only says how it travels. */
  async execute(command: Command, caseType?: AnyCaseType): Promise<Outcome> {
    const spec = caseType?.commands[command.name];
    return await this.submit((settle, fail) => ({
      type: 'command',
      caseId: command.caseId,
      keyHash: this.keys.hashOf(command.actor.personId, command.key),
      receivedAt: command.receivedAt,
      command,
      hot: spec?.hot === true,
      // A confirmation may be that of an opening; what reads other cases must not share a transaction that moves them.
      slow:
        spec?.slow === true || spec?.opens !== undefined || spec?.readsCases !== undefined || command.name === CONFIRM,
      settle,
      fail,
      attempts: 0,
      inDoubt: false,
    }));
  }

  /** Applies what has fallen due on a case. A worker that never calls this delays nothing but the notice of it. */
  async applyDue(caseId: string): Promise<Outcome> {
    return await this.submit((settle, fail) => ({
      type: 'tick',
      caseId,
      receivedAt: this.options.clock.now(),
      settle,
      fail,
      attempts: 0,
      inDoubt: false,
    }));
  }

  /** Told of every case that this process has changed; only a hint to look, never the truth. */
  onCommit(listener: CommitListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes no more commands, finishes those it has. */
  async close(): Promise<void> {
    await this.lanes.drain();
  }

  private async submit(
    make: (settle: (outcome: Outcome) => void, fail: (error: unknown) => void) => Job,
  ): Promise<Outcome> {
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      this.lanes.submit(make(resolve, reject));
    });
    if ('seq' in outcome && outcome.seq > 0) for (const listener of this.listeners) listener(outcome.caseId);
    return outcome;
  }
}
