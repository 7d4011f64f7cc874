import {
  canonicalJson,
  sha256Hex,
  type Actor,
  type AnyCommandSpec,
  type AnyForm,
  type LawSnapshot,
  type Sql,
} from '#case-kit';
import { isRehearsalId } from './case-id.js';
import { shareCases } from './case.store.js';
import type { Command, Outcome } from './command.js';
import type { EngineOptions } from './ports.js';
import { renderCase } from './render.js';
import { NO_FACTS, readFacts, type FactsRead, type WorkingCase } from './working-case.js';

/** Whether a decision on this command rests on rows of the database besides the case itself. */
export function readsRows(spec: AnyCommandSpec | undefined): boolean {
  return spec !== undefined && ((spec.facts ?? []).length > 0 || spec.readsCases !== undefined || spec.edit === true);
}

/** Loads what a decision reads besides the context. */
export class FactSource {
  constructor(
    private readonly options: EngineOptions,
    private readonly sql: Sql,
  ) {}

  /**
   * Facts of one command on one case, and the cases that it reads under a share lock (with the seq that was read).
   */
  async load(
    sql: Sql,
    working: WorkingCase,
    name: string,
    form: AnyForm,
    actor: Actor,
    kinds: readonly string[],
    reads: readonly string[] = [],
    proposedBy?: string,
  ): Promise<FactsRead> {
    if (kinds.length === 0 && reads.length === 0) return NO_FACTS;
    const hot = working.caseType.commands[name]?.hot === true;
    const frozen = hot ? working.cold.hot.get(name) : undefined;
    if (frozen !== undefined) return frozen;
    const facts: Record<string, unknown> = {};
    await Promise.all(
      kinds.map(async (kind) => {
        const loader = working.caseType.store.facts[kind];
        if (loader === undefined) throw new Error(`the store has no facts ${kind}`);
        facts[kind] = (await loader(sql, [{ caseId: working.row.id, form, actor, proposedBy }]))[0];
      }),
    );
    if (reads.length > 0) {
      // What a live case decides never rests on a rehearsal, nor the other way round.
      const alike = reads.filter((id) => isRehearsalId(id) === working.row.rehearsal);
      const cases = await shareCases(sql, alike);
      facts['cases'] = Object.fromEntries(
        cases.map(({ row }) => [row.id, { type: row.type, state: row.state, context: row.context, seq: row.seq }]),
      );
    }
    const read = readFacts(facts);
    if (hot) working.cold.hot.set(name, read);
    return read;
  }

  /** The form that a transition recorded; the second person confirms exactly that. */
  async formOf(sql: Sql, caseId: string, seq: number): Promise<AnyForm> {
    const [row] = await sql.query<{ payload: string }>(
      'select payload from transition where case_id = $1 and seq = $2 and payload is not null',
      [caseId, seq],
    );
    if (row === undefined) throw new Error(`the form of transition ${seq} of ${caseId} has been erased`);
    return (JSON.parse(row.payload) as { form: AnyForm }).form;
  }

  /** For an edit: whether the caller has read the present version of his own view. */
  async findStaleness(working: WorkingCase, command: Command): Promise<Outcome | null> {
    if (command.ifMatch === undefined) return { kind: 'precondition', required: true };
    const view = await renderCase(
      this.sql,
      working.caseType,
      working.row,
      working.cold.parties,
      working.law,
      command.actor,
      this.options.clock.now(),
    );
    return etagOf(view) === command.ifMatch ? null : { kind: 'precondition', required: false };
  }

  async getLaw(hash: string): Promise<LawSnapshot> {
    return this.options.law.find(hash) ?? (await this.options.law.load(hash));
  }
}

/** Version of a view: it changes only when what this viewer sees changes, so it counts nothing that he may not count. */
export function etagOf(view: unknown): string {
  return `"${sha256Hex(canonicalJson(view)).slice(0, 32)}"`;
}
