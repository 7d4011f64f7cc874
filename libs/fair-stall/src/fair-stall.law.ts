/** A parameter version of the rule book, as data. */
export interface FairParameter {
  readonly name: string;
  readonly anchor: string;
  readonly inForceFrom: string | null;
  readonly inForceUntil: string | null;
  readonly knownSince: string;
  readonly value: string | number;
  readonly unit: string;
  readonly act: string;
  readonly provision: string;
  readonly source: string;
  readonly confidence: 'policy';
  readonly signedBy: readonly string[];
}

export const FAIR_RULES = 'Fair Rules';

/** A rule of the invented Fair Rules: `r. 4`. */
export function fairRule(number: string): { readonly act: string; readonly provision: string } {
  return { act: FAIR_RULES, provision: `r. ${number}` };
}

/** The contract of commands takes the life of a proposal as a number, so the table and the rule book share this one. */
export const PROPOSAL_HOURS = 48;

function parameter(name: string, value: string | number, unit: string, rule: string): FairParameter {
  return {
    name,
    anchor: 'notice',
    inForceFrom: null,
    inForceUntil: null,
    knownSince: '2020-01-01',
    value,
    unit,
    act: FAIR_RULES,
    provision: `r. ${rule}`,
    source: 'Fair Rules of the invented town, kept with this case type',
    confidence: 'policy',
    signedBy: [],
  };
}

/** Every number that the case type reads; chosen by the date of the notice. */
export const fairStallLaw: readonly FairParameter[] = [
  parameter('fair.notice-days', 7, 'days', '4'),
  parameter('fair.proposal-hours', PROPOSAL_HOURS, 'hours', '3'),
  parameter('fair.minimum-applicants', 2, 'applicants', '9'),
  parameter('fair.step', '50.00', 'rupees', '10'),
  parameter('fair.extension-minutes', 5, 'minutes', '12'),
  parameter('fair.confirmation-steps', 100, 'steps', '13'),
];
