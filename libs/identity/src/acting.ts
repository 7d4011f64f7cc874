import type { Actor, Jurisdiction } from '#case-kit';
import { Problem } from '#platform';
import type { AppointableRole, OrganisationKind } from './roles.js';

/** The header in which a person with several appointments names the one that he acts in. */
export const ACTING_AS_HEADER = 'Adit-Acting-As';

export interface HeldAppointment {
  readonly id: string;
  readonly role: AppointableRole;
  readonly organisation: { readonly id: string; readonly name: string; readonly kind: OrganisationKind };
  readonly jurisdiction: Jurisdiction | null;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Epoch milliseconds, or null for no end. */
  readonly until: number | null;
  readonly delegated: boolean;
}

/** A person in one log-in, with all that he may act as. */
export interface Principal {
  readonly personId: string;
  readonly sessionId: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly sessionExpiresAt: number;
  /** Somebody else knows the password: nothing is open but its change. */
  readonly mustChangePassword: boolean;
  /** Neither revoked nor ended; some may not have begun. */
  readonly appointments: readonly HeldAppointment[];
  /** The identity epoch at which all this was true. */
  readonly epoch: number;
}

/** The appointments that count at an instant (epoch milliseconds). */
export function listActiveAppointments(principal: Principal, at: number): readonly HeldAppointment[] {
  return principal.appointments.filter(({ from, until }) => from <= at && (until === null || at < until));
}

/** What a caller is shown of an appointment. */
export function describeAppointment({ id, role, organisation, jurisdiction, until, delegated }: HeldAppointment) {
  return {
    id,
    role,
    organisation,
    jurisdiction,
    until: until === null ? null : new Date(until).toISOString(),
    delegated,
  };
}

/**
 * The one appointment in which this request is made: the only one, or the one that is named by id or by role. Roles
 * are never added up: what is done and seen belongs to one capacity, which is recorded.
 *
 * @throws Problem validation (400) naming the header when the choice is not clear, forbidden (403) when the person
 * holds no appointment or not that one.
 */
export function chooseActor(principal: Principal, wanted: string | undefined, at: number): Actor {
  const active = listActiveAppointments(principal, at);
  if (active.length === 0) {
    throw new Problem('forbidden', { detail: 'You hold no appointment now; an administrator gives one' });
  }
  const named = wanted?.trim();
  const fitting =
    named === undefined || named === '' ? active : active.filter(({ id, role }) => id === named || role === named);
  const [chosen, second] = fitting;
  const appointments = active.map(describeAppointment);
  if (chosen === undefined) {
    throw new Problem('forbidden', {
      detail: `You hold no appointment as named in the header ${ACTING_AS_HEADER}`,
      extensions: { header: ACTING_AS_HEADER, appointments },
    });
  }
  if (second !== undefined) {
    const message = 'name one of your appointments by its id, or by its role where you hold that role once';
    throw new Problem('validation', {
      detail: `You hold several appointments: say in the header ${ACTING_AS_HEADER} in which one you act`,
      extensions: { errors: [{ field: ACTING_AS_HEADER, message }], header: ACTING_AS_HEADER, appointments },
    });
  }
  return {
    personId: principal.personId,
    sessionId: principal.sessionId,
    appointmentId: chosen.id,
    role: chosen.role,
    organisationId: chosen.organisation.id,
    jurisdiction: chosen.jurisdiction,
    epoch: principal.epoch,
  };
}
