import type { Confidence, ProvisionRef } from '#case-kit';

/** A parameter version of the rule book, as data. */
export interface RegisterParameter {
  readonly name: string;
  readonly anchor: string;
  readonly inForceFrom: string | null;
  readonly inForceUntil: string | null;
  readonly knownSince: string;
  readonly value: string;
  readonly unit: string;
  readonly act: string;
  readonly provision: string;
  readonly text: string;
  readonly source: string;
  readonly confidence: Confidence;
  readonly signedBy: readonly string[];
}

export const ACTS = {
  mmdr: 'Mines and Minerals (Development and Regulation) Act, 1957',
  auctionRules: 'Mineral (Auction) Rules, 2015',
  policy: 'Policy of Adit',
} as const;

/** A rule of the Mineral (Auction) Rules, 2015: `r. 5(2)`. */
export function auctionRule(number: string): ProvisionRef {
  return { act: ACTS.auctionRules, provision: `r. ${number}` };
}

/** A named default of the registers, where the law is silent. */
export function registerPolicy(number: number): ProvisionRef {
  return { act: ACTS.policy, provision: `registers, ${number}` };
}

export const AREA_TOLERANCE = 'register.area-tolerance-percent';

/** Every number that the registers read; chosen by the day of recording. */
export const registersLaw: readonly RegisterParameter[] = [
  {
    name: AREA_TOLERANCE,
    anchor: 'asOf',
    inForceFrom: null,
    inForceUntil: null,
    knownSince: '2015-05-20',
    value: '0.50',
    unit: 'per cent of the stated area',
    ...auctionRule('5(2)'),
    text: 'The area that is stated of a block and the area that its boundary encloses on the ellipsoid differ by at most this.',
    source:
      'The Rules ask for a boundary by total station and DGPS and set no tolerance; a plane survey in UTM differs from the ellipsoid by up to about 0.2 per cent',
    confidence: 'policy',
    signedBy: [],
  },
];
