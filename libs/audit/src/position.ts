import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { canonicalJson, stepped, type AnyCaseType, type CaseRow, type Effect, type Party } from '#case-kit';
import type { Accepted, StoredCase } from '#engine';

/** A party as one transition recorded it. */
export interface PartyRecord {
  readonly seq: number;
  readonly party: Party;
}

/** Where a case stands after some transition, computed from its record alone. */
export interface Position {
  readonly row: CaseRow;
  /** Every change of the parties, oldest first. */
  readonly parties: readonly PartyRecord[];
  /** The parties as they stand, in the order in which they joined. */
  readonly current: readonly Party[];
  /** Newest transition after which rows that hot commands read may differ. */
  readonly coldSeq: number;
  readonly partySeq: number;
  /** The machine's own snapshot for the row, with the machine that made it. */
  readonly restored?: { readonly machine: AnyStateMachine; readonly snapshot: AnyMachineSnapshot };
}

/** What an erasure keeps of the position after the erased transition, so that replay can go on from there. */
export interface Checkpoint {
  readonly row: CaseRow;
  readonly parties: readonly PartyRecord[];
  readonly coldSeq: number;
  readonly partySeq: number;
}

/** The machine's snapshot of a position under a case type's logic. @throws UnknownState */
export function snapshotOf(caseType: AnyCaseType, position: Position): AnyMachineSnapshot {
  const { restored, row } = position;
  if (restored?.machine === caseType.machine) return restored.snapshot;
  return stepped(caseType.machine).resolve(row.state, row.context);
}

export function isClosed(caseType: AnyCaseType, position: Position): boolean {
  return snapshotOf(caseType, position).status === 'done';
}

function currentOf(parties: readonly PartyRecord[]): readonly Party[] {
  const current = new Map<string, { readonly joined: number; readonly party: Party }>();
  for (const { seq, party } of parties) {
    const joined = current.get(party.organisationId)?.joined ?? seq;
    current.set(party.organisationId, { joined, party });
  }
  return [...current.values()]
    .sort((a, b) => a.joined - b.joined || (a.party.organisationId < b.party.organisationId ? -1 : 1))
    .map(({ party }) => party);
}

export function checkpointOf({ row, parties, coldSeq, partySeq }: Position): Checkpoint {
  return { row, parties, coldSeq, partySeq };
}

/** The position that a checkpoint keeps, or undefined when it is not one. */
export function findPosition(checkpoint: unknown): Position | undefined {
  if (typeof checkpoint !== 'object' || checkpoint === null) return undefined;
  const { row, parties, coldSeq, partySeq } = checkpoint as Partial<Checkpoint>;
  if (typeof row !== 'object' || !Array.isArray(parties)) return undefined;
  if (typeof coldSeq !== 'number' || typeof partySeq !== 'number') return undefined;
  return { row, parties, current: currentOf(parties), coldSeq, partySeq };
}

/** Moves a position to what an accepted decision made of it, as the engine does. */
export function advance(
  before: Position,
  caseType: AnyCaseType,
  decision: Accepted,
  step: { readonly seq: number; readonly hot: boolean },
): Position {
  const row: CaseRow = { ...decision.row, seq: step.seq };
  const restored = { machine: caseType.machine, snapshot: decision.snapshot };
  const joined = decision.effects.flatMap((effect: Effect) =>
    effect.kind === 'party' ? [{ seq: step.seq, party: effect.party }] : [],
  );
  const parties = joined.length === 0 ? before.parties : [...before.parties, ...joined];
  const isOpening = before.row.seq === 0;
  const sameState = !isOpening && canonicalJson(before.row.state) === canonicalJson(row.state);
  // A hot command that leaves the state alone changes nothing that other hot commands read.
  if (step.hot && sameState) return { ...before, row, restored, parties };
  return {
    row,
    restored,
    parties,
    current: joined.length === 0 ? before.current : currentOf(parties),
    coldSeq: step.seq,
    partySeq: joined.length === 0 ? before.partySeq : step.seq,
  };
}

/** The position of a case that has no transition yet. */
export function blankPosition(row: CaseRow): Position {
  return { row, parties: [], current: [], coldSeq: 0, partySeq: 0 };
}

/** A transition that changes nothing but the count. */
export function stayAt(before: Position, seq: number): Position {
  return { ...before, row: { ...before.row, seq } };
}

const ROW_FIELDS = [
  ['type', 'the kind of case'],
  ['machineVersion', 'the version of the case type'],
  ['jurisdiction', 'the jurisdiction'],
  ['rootCaseId', 'the root case'],
  ['parentCaseId', 'the parent case'],
  ['blockId', 'the block'],
  ['rehearsal', 'the mark of a rehearsal'],
  ['openedAt', 'the instant of opening'],
  ['anchors', 'the anchor dates'],
  ['state', 'the state'],
  ['context', 'the context'],
  ['clockAt', "the rehearsal's clock"],
  ['lawHash', 'the law'],
  ['holds', 'the holds'],
  ['proposals', 'the open proposals'],
  ['sealKey', 'the public seal key'],
  ['fired', 'the clocks that have fired'],
  ['dueThrough', 'the latest deadline applied'],
] as const satisfies readonly (readonly [keyof CaseRow, string])[];

export interface PositionDifference {
  readonly field: string;
  readonly message: string;
}

/** In what a stored case differs from the position that its record leads to. Contexts are not quoted: they may be long. */
export function comparePosition(stored: StoredCase, caseType: AnyCaseType, replayed: Position): PositionDifference[] {
  const differences: PositionDifference[] = [];
  for (const [field, name] of ROW_FIELDS) {
    const [is, should] = [canonicalJson(stored.row[field] ?? null), canonicalJson(replayed.row[field] ?? null)];
    if (is === should) continue;
    const quoted = field === 'context' ? '' : `: stored ${is}, by the record ${should}`;
    differences.push({ field, message: `${name} of the case is not what its record leads to${quoted}` });
  }
  const closed = isClosed(caseType, replayed);
  if (stored.closed !== closed) {
    differences.push({
      field: 'closed',
      message: `the case is stored as ${stored.closed ? 'closed' : 'open'}, by its record it is not`,
    });
  }
  return differences;
}
