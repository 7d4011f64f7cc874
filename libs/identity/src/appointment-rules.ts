import type { Jurisdiction, Refusal } from '#case-kit';
import { describeRefusal } from './access-rules.js';
import type { Organisation } from './organisations.js';
import { ROLES_OF_KIND, isWithin, type AppointableRole } from './roles.js';

export interface WantedAppointment {
  readonly personId: string;
  readonly role: AppointableRole;
  readonly jurisdiction: Jurisdiction | null;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number | null;
}

/** What the rules look at besides what is wanted. */
export interface AppointmentFacts {
  readonly appointerId: string;
  readonly personEnabled: boolean;
  readonly organisation: Organisation;
  /** Standing appointments of the person at any time of the wanted one. */
  readonly others: readonly {
    readonly role: AppointableRole;
    readonly organisationId: string;
    readonly jurisdiction: Jurisdiction | null;
  }[];
}

export interface DelegationSource {
  readonly stands: boolean;
  readonly delegated: boolean;
  readonly jurisdiction: Jurisdiction | null;
  readonly from: number;
  readonly until: number | null;
}

/** Roles that keep no company: they may not decide what they administer, bid for or audit. */
const SOLITARY: ReadonlySet<AppointableRole> = new Set<AppointableRole>(['administrator', 'bidder', 'auditor']);

/** Every rule that stands against an appointment; none when it may be made. */
export function checkAppointment(wanted: WantedAppointment, facts: AppointmentFacts): readonly Refusal[] {
  const { organisation, others } = facts;
  const refusals: Refusal[] = [];
  if (wanted.personId === facts.appointerId) {
    refusals.push(
      describeRefusal('nobody-appoints-himself', {
        datum: 'personId',
        found: 'yourself',
        required: 'another person',
        cure: { who: 'another administrator', how: 'make this appointment' },
      }),
    );
  }
  if (!facts.personEnabled) {
    refusals.push(
      describeRefusal('person-is-enabled', {
        datum: 'personId',
        found: 'a disabled person',
        required: 'a person who can log in',
        cure: { who: 'an administrator', how: 'enable the person first' },
      }),
    );
  }
  if (!ROLES_OF_KIND[organisation.kind].includes(wanted.role)) {
    refusals.push(
      describeRefusal('organisation-gives-role', {
        datum: 'role',
        found: wanted.role,
        required: ROLES_OF_KIND[organisation.kind],
        cure: { who: 'you', how: `choose a role that an organisation of the kind ${organisation.kind} gives` },
      }),
    );
  }
  if (!isWithin(wanted.jurisdiction, organisation.jurisdiction)) {
    refusals.push(
      describeRefusal('territory-within-organisation', {
        datum: 'jurisdiction',
        found: wanted.jurisdiction,
        required: organisation.jurisdiction,
        cure: { who: 'you', how: 'leave the territory out, or name one within that of the organisation' },
      }),
    );
  }
  const strangers = others.filter(
    ({ role }) => role !== wanted.role && (SOLITARY.has(role) || SOLITARY.has(wanted.role)),
  );
  if (strangers.length > 0) {
    refusals.push(
      describeRefusal('role-stands-alone', {
        datum: 'role',
        found: [wanted.role, ...strangers.map(({ role }) => role)],
        required: 'administrator, bidder or auditor alone, or neither of them',
        cure: { who: 'an administrator', how: 'appoint another person, or revoke the other role first' },
      }),
    );
  }
  const rival = others.some(({ role, organisationId }) => role === 'bidder' && organisationId !== organisation.id);
  if (wanted.role === 'bidder' && rival) {
    refusals.push(
      describeRefusal('one-bidder-each', {
        datum: 'organisationId',
        found: 'an appointment for another bidder',
        required: 'none at the same time',
        cure: { who: 'the bidder', how: 'name another person, or have the other appointment revoked first' },
      }),
    );
  }
  const same = others.some(
    ({ role, organisationId, jurisdiction }) =>
      role === wanted.role && organisationId === organisation.id && isWithin(wanted.jurisdiction, jurisdiction),
  );
  if (same) {
    refusals.push(
      describeRefusal('appointment-is-new', {
        datum: 'role',
        found: 'an appointment that says the same',
        required: 'none at the same time',
        cure: { who: 'you', how: 'use the one that exists, or revoke it first' },
      }),
    );
  }
  return refusals;
}

/** Every rule that stands against a delegation, besides those of an appointment. */
export function checkDelegation(wanted: WantedAppointment, source: DelegationSource): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (!source.stands) {
    refusals.push(
      describeRefusal('source-stands', {
        datum: 'source',
        found: 'an appointment that was revoked or has ended',
        required: 'one that stands',
        cure: { who: 'an administrator', how: 'make a new appointment' },
      }),
    );
  }
  if (source.delegated) {
    refusals.push(
      describeRefusal('delegation-is-not-delegated', {
        datum: 'source',
        found: 'a delegation',
        required: 'an appointment',
        cure: { who: 'the holder of the original appointment', how: 'delegate it directly' },
      }),
    );
  }
  const bounds = {
    jurisdiction: source.jurisdiction,
    from: new Date(source.from).toISOString(),
    until: source.until === null ? 'any end' : new Date(source.until).toISOString(),
  };
  const tooLong = wanted.until === null || (source.until !== null && wanted.until > source.until);
  if (tooLong || wanted.from < source.from || !isWithin(wanted.jurisdiction, source.jurisdiction)) {
    refusals.push(
      describeRefusal('delegation-within-source', {
        datum: tooLong ? 'until' : wanted.from < source.from ? 'from' : 'jurisdiction',
        found: {
          jurisdiction: wanted.jurisdiction,
          from: new Date(wanted.from).toISOString(),
          until: wanted.until === null ? null : new Date(wanted.until).toISOString(),
        },
        required: bounds,
        cure: { who: 'you', how: 'delegate no more than the source gives' },
      }),
    );
  }
  return refusals;
}
