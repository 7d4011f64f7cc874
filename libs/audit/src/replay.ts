import { canonicalJson, sha256Hex, type AnyCaseType, type Effect, type LawSnapshot } from '#case-kit';
import { ADOPT_LAW, OPEN, type TransitionPayload, type TransitionText } from '#engine';
import {
  ERASE,
  listErasures,
  parsePayload,
  parseText,
  UnreadableEntry,
  type Erasure,
  type RecordedEntry,
} from './entry.js';
import { findPosition, stayAt, type Position } from './position.js';
import { CannotRepeat, redecide, type Redecided } from './redecide.js';
import { getOpeningGiven, knowsState, redecideOpening } from './reopen.js';

/** Where replay takes from what a record only names: the logic by its version, law and facts by their hashes. */
export interface ReplaySources {
  /** The case type as it was under a logic version, or undefined when that version is not at hand. */
  readonly findLogic: (caseTypeId: string, logicVersion: string) => AnyCaseType | undefined;
  readonly findLaw: (hash: string) => LawSnapshot | undefined;
  /** Canonical text of the facts. */
  readonly findFacts: (hash: string) => string | undefined;
}

/** One point at which a record and its replay do not agree. */
export interface Difference {
  readonly caseId: string;
  readonly seq: number;
  /** Short name of what differs, for programs: `context`, `rules`, `logic` … */
  readonly what: string;
  readonly message: string;
}

export interface ReplayReport {
  readonly caseId: string;
  /** Where the record leads; null when it could not be followed to its end. */
  readonly position: Position | null;
  readonly differences: readonly Difference[];
  /** Transitions that were decided again, and those that could not be because the position before them is not known. */
  readonly redecided: number;
  readonly skipped: number;
  readonly erased: readonly Erasure[];
  /** The version of the case type that the position stands under. */
  readonly caseType: AnyCaseType | null;
}

/** Told of each transition that was decided again: what it wrote besides the position. */
export type StepListener = (seq: number, after: Position, effects: readonly Effect[], caseType: AnyCaseType) => void;

/** Folds one case from its first transition, entry by entry, so that a long record need not be held in memory. */
export class Replay {
  private position: Position | null = null;
  private caseType: AnyCaseType | null = null;
  private expected = 1;
  private redecided = 0;
  private skipped = 0;
  private readonly differences: Difference[] = [];
  private readonly erased: Erasure[] = [];
  /** Forms that wait for their second person, by the transition that proposed them. */
  private readonly proposed = new Map<number, string>();

  constructor(
    private readonly caseId: string,
    private readonly sources: ReplaySources,
    /** The erasures of the whole case: they come later in the record than what they erased. */
    private readonly erasures: ReadonlyMap<number, Erasure>,
    private readonly listener: StepListener = () => undefined,
  ) {}

  get report(): ReplayReport {
    const { caseId, position, differences, redecided, skipped, erased, caseType } = this;
    return { caseId, position, differences, redecided, skipped, erased, caseType };
  }

  /** Takes the next entry of the record; they must come in the order of their sequence numbers. */
  take(entry: RecordedEntry): void {
    const { seq } = entry;
    if (seq < this.expected) return this.differ(seq, 'order', `transition ${seq} comes after ${this.expected - 1}`);
    if (seq > this.expected) {
      const last = seq - 1 === this.expected ? '' : ` to ${seq - 1}`;
      this.differ(this.expected, 'missing', `transition ${this.expected}${last} is missing from the record`);
      // Whatever stood in the gap, the position after it is not known.
      this.position = null;
    }
    this.expected = seq + 1;
    try {
      const text = parseText(entry.text);
      if (entry.payload === null) this.takeWithoutPayload(seq, text);
      else this.takeWhole(seq, text, parsePayload(entry.payload));
    } catch (error) {
      this.position = null;
      if (error instanceof UnreadableEntry || error instanceof CannotRepeat) {
        return this.differ(seq, error instanceof CannotRepeat ? error.what : error.part, error.message);
      }
      this.differ(
        seq,
        'decision',
        `deciding it again fails: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private differ(seq: number, what: string, message: string): void {
    this.differences.push({ caseId: this.caseId, seq, what, message });
  }

  private takeWithoutPayload(seq: number, text: TransitionText): void {
    const before = this.position;
    const erasure = this.erasures.get(seq);
    if (erasure === undefined) {
      this.differ(seq, 'payload', 'its payload is missing and no erasure is on record');
      const leavesPosition = text.kind === 'refused' || text.kind === 'throttled' || text.kind === 'erasure';
      this.position = before !== null && leavesPosition ? stayAt(before, seq) : null;
      return;
    }
    this.erased.push(erasure);
    const kept = findPosition(erasure.checkpoint);
    const row = kept?.row;
    if (kept === undefined || row?.id !== this.caseId || row.seq !== seq) {
      this.position = null;
      return this.differ(erasure.recordedAt, 'checkpoint', `it keeps no position after transition ${seq}`);
    }
    if (before !== null) this.compareStates(seq, 'from', text.from, before.row.state);
    this.compareStates(seq, 'to', text.to, row.state);
    const caseType = this.sources.findLogic(row.type, text.logic);
    if (caseType !== undefined && !knowsState(caseType, row)) {
      this.position = null;
      return this.differ(erasure.recordedAt, 'checkpoint', `the position after transition ${seq} is not a state`);
    }
    this.caseType = caseType ?? this.caseType;
    this.position = kept;
  }

  private takeWhole(seq: number, text: TransitionText, payload: TransitionPayload): void {
    const before = this.position;
    if (before === null && seq !== 1) {
      this.skipped += 1;
      return;
    }
    if (before !== null && text.command === ERASE) {
      this.takeErasure(before, seq, text, payload);
      return;
    }
    const given = before === null ? getOpeningGiven(payload) : undefined;
    const type = given?.type ?? before?.row.type ?? '';
    const caseType = this.sources.findLogic(type, text.logic);
    if (caseType === undefined) {
      this.position = null;
      this.skipped += 1;
      return this.differ(seq, 'logic', `recorded under logic ${text.logic} of ${type}, which is not available`);
    }
    this.caseType = caseType;
    const facts = this.getFacts(text.facts);
    const law = this.getLaw(given?.lawHash ?? before?.row.lawHash ?? '');
    let made: Redecided;
    if (before === null || given !== undefined) {
      if (given === undefined || text.command !== OPEN)
        throw new CannotRepeat('opening', 'the record begins with no opening');
      made = redecideOpening({ caseType, text, payload, given, facts, law });
    } else {
      made = redecide({ caseType, before, text, payload, facts, law });
    }
    this.redecided += 1;
    this.compare(before, seq, text, payload, made);
    this.followProposals(seq, text, payload, made);
    if (this.position !== null) this.listener(seq, this.position, made.effects, caseType);
  }

  private takeErasure(before: Position, seq: number, text: TransitionText, payload: TransitionPayload): void {
    const erased = Number(payload.form['seq']);
    if (text.kind !== 'erasure') this.differ(seq, 'kind', `an erasure is recorded as ${text.kind}`);
    if (!this.erased.some(({ recordedAt }) => recordedAt === seq)) {
      this.differ(seq, 'payload', `it erases the payload of transition ${erased}, which is still there`);
    }
    this.compareStates(seq, 'from', text.from, before.row.state);
    this.compareStates(seq, 'to', text.to, before.row.state);
    this.position = stayAt(before, seq);
    if (this.caseType !== null) this.listener(seq, this.position, [], this.caseType);
  }

  private getFacts(hash: string): Record<string, unknown> {
    const text = this.sources.findFacts(hash);
    if (text === undefined) throw new CannotRepeat('facts', `the facts ${hash} that it read are missing`);
    if (sha256Hex(text) !== hash) throw new CannotRepeat('facts', `the facts ${hash} that it read have been changed`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  private getLaw(hash: string): LawSnapshot {
    const law = this.sources.findLaw(hash);
    if (law?.hash !== hash)
      throw new CannotRepeat('law', `the law ${hash} that it read is missing or has been changed`);
    return law;
  }

  private compareStates(seq: number, what: 'from' | 'to', recorded: unknown, replayed: unknown): boolean {
    const [is, should] = [canonicalJson(recorded), canonicalJson(replayed)];
    if (is === should) return true;
    const verb = what === 'from' ? 'begins' : 'ends';
    this.differ(seq, what, `it ${verb} in ${is} by the record, in ${should} when decided again`);
    return false;
  }

  /** Compares a decision made again with the record, and moves on when both arrive at the same place. */
  private compare(
    before: Position | null,
    seq: number,
    text: TransitionText,
    payload: TransitionPayload,
    made: Redecided,
  ): void {
    for (const { what, message } of made.irregular) this.differ(seq, what, message);
    const refusedThen = text.kind === 'refused';
    const refusedNow = made.kind === 'refused';
    if (refusedThen !== refusedNow) {
      const by = refusedNow ? `is refused now by ${made.failed.join(', ')}` : 'is accepted now';
      this.differ(seq, 'outcome', `it was ${refusedThen ? 'refused' : 'accepted'} then and ${by}`);
      this.position = null;
      return;
    }
    if (text.kind !== made.kind) this.differ(seq, 'kind', `recorded as ${text.kind}, decided again as ${made.kind}`);
    this.compareLists(seq, 'rules', 'the rules applied', text.rules, made.rules);
    // The rules by which an event failed on its due date stand in its payload: the event itself happened.
    const failed = text.kind === 'timer' ? (payload.refusals ?? []).map(({ rule }) => rule) : text.failed;
    this.compareLists(seq, 'failed', 'the rules that refuse', failed, made.failed);
    if (canonicalJson(text.reads) !== canonicalJson(made.reads)) {
      this.differ(seq, 'reads', 'it read other values of the law, or other versions, than when decided again');
    }
    if (refusedNow && (payload.status !== made.status || (payload.late ?? false) !== made.late)) {
      this.differ(seq, 'status', `answered ${payload.status} then, ${made.status} when decided again`);
    }
    const lawAfter = text.command === ADOPT_LAW ? made.after.row.lawHash : (before ?? made.after).row.lawHash;
    if (text.law !== lawAfter)
      this.differ(seq, 'law', `decided under the law ${text.law}, the case was under ${lawAfter}`);
    this.compareStates(seq, 'from', text.from, before === null ? null : before.row.state);
    const arrives = this.compareStates(seq, 'to', text.to, made.after.row.state);
    const moves = text.kind !== 'refused' && text.kind !== 'throttled';
    const context = moves ? sha256Hex(canonicalJson(made.after.row.context)) : '';
    const same = payload.context === context;
    if (!same) this.differ(seq, 'context', 'the context after it is not the one that was recorded');
    this.position = arrives && same ? made.after : null;
  }

  private compareLists(
    seq: number,
    what: string,
    name: string,
    is: readonly string[],
    should: readonly string[],
  ): void {
    if (is.join('\n') === should.join('\n')) return;
    const list = (rules: readonly string[]): string => (rules.length === 0 ? 'none' : rules.join(', '));
    this.differ(seq, what, `${name}: ${list(is)} by the record, ${list(should)} when decided again`);
  }

  /** The second person confirms exactly what the first proposed. */
  private followProposals(seq: number, text: TransitionText, payload: TransitionPayload, made: Redecided): void {
    const form = canonicalJson(payload.form);
    if (made.kind === 'proposed') this.proposed.set(seq, form);
    if (text.confirms === undefined) return;
    const proposed = this.proposed.get(text.confirms.seq);
    if (proposed !== undefined && proposed !== form) {
      this.differ(seq, 'form', `it confirms another form than transition ${text.confirms.seq} proposed`);
    }
    if (made.kind !== 'refused') this.proposed.delete(text.confirms.seq);
  }
}

/** Replays the whole record of one case, given in the order of its sequence numbers. Pure. */
export function replayCase(
  caseId: string,
  entries: readonly RecordedEntry[],
  sources: ReplaySources,
  listener?: StepListener,
): ReplayReport {
  const replay = new Replay(caseId, sources, listErasures(entries), listener);
  for (const entry of entries) replay.take(entry);
  return replay.report;
}
