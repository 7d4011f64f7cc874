import type { ProvisionRef } from '#case-kit';
import type { ParameterVersion } from '#rulebook';

export const FAIR_RULES = 'Fair Rules';

/** A rule of the invented Fair Rules: `r. 4`. */
export function fairRule(number: string): ProvisionRef {
  return { act: FAIR_RULES, provision: `r. ${number}` };
}

function parameter(name: string, value: string | number, unit: string, rule: string, text: string): ParameterVersion {
  return {
    name,
    anchor: 'notice',
    inForceFrom: null,
    inForceUntil: null,
    knownSince: '2020-01-01',
    value,
    unit,
    ...fairRule(rule),
    text,
    source: 'Fair Rules of the invented town, kept with this case type',
    confidence: 'policy',
    signedBy: [],
  };
}

/** Every number that the case type reads; chosen by the date of the notice. */
export const fairStallLaw: readonly ParameterVersion[] = [
  parameter('fair.notice-days', 7, 'days', '4', 'A notice is published this many days before its closing time.'),
  parameter('fair.proposal-hours', 48, 'hours', '3', 'An act waits so long for its second person.'),
  parameter('fair.minimum-applicants', 2, 'applicants', '9', 'A calling is held when at least so many qualify.'),
  parameter('fair.step', '50.00', 'rupees', '10', 'Offers are whole steps of this amount.'),
  parameter('fair.extension-minutes', 5, 'minutes', '12', 'After each call the calling stays open so long.'),
  parameter('fair.confirmation-steps', 100, 'steps', '13', 'A call further above the best is confirmed as typed.'),
];
