import { APPOINTABLE_ROLES, type AppointableRole, type OrganisationKind } from '#identity';
import { PUBLIC_ACTOR, type Actor, type Jurisdiction } from '#case-kit';

/**
 * How a caller stands to what he asks for: in the organisation and territory whose affair it is, in another
 * organisation of the same territory, in another State, or in none any more because his appointment was revoked.
 */
export const STANDINGS = ['own', 'other organisation', 'other State', 'ended'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Somebody in one role and one standing, or nobody: without a log-in. */
export interface Caller {
  readonly role: AppointableRole | 'nobody';
  readonly standing: Standing | 'nobody';
}

export const NOBODY: Caller = { role: 'nobody', standing: 'nobody' };

/** The State whose blocks and cases are asked for, and another. */
export const HOME = 'OD';
export const ABROAD = 'RJ';

interface Post {
  readonly kind: OrganisationKind;
  /** Territory of the organisation whose affair it is. */
  readonly own: Jurisdiction | null;
  /** Territory in another organisation of the kind. */
  readonly other: Jurisdiction | null;
  /** Null: a role without territory has none abroad, and no appointment can give it one. */
  readonly abroad: Jurisdiction | null;
}

/** Whose affair it is: the Centre's where its people serve every State, besides the officers of the State itself. */
export const POSTS: Readonly<Record<AppointableRole, Post>> = {
  'central-officer': { kind: 'ministry', own: 'CENTRE', other: 'CENTRE', abroad: ABROAD },
  'state-officer': { kind: 'state-directorate', own: HOME, other: HOME, abroad: ABROAD },
  'approving-officer': { kind: 'state-directorate', own: HOME, other: HOME, abroad: ABROAD },
  'evaluation-member': { kind: 'evaluation-committee', own: 'CENTRE', other: HOME, abroad: ABROAD },
  'evaluation-chair': { kind: 'evaluation-committee', own: 'CENTRE', other: HOME, abroad: ABROAD },
  'platform-operator': { kind: 'platform', own: null, other: null, abroad: null },
  'rule-book-owner': { kind: 'ministry', own: 'CENTRE', other: 'CENTRE', abroad: ABROAD },
  bidder: { kind: 'bidder', own: null, other: null, abroad: null },
  'agency-officer': { kind: 'agency', own: 'CENTRE', other: HOME, abroad: ABROAD },
  auditor: { kind: 'audit', own: null, other: null, abroad: null },
  administrator: { kind: 'platform', own: null, other: null, abroad: null },
};

/** Whether such a caller can exist. */
export function canBe({ role, standing }: Caller): boolean {
  return role === 'nobody' || standing !== 'other State' || POSTS[role].abroad !== null;
}

/** Every caller that can exist. */
export const CALLERS: readonly Caller[] = [
  ...APPOINTABLE_ROLES.flatMap((role) => STANDINGS.map((standing): Caller => ({ role, standing }))).filter(canBe),
  NOBODY,
];

export const nameOf = ({ role, standing }: Caller): string =>
  standing === 'nobody' ? 'nobody' : `${role}, ${standing}`;

/** The organisations of the cases that are made up for the page; a bidder's own one takes part in them. */
export const OWN_BIDDER = 'org-alpha';

/** The capacity in which a caller comes, for the tables of the case types: the public once he has none. */
export function actorFor({ role, standing }: Caller): Actor {
  if (role === 'nobody' || standing === 'ended' || standing === 'nobody') return PUBLIC_ACTOR;
  const { own, other, abroad } = POSTS[role];
  const jurisdictions = { own, 'other organisation': other, 'other State': abroad };
  const isParty = role === 'bidder' && standing === 'own';
  return {
    personId: `person-${role}-${standing}`,
    sessionId: 'session',
    appointmentId: 'appointment',
    role,
    organisationId: isParty ? OWN_BIDDER : `org-${role}-${standing}`,
    jurisdiction: jurisdictions[standing],
    epoch: 0,
  };
}
