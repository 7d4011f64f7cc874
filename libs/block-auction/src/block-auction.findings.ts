import { formatInstant, type Finding } from '#case-kit';

export const AUTHORITY = 'state-officer or central-officer';
export const COMMITTEE = 'evaluation-chair or evaluation-member';
export const NOTHING_TO_DO = 'nothing can be done about it in this attempt';

/** What a rule found, and the cure: who, how and by when. */
export function makeFinding(
  datum: string,
  found: unknown,
  required: unknown,
  cure: { readonly who: string; readonly how: string; readonly by?: number | null },
): Finding {
  const { who, how, by } = cure;
  return {
    datum,
    found,
    required,
    cure: { who, how, ...(by === undefined || by === null ? {} : { by: formatInstant(by) }) },
  };
}

/** Refuses what was received later than the end; `end` null: an order stays the case. */
export function refuseLate(at: number, end: number | null, how: string = NOTHING_TO_DO): true | Finding {
  if (end !== null && at <= end) return true;
  return makeFinding(
    'receivedAt',
    formatInstant(at),
    end === null ? 'while no order stays the case' : `not later than ${formatInstant(end)}`,
    { who: 'nobody', how },
  );
}
