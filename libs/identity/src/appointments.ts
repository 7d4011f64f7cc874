import type { Jurisdiction, Sql } from '#case-kit';
import { Problem, refuseFields, type Clock, sqlOf } from '#platform';
import { refuseAll } from './access-rules.js';
import { requireRole, type Administration, type By } from './administration.js';
import {
  checkAppointment,
  checkDelegation,
  type AppointmentFacts,
  type WantedAppointment,
} from './appointment-rules.js';
import { drawId } from './ids.js';
import { findOrganisations, type Organisation } from './organisations.js';
import { lockAdministrators, noSuchPerson, requireAdministratorRemains } from './people.js';
import type { AppointableRole } from './roles.js';

export interface NewAppointment {
  readonly personId: string;
  readonly organisationId: string;
  readonly role: AppointableRole;
  /** The organisation's when left out. */
  readonly jurisdiction?: Jurisdiction;
  /** Epoch milliseconds; now when left out. */
  readonly from?: number;
  readonly until?: number;
}

export interface NewDelegation {
  readonly personId: string;
  /** The source's when left out. */
  readonly jurisdiction?: Jurisdiction;
  readonly from?: number;
  /** Epoch milliseconds: a delegation always has an end. */
  readonly until: number;
}

export interface AppointmentEntry {
  readonly id: string;
  readonly personId: string;
  readonly organisationId: string;
  readonly role: AppointableRole;
  readonly jurisdiction: Jurisdiction | null;
  readonly from: Date;
  readonly until: Date | null;
  readonly revokedAt: Date | null;
  readonly delegatedBy: string | null;
  /** Whether it counts now: begun, not ended, not revoked, its person enabled and its source standing. */
  readonly active: boolean;
}

export interface AppointmentFilter {
  readonly personId?: string;
  readonly organisationId?: string;
  readonly after?: string;
  readonly limit: number;
}

const ENTRY = `
  select a.id, a.person_id as "personId", a.organisation_id as "organisationId", a.role, a.jurisdiction,
    a.valid_from as "from", a.valid_until as "until", a.revoked_at as "revokedAt", a.delegated_by as "delegatedBy",
    exists (select 1 from appointment_standing n where n.id = a.id and n.valid_from <= clock_timestamp()
            and (n.valid_until is null or n.valid_until > clock_timestamp())) as active
  from appointment a`;

/** What begins "now" counts at once, also by the clock of a process that is a little behind. */
const SKEW_MS = 1000;

/** Roles given, delegated and taken back. An appointment is never changed: it is revoked and another one made. */
export class Appointments {
  constructor(
    private readonly administration: Administration,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem not-found, validation, or rule-refused with every rule that stands against it. */
  async create(by: By, wanted: NewAppointment): Promise<AppointmentEntry> {
    requireRole(by.actor, 'administrator');
    return await this.administration.run(by, async (sql) => {
      const organisation = await getOrganisation(sql, wanted.organisationId);
      const appointment = this.placeInTime({
        ...wanted,
        jurisdiction: wanted.jurisdiction ?? organisation.jurisdiction,
        until: wanted.until ?? null,
      });
      const facts = await this.loadFacts(sql, by, organisation, appointment);
      const refusals = checkAppointment(appointment, facts);
      if (refusals.length > 0) throw refuseAll(refusals);
      return await this.insert(sql, by, organisation.id, appointment, null);
    });
  }

  /**
   * Lets another person act on behalf of the organisation in the capacity of an appointment: by its holder acting in
   * it, or by an administrator. It ends with its source and is never wider.
   */
  async delegate(by: By, sourceId: string, wanted: NewDelegation): Promise<AppointmentEntry> {
    return await this.administration.run(by, async (sql) => {
      const source = await this.getOwn(sql, by, sourceId);
      const organisation = await getOrganisation(sql, source.organisationId);
      const appointment = this.placeInTime({
        ...wanted,
        role: source.role,
        jurisdiction: wanted.jurisdiction ?? source.jurisdiction,
        from: wanted.from ?? Math.max(source.from.getTime(), this.clock.now() - SKEW_MS),
      });
      const facts = await this.loadFacts(sql, by, organisation, appointment);
      const refusals = [
        ...checkAppointment(appointment, facts),
        ...checkDelegation(appointment, {
          stands: source.active,
          delegated: source.delegatedBy !== null,
          jurisdiction: source.jurisdiction,
          from: source.from.getTime(),
          until: source.until?.getTime() ?? null,
        }),
      ];
      if (refusals.length > 0) throw refuseAll(refusals);
      return await this.insert(sql, by, organisation.id, appointment, source.id);
    });
  }

  /** Takes an appointment back, and with it all that was delegated from it. Final. */
  async revoke(by: By, id: string, reason: string): Promise<void> {
    await this.administration.run(by, async (sql) => {
      await lockAdministrators(sql);
      const entry = await this.getRevocable(sql, by, id);
      if (entry.revokedAt !== null) return;
      await sql.query('update appointment set revoked_at = now() where id = $1 and revoked_at is null', [id]);
      if (entry.role === 'administrator') await requireAdministratorRemains(sql);
      await this.administration.record(sql, by, {
        kind: 'appointment-revoked',
        subject: id,
        detail: { reason, personId: entry.personId, role: entry.role },
      });
    });
  }

  async list(
    by: By,
    { personId, organisationId, after, limit }: AppointmentFilter,
  ): Promise<readonly AppointmentEntry[]> {
    requireRole(by.actor, 'administrator', 'auditor');
    return await sqlOf(this.administration.pool).query<AppointmentEntry>(
      `${ENTRY} where ($1::text is null or a.person_id = $1) and ($2::text is null or a.organisation_id = $2)
         and ($3::text is null or a.id > $3) order by a.id limit $4`,
      [personId ?? null, organisationId ?? null, after ?? null, limit],
    );
  }

  /** The appointment, for an administrator or for its holder acting in it; it does not exist for anybody else. */
  private async getOwn(sql: Sql, { actor }: By, id: string): Promise<AppointmentEntry> {
    // Locked against a revocation that would otherwise be overtaken by what is delegated from it here.
    const [entry] = await sql.query<AppointmentEntry>(`${ENTRY} where a.id = $1 for update of a`, [id]);
    if (entry === undefined || (actor.role !== 'administrator' && actor.appointmentId !== id))
      throw noSuchAppointment();
    return entry;
  }

  /** The appointment, for an administrator or for whoever delegated it, acting in its source. */
  private async getRevocable(sql: Sql, { actor }: By, id: string): Promise<AppointmentEntry> {
    const [entry] = await sql.query<AppointmentEntry>(`${ENTRY} where a.id = $1 for update of a`, [id]);
    const delegator = entry !== undefined && entry.delegatedBy !== null && entry.delegatedBy === actor.appointmentId;
    if (entry === undefined || (actor.role !== 'administrator' && !delegator)) throw noSuchAppointment();
    return entry;
  }

  /** @throws Problem validation when the times make no sense. */
  private placeInTime(wanted: Omit<WantedAppointment, 'from'> & { from?: number }): WantedAppointment {
    const now = this.clock.now();
    const from = wanted.from ?? now - SKEW_MS;
    if (wanted.until !== null && wanted.until <= Math.max(from, now)) {
      throw refuseFields([{ field: 'until', message: 'must be later than now and than from' }]);
    }
    return { ...wanted, from };
  }

  private async loadFacts(
    sql: Sql,
    { actor }: By,
    organisation: Organisation,
    wanted: WantedAppointment,
  ): Promise<AppointmentFacts> {
    // The person's row is locked, so that two administrators cannot give two roles that exclude each other.
    const [person] = await sql.query<{ enabled: boolean }>(
      'select disabled_at is null as enabled from person where id = $1 for update',
      [wanted.personId],
    );
    if (person === undefined) throw noSuchPerson();
    const others = await sql.query<AppointmentFacts['others'][number]>(
      `select role, organisation_id as "organisationId", jurisdiction from appointment_standing
       where person_id = $1 and valid_from < coalesce($3::timestamptz, 'infinity') and coalesce(valid_until, 'infinity') > $2`,
      [wanted.personId, new Date(wanted.from), wanted.until === null ? null : new Date(wanted.until)],
    );
    return { appointerId: actor.personId, personEnabled: person.enabled, organisation, others };
  }

  private async insert(
    sql: Sql,
    by: By,
    organisationId: string,
    wanted: WantedAppointment,
    delegatedBy: string | null,
  ): Promise<AppointmentEntry> {
    const id = drawId();
    await insertAppointment(sql, { ...wanted, id, organisationId, delegatedBy });
    await this.administration.record(sql, by, {
      kind: delegatedBy === null ? 'appointment-created' : 'appointment-delegated',
      subject: id,
      detail: { personId: wanted.personId, organisationId, role: wanted.role, delegatedBy },
    });
    const [entry] = await sql.query<AppointmentEntry>(`${ENTRY} where a.id = $1`, [id]);
    if (entry === undefined) throw new Error('The new appointment cannot be read');
    return entry;
  }
}

export async function insertAppointment(
  sql: Sql,
  row: WantedAppointment & { id: string; organisationId: string; delegatedBy: string | null },
): Promise<void> {
  await sql.query(
    `insert into appointment (id, person_id, organisation_id, role, jurisdiction, valid_from, valid_until, delegated_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.id,
      row.personId,
      row.organisationId,
      row.role,
      row.jurisdiction,
      new Date(row.from),
      row.until === null ? null : new Date(row.until),
      row.delegatedBy,
    ],
  );
}

async function getOrganisation(sql: Sql, id: string): Promise<Organisation> {
  const [organisation] = await findOrganisations(sql, [id]);
  if (organisation === undefined) throw new Problem('not-found', { detail: 'There is no such organisation' });
  return organisation;
}

function noSuchAppointment(): Problem {
  return new Problem('not-found', { detail: 'There is no such appointment' });
}
