import { ApiProperty } from '@nestjs/swagger';
import { describeAppointment, listActiveAppointments, type Principal } from './acting.js';
import type { AppointmentEntry } from './appointments.js';
import type { Organisation } from './organisations.js';
import type { InitialPassword, Person } from './people.js';
import { APPOINTABLE_ROLES, ORGANISATION_KINDS, type AppointableRole, type OrganisationKind } from './roles.js';
import { SECURITY_EVENT_KINDS, type SecurityEventEntry, type SecurityEventKind } from './security-events.js';
import type { SessionTokens } from './sessions.js';

const INSTANT = { type: String, format: 'date-time' } as const;

export class OrganisationView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: ORGANISATION_KINDS })
  kind!: OrganisationKind;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'OD' })
  jurisdiction!: string | null;
}

export class OrganisationRefView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ORGANISATION_KINDS })
  kind!: OrganisationKind;
}

export class HeldAppointmentView {
  @ApiProperty({ description: 'Name it in the header Adit-Acting-As.' })
  id!: string;

  @ApiProperty({ enum: APPOINTABLE_ROLES })
  role!: AppointableRole;

  @ApiProperty({ type: OrganisationRefView })
  organisation!: OrganisationRefView;

  @ApiProperty({ type: String, nullable: true, example: 'OD' })
  jurisdiction!: string | null;

  @ApiProperty({ ...INSTANT, nullable: true })
  until!: string | null;

  @ApiProperty({ description: 'Held on behalf of somebody whose appointment it is.' })
  delegated!: boolean;
}

export class PersonRefView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;
}

export class MeView {
  @ApiProperty({ type: PersonRefView })
  person!: PersonRefView;

  @ApiProperty({ type: [HeldAppointmentView], description: 'Those that count now.' })
  appointments!: HeldAppointmentView[];

  @ApiProperty({ description: 'Nothing but PUT /v1/me/password is open until the password was changed.' })
  mustChangePassword!: boolean;

  @ApiProperty({ ...INSTANT, description: 'When this log-in ends, however often it is refreshed.' })
  sessionExpiresAt!: string;
}

export class TokensView {
  @ApiProperty({ description: 'Send it as Authorization: Bearer.' })
  accessToken!: string;

  @ApiProperty({ example: 600, description: 'Seconds.' })
  expiresIn!: number;

  @ApiProperty({ description: 'Serves once, for the next access token.' })
  refreshToken!: string;
}

export class SessionView extends TokensView {
  @ApiProperty({ type: PersonRefView })
  person!: PersonRefView;

  @ApiProperty({ type: [HeldAppointmentView] })
  appointments!: HeldAppointmentView[];

  @ApiProperty()
  mustChangePassword!: boolean;
}

export class PersonView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ format: 'email' })
  email!: string;

  @ApiProperty({ description: 'Made by the demonstration seed.' })
  demo!: boolean;

  @ApiProperty(INSTANT)
  createdAt!: string;

  @ApiProperty({ ...INSTANT, nullable: true })
  disabledAt!: string | null;
}

export class InitialPasswordView implements InitialPassword {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'Shown this once; it opens nothing but its own change.' })
  initialPassword!: string;
}

export class AppointmentView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  personId!: string;

  @ApiProperty()
  organisationId!: string;

  @ApiProperty({ enum: APPOINTABLE_ROLES })
  role!: AppointableRole;

  @ApiProperty({ type: String, nullable: true, example: 'OD' })
  jurisdiction!: string | null;

  @ApiProperty(INSTANT)
  from!: string;

  @ApiProperty({ ...INSTANT, nullable: true })
  until!: string | null;

  @ApiProperty({ ...INSTANT, nullable: true })
  revokedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The appointment from which this one is delegated.' })
  delegatedBy!: string | null;

  @ApiProperty({ description: 'Whether it counts now.' })
  active!: boolean;
}

export class SecurityEventView {
  @ApiProperty()
  id!: number;

  @ApiProperty(INSTANT)
  at!: string;

  @ApiProperty({ enum: SECURITY_EVENT_KINDS })
  kind!: SecurityEventKind;

  @ApiProperty({ type: String, nullable: true })
  personId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  sessionId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Id of what it was done to.' })
  subject!: string | null;

  @ApiProperty({ type: String, nullable: true })
  ip!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  detail!: Readonly<Record<string, unknown>>;
}

export function viewMe(principal: Principal, at: number): MeView {
  return {
    person: { id: principal.personId, name: principal.name },
    appointments: listActiveAppointments(principal, at).map(describeAppointment),
    mustChangePassword: principal.mustChangePassword,
    sessionExpiresAt: new Date(principal.sessionExpiresAt).toISOString(),
  };
}

export function viewTokens({ accessToken, expiresIn, refreshToken }: SessionTokens): TokensView {
  return { accessToken, expiresIn, refreshToken };
}

export function viewSession(tokens: SessionTokens, principal: Principal, at: number): SessionView {
  const { person, appointments, mustChangePassword } = viewMe(principal, at);
  return { ...viewTokens(tokens), person, appointments, mustChangePassword };
}

export function viewOrganisation({ id, kind, name, jurisdiction }: Organisation): OrganisationView {
  return { id, kind, name, jurisdiction };
}

export function viewPerson({ id, name, email, demo, createdAt, disabledAt }: Person): PersonView {
  return {
    id,
    name,
    email,
    demo,
    createdAt: createdAt.toISOString(),
    disabledAt: disabledAt?.toISOString() ?? null,
  };
}

export function viewAppointment(entry: AppointmentEntry): AppointmentView {
  return {
    ...entry,
    from: entry.from.toISOString(),
    until: entry.until?.toISOString() ?? null,
    revokedAt: entry.revokedAt?.toISOString() ?? null,
  };
}

export function viewSecurityEvent(entry: SecurityEventEntry): SecurityEventView {
  return { ...entry, at: entry.at.toISOString() };
}
