import { formatInstant, type Hold } from '#case-kit';
import type { DecideInput, Decision } from './decide.js';
import { standingHold } from './due.js';
import type { PlaceHoldForm, ReleaseHoldForm } from './engine.forms.js';
import { accept, refuse } from './verdicts.js';

/** Holds that a case may have had; more than any case is known to have seen. */
const MOST_HOLDS = 64;

export function placeHold(input: DecideInput): Decision {
  const { row, at } = input;
  const form = input.command.form as unknown as PlaceHoldForm;
  if (row.holds.length >= MOST_HOLDS) {
    return refuse(422, {
      rule: 'holds-are-bounded',
      text: 'A case carries a bounded number of holds in its life, because every decision on it reads them all.',
      datum: 'holds',
      found: row.holds.length,
      required: `fewer than ${MOST_HOLDS}`,
      cure: { who: 'platform-operator', how: 'have the case continued as a new one on the order of the court' },
    });
  }
  const until = form.until === undefined ? null : Date.parse(form.until);
  if (until !== null && until <= at) {
    return refuse(422, {
      rule: 'hold-ends-later',
      text: 'A hold with a fixed end must end after it begins.',
      datum: 'until',
      found: form.until,
      required: `later than ${formatInstant(at)}`,
      cure: { who: 'you', how: 'give the end as the order states it, or leave it out' },
    });
  }
  const hold: Hold = {
    id: input.proposalId ?? `h${input.seq}`,
    kind: form.kind,
    orderReference: form.orderReference,
    from: at,
    until,
    releasedAt: null,
  };
  return accept(input, 'hold', { ...row, holds: [...row.holds, hold] });
}

export function releaseHold(input: DecideInput): Decision {
  const { holdId } = input.command.form as unknown as ReleaseHoldForm;
  const hold = input.row.holds.find(({ id }) => id === holdId);
  if (hold === undefined || hold.releasedAt !== null) {
    return refuse(409, {
      rule: 'hold-stands',
      text: 'Only a hold that stands can be released.',
      datum: 'holdId',
      found: holdId,
      required: standingHold(input.row)?.id ?? 'no hold stands',
      cure: { who: 'you', how: 'name the standing hold' },
    });
  }
  return endHold(input, holdId, input.at);
}

export function endHold(input: DecideInput, holdId: string, at: number): Decision {
  const holds = input.row.holds.map((hold) => (hold.id === holdId ? { ...hold, releasedAt: at } : hold));
  return accept(input, 'hold', { ...input.row, holds });
}
