import { ROLES, type Jurisdiction, type Role } from '#case-kit';

export const ORGANISATION_KINDS = [
  'ministry',
  'state-directorate',
  'platform',
  'evaluation-committee',
  'bidder',
  'agency',
  'audit',
] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

/** A role that a person can be appointed to. `public` is everybody and `system` is nobody. */
export type AppointableRole = Exclude<Role, 'public' | 'system'>;

export const APPOINTABLE_ROLES = ROLES.filter(
  (role): role is AppointableRole => role !== 'public' && role !== 'system',
);

/** Which roles an organisation of each kind can give. */
export const ROLES_OF_KIND: Readonly<Record<OrganisationKind, readonly AppointableRole[]>> = {
  ministry: ['central-officer', 'approving-officer', 'rule-book-owner'],
  'state-directorate': ['state-officer', 'approving-officer'],
  platform: ['platform-operator', 'administrator'],
  'evaluation-committee': ['evaluation-member', 'evaluation-chair'],
  bidder: ['bidder'],
  agency: ['agency-officer'],
  audit: ['auditor'],
};

/** Where an organisation of each kind has a territory: the whole Union, one State, either, or none. */
export const TERRITORY_OF_KIND: Readonly<Record<OrganisationKind, 'centre' | 'state' | 'either' | 'none'>> = {
  ministry: 'centre',
  'state-directorate': 'state',
  platform: 'none',
  'evaluation-committee': 'either',
  bidder: 'none',
  agency: 'either',
  audit: 'none',
};

/** States and Union Territories by their ISO 3166-2:IN codes without the country part. */
export const STATE_CODES: ReadonlySet<string> = new Set(
  'AN AP AR AS BR CG CH DH DL GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD PB PY RJ SK TN TR TS UK UP WB'.split(
    ' ',
  ),
);

export function isJurisdiction(value: unknown): value is Jurisdiction {
  return typeof value === 'string' && (value === 'CENTRE' || STATE_CODES.has(value));
}

/** Whether a territory lies within another. No territory is wider than any: it is within nothing but itself. */
export function isWithin(inner: Jurisdiction | null, outer: Jurisdiction | null): boolean {
  return inner === outer || (outer === 'CENTRE' && inner !== null);
}

/** Whether an organisation of this kind may have this territory. */
export function fitsTerritory(kind: OrganisationKind, jurisdiction: Jurisdiction | null): boolean {
  switch (TERRITORY_OF_KIND[kind]) {
    case 'centre':
      return jurisdiction === 'CENTRE';
    case 'state':
      return jurisdiction !== null && STATE_CODES.has(jurisdiction);
    case 'either':
      return isJurisdiction(jurisdiction);
    case 'none':
      return jurisdiction === null;
  }
}
