import {
  LawMissing,
  LawReader,
  stepped,
  type AnyCaseType,
  type AnyCommandSpec,
  type CaseRow,
  type FormSituation,
  type LawSnapshot,
  type Refusal,
  type Sql,
  localDateAt,
} from '#case-kit';
import { findForbiddance } from './access.js';
import type { CaseTypeRegistry } from './case-type-registry.js';
import { readCases } from './case.store.js';
import type { OpenCommand, Outcome } from './command.js';
import { anchorsAfter, assertContextBound, findRuleFailures, type Accepted } from './decide.js';
import type { EngineOptions } from './ports.js';
import { GENESIS } from './record.js';
import { refusalOfMissingLaw } from './refusals.js';
import { readFacts, WorkingCase } from './working-case.js';

/** Name under which opening stands in the record. */
export const OPEN = 'OPEN';

/** Everything of a new case that its form alone does not tell; kept with the first transition for replay. */
export interface OpeningGiven {
  readonly type: string;
  readonly machineVersion: string;
  readonly jurisdiction: string;
  readonly rootCaseId: string;
  readonly parentCaseId: string | null;
  readonly blockId: string | null;
  readonly rehearsal: boolean;
  readonly clockAt: number | null;
  readonly lawHash: string;
  readonly openedAt: number;
}

/** The row of a case before its first transition. */
export function blankRow(id: string, given: OpeningGiven): CaseRow {
  return {
    id,
    ...given,
    anchors: {},
    state: '',
    context: undefined,
    seq: 0,
    holds: [],
    proposals: [],
    sealKey: null,
    fired: {},
    dueThrough: 0,
  };
}

/** Decides the opening of a case, as purely as any other command. */
export function decideOpening(
  caseType: AnyCaseType,
  blank: CaseRow,
  command: Pick<OpenCommand, 'form' | 'actor'>,
  facts: Record<string, unknown>,
  law: LawSnapshot,
): Accepted | { readonly refusals: ReturnType<typeof findRuleFailures> } {
  try {
    return decideOpeningUnder(caseType, blank, command, facts, law);
  } catch (error) {
    if (!(error instanceof LawMissing)) throw error;
    return { refusals: [refusalOfMissingLaw(error)] };
  }
}

function decideOpeningUnder(
  caseType: AnyCaseType,
  blank: CaseRow,
  command: Pick<OpenCommand, 'form' | 'actor'>,
  facts: Record<string, unknown>,
  law: LawSnapshot,
): ReturnType<typeof decideOpening> {
  const at = blank.clockAt ?? blank.openedAt;
  const reader = new LawReader(law, {}, localDateAt(at));
  const situation: FormSituation<undefined, Record<string, unknown>, typeof command.form> = {
    row: blank as CaseRow<undefined>,
    facts,
    law: reader,
    actor: command.actor,
    party: undefined,
    parties: [],
    at,
    form: command.form,
  };
  const spec = caseType.open;
  const failures = findRuleFailures({ rules: spec.rules as AnyCommandSpec['rules'] }, situation);
  if (failures.length > 0) return { refusals: failures };
  const snapshot = stepped(caseType.machine).start(spec.input(situation));
  assertContextBound(snapshot.context);
  const after = { state: snapshot.value, context: snapshot.context as unknown };
  const effects = spec.effects?.({ ...situation, after, seq: 1, opened: {} }) ?? [];
  const anchors = anchorsAfter(blank.anchors, effects);
  const row = { ...blank, ...after, anchors };
  if (snapshot.status === 'active') caseType.timers(row, new LawReader(law, anchors, localDateAt(at)));
  return {
    outcome: 'accepted',
    kind: 'accepted',
    row,
    snapshot,
    effects,
    rules: spec.rules.map((rule) => rule.name),
    reads: reader.reads,
  };
}

/** Opens one case in memory. Answers the new working case, or why it is not opened. */
export async function openCase(
  options: EngineOptions,
  registry: CaseTypeRegistry,
  sql: Sql,
  caseId: string,
  command: OpenCommand,
): Promise<{ readonly working: WorkingCase; readonly outcome: Outcome } | { readonly outcome: Outcome }> {
  const caseType = registry.findCurrent(command.caseType);
  if (caseType === undefined) return { outcome: { kind: 'not-found' } };
  const spec = caseType.open;
  const malformed = command.formErrors !== undefined && command.formErrors.length > 0;
  const jurisdiction = malformed
    ? (command.actor.jurisdiction ?? 'CENTRE')
    : spec.jurisdiction(command.form, command.actor);
  const reason = findForbiddance(spec.roles, command.actor, { jurisdiction });
  if (reason !== null) return { outcome: { kind: 'forbidden', roles: spec.roles, reason } };
  if (malformed) return { outcome: { kind: 'malformed', errors: command.formErrors ?? [] } };

  const parent = command.parentCaseId === undefined ? undefined : (await readCases(sql, [command.parentCaseId]))[0];
  if (command.parentCaseId !== undefined && parent === undefined) return { outcome: { kind: 'not-found' } };
  const law = options.law.current();
  // A rehearsal opens only rehearsals: whatever comes of one carries its mark and its clock.
  const clockAt = parent === undefined ? (command.rehearsalStartsAt ?? null) : parent.row.clockAt;
  if (clockAt === null && options.liveObstacles.length > 0) return { outcome: refuseLive(options.liveObstacles) };
  const blank = blankRow(caseId, {
    type: caseType.id,
    machineVersion: caseType.version,
    jurisdiction,
    rootCaseId: parent?.row.rootCaseId ?? caseId,
    parentCaseId: parent?.row.id ?? null,
    blockId: spec.blockId?.(command.form) ?? parent?.row.blockId ?? null,
    rehearsal: clockAt !== null,
    clockAt: clockAt === null ? null : Math.max(clockAt, command.cause === undefined ? clockAt : command.receivedAt),
    lawHash: law.hash,
    openedAt: command.receivedAt,
  });
  const facts: Record<string, unknown> = {};
  for (const kind of spec.facts ?? []) {
    facts[kind] = (
      await caseType.store.facts[kind]?.(sql, [{ caseId, form: command.form, actor: command.actor }])
    )?.[0];
  }
  const decision = decideOpening(caseType, blank, command, facts, law);
  if (!('outcome' in decision)) {
    // There is no case yet on whose record the refusal could stand.
    return {
      outcome: {
        kind: 'refused',
        status: 422,
        late: false,
        caseId: '',
        seq: 0,
        refusals: decision.refusals,
        repeated: false,
      },
    };
  }
  return { ...record(options, caseType, blank, decision, command, readFacts(facts), law) };
}

function refuseLive(obstacles: readonly string[]): Outcome {
  const refusal: Refusal = {
    rule: 'platform-carries-live-cases',
    ref: { act: 'Adit', provision: 'deployment' },
    text: 'A live case is opened only on a platform that is set up for it; a trial platform carries rehearsals.',
    datum: 'platform',
    found: obstacles,
    required: 'none of these',
    cure: { who: 'platform-operator', how: 'remove what stands in the way, or open a rehearsal (rehearsalStartsAt)' },
  };
  return { kind: 'refused', status: 422, late: false, caseId: '', seq: 0, refusals: [refusal], repeated: false };
}

function record(
  options: EngineOptions,
  caseType: AnyCaseType,
  blank: CaseRow,
  decision: Accepted,
  command: OpenCommand,
  read: ReturnType<typeof readFacts>,
  law: LawSnapshot,
): { readonly working: WorkingCase; readonly outcome: Outcome } {
  const stored = {
    row: { ...decision.row, seq: 0 },
    head: GENESIS,
    coldSeq: 0,
    partySeq: 0,
    dueHash: '',
    sightHash: '',
    closed: false,
  };
  const working = new WorkingCase(caseType, stored, { isNew: true, law, parties: [] });
  const { id, anchors, state, context, seq, holds, proposals, sealKey, fired, dueThrough, ...given } = blank;
  working.facts.set(read.hash, read.text);
  const recorded = working.appendAccepted(
    decision,
    {
      command: OPEN,
      actor: command.actor,
      receivedAt: blank.clockAt ?? command.receivedAt,
      decidedAt: options.clock.now(),
      factsHash: read.hash,
      lawHash: law.hash,
      logicVersion: options.logicVersionOf(caseType.id, caseType.version),
      cause: command.cause,
      confirms: undefined,
    },
    { form: command.form, given: { ...given } },
    false,
  );
  return { working, outcome: { kind: 'accepted', caseId: id, seq: recorded, repeated: false } };
}
