/**
 * Every capacity in which somebody can act or look. A case type's command table names these; a person holds them
 * through appointments. `system` is the engine itself (due events and messages between cases), never a person.
 */
export const ROLES = [
  'central-officer',
  'state-officer',
  'approving-officer',
  'evaluation-member',
  'evaluation-chair',
  'platform-operator',
  'rule-book-owner',
  'bidder',
  'agency-officer',
  'auditor',
  'administrator',
  'public',
  'system',
] as const;

export type Role = (typeof ROLES)[number];

/** `CENTRE`, or the ISO 3166-2:IN code of a State or Union Territory without its country part, for example `OD`. */
export type Jurisdiction = string;

/**
 * Who is acting, in which capacity, for whom: the appointment chosen for this one request. Recorded on the transition.
 * All ids are opaque; nothing here names or describes a person.
 */
export interface Actor {
  readonly personId: string;
  /** The log-in session, or null for the system. */
  readonly sessionId: string | null;
  /** The appointment (or delegation) that gives the role, or null for the public and the system. */
  readonly appointmentId: string | null;
  readonly role: Role;
  readonly organisationId: string;
  /** `CENTRE` sees every State; a State's officer only his own. Null: the role has no territory (bidder, auditor). */
  readonly jurisdiction: Jurisdiction | null;
  /** The identity epoch at which these facts were read; the engine reads them again when it has moved. */
  readonly epoch: number;
}

export const SYSTEM_ACTOR: Actor = {
  personId: 'system',
  sessionId: null,
  appointmentId: null,
  role: 'system',
  organisationId: 'system',
  jurisdiction: null,
  epoch: 0,
};

export const PUBLIC_ACTOR: Actor = {
  personId: 'public',
  sessionId: null,
  appointmentId: null,
  role: 'public',
  organisationId: 'public',
  jurisdiction: null,
  epoch: 0,
};

/**
 * An audience is a key in the sight table: `public`, `role:auditor`, `role:state-officer@OD`, `org:<id>`.
 * Sight of a case is: one of the actor's audiences is among the case's.
 */
export type Audience = string;

/** The audiences that an actor belongs to, from the narrowest to the widest. */
export function audiencesOf(actor: Actor): readonly Audience[] {
  if (actor.role === 'public') return ['public'];
  const audiences: Audience[] = [`org:${actor.organisationId}`];
  if (actor.jurisdiction !== null && actor.jurisdiction !== 'CENTRE') {
    audiences.push(`role:${actor.role}@${actor.jurisdiction}`);
  }
  if (actor.jurisdiction === null || actor.jurisdiction === 'CENTRE') audiences.push(`role:${actor.role}`);
  audiences.push('public');
  return audiences;
}

/** Whether the actor's territory covers the case. A role without territory is bound by sight and parties alone. */
export function hasJurisdiction(actor: Actor, jurisdiction: Jurisdiction): boolean {
  return actor.jurisdiction === null || actor.jurisdiction === 'CENTRE' || actor.jurisdiction === jurisdiction;
}
