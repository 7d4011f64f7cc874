import { formatInstant, sayInstant, sayRoles, type Finding } from '#case-kit';

export const AUTHORITY = 'an officer of the authority that conducts the auction';
export const COMMITTEE = 'the evaluation committee';
export const OPERATOR = sayRoles(['platform-operator']);
export const YOU = 'your organisation';
export const REGISTER = 'the officer who keeps the register of blocks';
export const NOTHING_TO_DO = 'nothing can be done about it in this attempt';

/** What a rule found, and the cure: who, how and by when (epoch milliseconds, or a date). */
export function makeFinding(
  datum: string,
  found: unknown,
  required: unknown,
  cure: { readonly who: string; readonly how: string; readonly by?: number | string | null },
): Finding {
  const { who, how, by } = cure;
  return {
    datum,
    found,
    required,
    cure: {
      who,
      how,
      ...(by === undefined || by === null ? {} : { by: typeof by === 'string' ? by : formatInstant(by) }),
    },
  };
}

/** Refuses what was received later than the end; `end` null: an order stays the case. */
export function refuseLate(at: number, end: number | null, how: string = NOTHING_TO_DO): true | Finding {
  if (end !== null && at <= end) return true;
  return makeFinding(
    'receivedAt',
    `received on ${sayInstant(at)}`,
    end === null ? 'while no order stays the case' : `received not later than ${sayInstant(end)}`,
    { who: 'nobody', how },
  );
}
