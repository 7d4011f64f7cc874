import { stepped, type AnyCaseType, type LawSnapshot } from '#case-kit';
import { blankRow, decideOpening, type OpeningGiven, type TransitionPayload, type TransitionText } from '#engine';
import { advance, blankPosition } from './position.js';
import { actorOf, CannotRepeat, type Irregularity, type Redecided } from './redecide.js';

const TEXTS = ['type', 'machineVersion', 'jurisdiction', 'rootCaseId', 'lawHash'] as const;

/** What the first transition introduces of its case. @throws CannotRepeat when it is not whole */
export function getOpeningGiven(payload: TransitionPayload): OpeningGiven {
  const given = payload.given as Partial<OpeningGiven> | undefined;
  const whole =
    given !== undefined &&
    TEXTS.every((name) => typeof given[name] === 'string') &&
    typeof given.openedAt === 'number' &&
    typeof given.rehearsal === 'boolean';
  if (!whole) throw new CannotRepeat('given', 'the first transition does not say what kind of case was opened');
  return given as OpeningGiven;
}

/**
 * Decides the opening of a case again.
 * @throws CannotRepeat when the first transition is no opening, or was refused by today's reading.
 */
export function redecideOpening(opening: {
  readonly caseType: AnyCaseType;
  readonly text: TransitionText;
  readonly payload: TransitionPayload;
  readonly given: OpeningGiven;
  readonly facts: Record<string, unknown>;
  readonly law: LawSnapshot;
}): Redecided {
  const { caseType, text, payload, given, facts, law } = opening;
  const blank = blankRow(text.case, given);
  const actor = actorOf(text);
  const irregular: Irregularity[] = [];
  const at = blank.clockAt ?? blank.openedAt;
  if (Date.parse(text.received) !== at) {
    irregular.push({
      what: 'given',
      message: `the case was opened at ${new Date(at).toISOString()}, not ${text.received}`,
    });
  }
  if (blank.rehearsal !== (blank.clockAt !== null)) {
    irregular.push({ what: 'given', message: 'a rehearsal, and only a rehearsal, has a clock of its own' });
  }
  const jurisdiction = caseType.open.jurisdiction(payload.form, actor);
  if (jurisdiction !== blank.jurisdiction) {
    irregular.push({ what: 'given', message: `the case belongs under ${jurisdiction}, not ${blank.jurisdiction}` });
  }
  const decision = decideOpening(caseType, blank, { form: payload.form, actor }, facts, law);
  if (!('outcome' in decision)) {
    const rules = decision.refusals.map(({ rule }) => rule).join(', ');
    throw new CannotRepeat('outcome', `the opening was accepted then and is refused now by ${rules}`);
  }
  return {
    kind: decision.kind,
    after: advance(blankPosition(blank), caseType, decision, { seq: 1, hot: false }),
    effects: decision.effects,
    rules: decision.rules,
    failed: [],
    reads: decision.reads,
    late: false,
    irregular,
  };
}

/** Whether a machine knows a stored state: a checkpoint under another logic may not be one of today's. */
export function knowsState(
  caseType: AnyCaseType,
  row: { readonly state: unknown; readonly context: unknown },
): boolean {
  try {
    stepped(caseType.machine).resolve(row.state as Parameters<ReturnType<typeof stepped>['resolve']>[0], row.context);
    return true;
  } catch {
    return false;
  }
}
