import {
  formatInstant,
  sayInstant,
  sayRoles,
  type Actor,
  type CaseRow,
  type LawMissing,
  type OpenProposal,
  type Refusal,
  type SecondPerson,
} from '#case-kit';
import { standingHold } from './due.js';

const HOLDS = { 'court-stay': 'a stay by a court', 'central-direction': 'a direction of the Centre' } as const;

/** The refusal that stands for a hold. */
export function refusalOfHold(row: CaseRow): Refusal | null {
  const hold = standingHold(row);
  if (hold === undefined) return null;
  return {
    rule: 'no-hold-stands',
    ref: { act: 'Order', provision: hold.orderReference },
    text: 'While a court or the centre has stayed the case, nothing but what the order allows may be done in it.',
    datum: 'holds',
    found: `${HOLDS[hold.kind]} since ${sayInstant(hold.from)}`,
    required: 'no standing hold',
    cure: {
      who: 'the officer who records orders',
      how: 'record the order that vacates the stay',
      ...(hold.until === null ? {} : { by: formatInstant(hold.until) }),
    },
  };
}

/** A parameter that the law does not hold refuses the command, it does not break it: somebody can cure that. */
export function refusalOfMissingLaw(error: LawMissing): Refusal {
  return {
    rule: 'law-is-published',
    ref: { act: 'Adit', provision: 'rule book' },
    text: 'A decision may rest only on numbers of the law that the rule book holds for the date of the case.',
    datum: error.parameter,
    found: 'no published value',
    required: `a published value in force on ${error.on}`,
    cure: { who: sayRoles(['rule-book-owner']), how: `publish a signed value of ${error.parameter} for that date` },
  };
}

/** Nobody confirms what he has proposed himself. */
export function refusalOfUnconfirmable(row: CaseRow, actor: Actor, proposal: OpenProposal): Refusal | null {
  if (proposal.proposerId !== actor.personId) return null;
  return {
    rule: 'second-person-differs',
    ref: { act: 'Adit', provision: 'second person' },
    text: 'An act that takes two persons is confirmed by somebody other than its proposer.',
    datum: 'proposer',
    found: 'the same person',
    required: 'another person of a confirming role',
    cure: { who: 'another person of a confirming role', how: `confirm the proposal in case ${row.id}` },
  };
}

/** The platform, not the caller, is late: his command was in time and came up after a deadline had been applied. */
export function refusalOfLateness(receivedAt: number, dueThrough: number): Refusal {
  return {
    rule: 'PLATFORM_LATE',
    ref: { act: 'Adit', provision: 'time and order' },
    text: 'The command was received in time, but the platform brought it up only after a deadline had been applied.',
    datum: 'receivedAt',
    found: `received on ${sayInstant(receivedAt)}`,
    required: `decided before the deadline of ${sayInstant(dueThrough)} was applied`,
    cure: {
      who: sayRoles(['platform-operator']),
      how: 'an incident has been opened; the time lost can be given back by order',
    },
  };
}

/** An act that already waits for its second person. */
export function refusalOfOpenProposal(second: SecondPerson, open: OpenProposal): Refusal {
  return {
    rule: 'one-open-proposal',
    ref: second.ref,
    text: 'An act that already waits for its second person is not proposed again.',
    datum: 'proposal',
    found: open.id,
    required: 'no open proposal of this act',
    cure: {
      who: sayRoles(second.roles),
      how: `confirm or refuse proposal ${open.id}; its proposer may withdraw it`,
      by: formatInstant(open.expiresAt),
    },
  };
}
