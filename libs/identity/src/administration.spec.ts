import type { Actor } from '#case-kit';
import { Problem, sqlOf } from '#platform';
import { openTestDatabase, type TestDatabase } from '#testing';
import { PASSWORD, openWorld, quickPasswords, type World } from '../test-support/world.js';
import type { By } from './administration.js';
import { createFirstAdministrator } from './first-administrator.js';
import { drawId } from './ids.js';

let database: TestDatabase;
let world: World;
let platform: string;
let administratorId: string;
let by: By;

const place = { ip: '192.0.2.9' };
const DAY = 86_400_000;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  world = await openWorld(database, Date.now());
  platform = await world.addOrganisation('platform');
  administratorId = await world.addPerson('administrator@adit.example');
  await world.appoint(administratorId, platform, 'administrator');
  by = { actor: await world.actorOf('administrator@adit.example'), place };
});
afterEach(() => world.close());

async function refusalOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

async function rulesRefused(work: Promise<unknown>): Promise<string[]> {
  const problem = await refusalOf(work);
  expect(problem.status).toBe(422);
  return (problem.extensions['refusals'] as { rule: string }[]).map(({ rule }) => rule);
}

async function eventsOf(kind: string): Promise<Record<string, unknown>[]> {
  const { rows } = await world.admin.query<Record<string, unknown>>(
    'select person_id, subject, ip, detail from security_event where kind = $1 order by id',
    [kind],
  );
  return rows;
}

const bySomebody = async (email: string, actingAs?: string): Promise<By> => ({
  actor: await world.actorOf(email, actingAs),
  place,
});

describe('an administrator', () => {
  it('creates an organisation, a person and an appointment, each of which is a security event', async () => {
    const { organisations, people, appointments, sessions } = world.identity;
    const odisha = await organisations.create(by, {
      kind: 'state-directorate',
      name: 'Directorate, Odisha',
      jurisdiction: 'OD',
    });
    const { id: personId, initialPassword } = await people.create(by, {
      name: 'Farhan Demo',
      email: ' Farhan@Adit.Example ',
    });
    const appointment = await appointments.create(by, { personId, organisationId: odisha.id, role: 'state-officer' });
    expect(appointment).toMatchObject({
      personId,
      role: 'state-officer',
      jurisdiction: 'OD',
      active: true,
      until: null,
    });

    const tokens = await sessions.begin('farhan@adit.example', initialPassword, place);
    const principal = await world.identity.principals.resolve({ sub: tokens.personId, sid: tokens.sessionId });
    expect(principal).toMatchObject({ mustChangePassword: true, appointments: [{ id: appointment.id }] });

    for (const [kind, subject] of [
      ['organisation-created', odisha.id],
      ['person-created', personId],
      ['appointment-created', appointment.id],
    ] as const) {
      expect(await eventsOf(kind)).toMatchObject([
        { person_id: administratorId, subject, ip: place.ip, detail: { actingAs: by.actor.appointmentId } },
      ]);
    }
  });

  it('gives himself no role, and the attempt is kept', async () => {
    const ministry = await world.addOrganisation('ministry', 'CENTRE');
    const attempt = world.identity.appointments.create(by, {
      personId: administratorId,
      organisationId: ministry,
      role: 'central-officer',
    });
    expect(await rulesRefused(attempt)).toEqual(['nobody-appoints-himself', 'role-stands-alone']);
    expect(await eventsOf('administration-refused')).toMatchObject([
      { person_id: administratorId, detail: { refusals: [{ rule: 'nobody-appoints-himself' }, {}] } },
    ]);
  });

  it('is given no case role by another administrator either, in whatever order', async () => {
    const ministry = await world.addOrganisation('ministry', 'CENTRE');
    const other = await world.addPerson('other@adit.example');
    const { appointments } = world.identity;
    await appointments.create(by, { personId: other, organisationId: platform, role: 'administrator' });
    const officer = { personId: other, organisationId: ministry, role: 'central-officer' as const };
    expect(await rulesRefused(appointments.create(by, officer))).toEqual(['role-stands-alone']);
    // Nor for a later time that overlaps.
    const later = { ...officer, from: world.clock.now() + 30 * DAY };
    expect(await rulesRefused(appointments.create(by, later))).toEqual(['role-stands-alone']);

    const both = await world.addPerson('both@adit.example');
    const results = await Promise.allSettled([
      appointments.create(by, { personId: both, organisationId: ministry, role: 'central-officer' }),
      appointments.create(by, { personId: both, organisationId: platform, role: 'administrator' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('who has lost his appointment does nothing more with what he was read as', async () => {
    await world.admin.query('update appointment set revoked_at = now()');
    const problem = await refusalOf(world.identity.people.create(by, { name: 'Too Late', email: 'late@adit.example' }));
    expect(problem.status).toBe(401);
    expect((await world.admin.query(`select 1 from person where email = 'late@adit.example'`)).rowCount).toBe(0);
  });

  it('cannot be the last one to go', async () => {
    const { people, appointments } = world.identity;
    const own = by.actor.appointmentId ?? '';
    expect(await rulesRefused(people.disable(by, administratorId, 'leaving'))).toEqual(['administrator-remains']);
    expect(await rulesRefused(appointments.revoke(by, own, 'leaving'))).toEqual(['administrator-remains']);
    const other = await world.addPerson('other@adit.example');
    await appointments.create(by, { personId: other, organisationId: platform, role: 'administrator' });
    await appointments.revoke(by, own, 'leaving');
  });

  it('and another, who end each other at the same moment, do not both succeed', async () => {
    const { appointments } = world.identity;
    const other = await world.addPerson('other@adit.example');
    const theirs = await appointments.create(by, { personId: other, organisationId: platform, role: 'administrator' });
    const byOther = await bySomebody('other@adit.example');
    await Promise.allSettled([
      appointments.revoke(by, theirs.id, 'no'),
      appointments.revoke(byOther, by.actor.appointmentId ?? '', 'no'),
    ]);
    const { rows } = await world.admin.query(
      `select id from appointment where role = 'administrator' and revoked_at is null`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(1);
  });

  it('disables a person at once, and enables him again', async () => {
    const { people, principals, authority } = world.identity;
    const ministry = await world.addOrganisation('ministry', 'CENTRE');
    const officer = await world.addPerson('officer@adit.example');
    await world.appoint(officer, ministry, 'central-officer', 'CENTRE');
    await world.identity.watch.start();
    const session = await world.logIn('officer@adit.example');
    const claims = { sub: officer, sid: session.sessionId };
    const actor = principals.chooseActor(await principals.resolve(claims));

    await people.disable(by, officer, 'transferred');
    await expect(principals.resolve(claims)).rejects.toMatchObject({ status: 401 });
    expect(await authority.recheck(sqlOf(world.pool), [actor])).toEqual([false]);
    expect((await refusalOf(world.logIn('officer@adit.example'))).status).toBe(401);
    await people.enable(by, officer, 'returned');
    await world.logIn('officer@adit.example');
    // The old log-in stays ended.
    await expect(principals.resolve(claims)).rejects.toMatchObject({ status: 401 });
    expect(await eventsOf('person-disabled')).toMatchObject([{ subject: officer, detail: { reason: 'transferred' } }]);
  });

  it('resets a password without learning to act: the new one opens nothing but its change', async () => {
    const { people, sessions } = world.identity;
    const officer = await world.addPerson('officer@adit.example');
    const before = await world.logIn('officer@adit.example');
    const { initialPassword } = await people.resetPassword(by, officer, 'forgotten');
    expect((await refusalOf(world.logIn('officer@adit.example'))).status).toBe(401);
    expect((await refusalOf(sessions.refresh(before.refreshToken, place))).status).toBe(401);
    const session = await sessions.begin('officer@adit.example', initialPassword, place);
    await sessions.changePassword(session, initialPassword, 'a wholly new phrase', place);
    const again = await sessions.begin('officer@adit.example', 'a wholly new phrase', place);
    const principal = await world.identity.principals.resolve({ sub: officer, sid: again.sessionId });
    expect(principal.mustChangePassword).toBe(false);
  });

  it('is told by the rule what is taken, unfit or not there', async () => {
    const { people, organisations, appointments } = world.identity;
    const person = { name: 'Second', email: 'ADMINISTRATOR@adit.example' };
    expect(await rulesRefused(people.create(by, person))).toEqual(['email-is-unique']);
    await organisations.create(by, { kind: 'bidder', name: 'A Firm', jurisdiction: null });
    const firm = { kind: 'bidder', name: 'A Firm', jurisdiction: null } as const;
    expect(await rulesRefused(organisations.create(by, firm))).toEqual(['organisation-is-unique']);
    const nowhere = { kind: 'state-directorate', name: 'Nowhere', jurisdiction: null } as const;
    expect(await rulesRefused(organisations.create(by, nowhere))).toEqual(['organisation-has-territory']);

    const wanted = { personId: drawId(), organisationId: platform, role: 'platform-operator' as const };
    expect((await refusalOf(appointments.create(by, wanted))).status).toBe(404);
    const elsewhere = { personId: administratorId, organisationId: drawId(), role: 'auditor' as const };
    expect((await refusalOf(appointments.create(by, elsewhere))).status).toBe(404);
    expect((await refusalOf(people.get(by, drawId()))).status).toBe(404);
    expect((await refusalOf(people.disable(by, drawId(), 'gone'))).status).toBe(404);
    const ended = { ...wanted, personId: administratorId, until: world.clock.now() - 1 };
    expect((await refusalOf(appointments.create(by, ended))).status).toBe(400);
  });

  it('finds people by part of a name or e-mail, page by page', async () => {
    const { people } = world.identity;
    for (let i = 0; i < 5; i += 1) await world.addPerson(`many${i}@adit.example`);
    expect(await people.list(by, { search: 'ADMINISTRATOR', limit: 50 })).toMatchObject([{ id: administratorId }]);
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await people.list(by, { search: 'many', limit: 2, ...(after !== undefined && { after }) });
      seen.push(...page.map(({ email }) => email));
      after = page.at(-1)?.id;
      if (after === undefined) break;
    }
    expect(seen.sort()).toEqual([0, 1, 2, 3, 4].map((i) => `many${i}@adit.example`));
  });
});

describe('nobody but an administrator', () => {
  it('manages people', async () => {
    const ministry = await world.addOrganisation('ministry', 'CENTRE');
    const officer = await world.addPerson('officer@adit.example');
    await world.appoint(officer, ministry, 'central-officer', 'CENTRE');
    const byOfficer = await bySomebody('officer@adit.example');
    const { people, organisations, appointments } = world.identity;
    const attempts = [
      people.create(byOfficer, { name: 'Somebody', email: 'somebody@adit.example' }),
      people.list(byOfficer, { limit: 1 }),
      people.get(byOfficer, officer),
      people.disable(byOfficer, administratorId, 'no'),
      people.enable(byOfficer, administratorId, 'no'),
      people.resetPassword(byOfficer, administratorId, 'no'),
      organisations.create(byOfficer, { kind: 'bidder', name: 'A Firm', jurisdiction: null }),
      organisations.list(byOfficer),
      appointments.create(byOfficer, { personId: officer, organisationId: ministry, role: 'approving-officer' }),
      appointments.list(byOfficer, { limit: 1 }),
    ];
    for (const attempt of attempts) expect((await refusalOf(attempt)).status).toBe(403);
  });
});

describe('the holder of an appointment', () => {
  let ministry: string;
  let officerId: string;
  let deputyId: string;
  let source: string;
  let byOfficer: By;

  beforeEach(async () => {
    ministry = await world.addOrganisation('ministry', 'CENTRE');
    officerId = await world.addPerson('officer@adit.example');
    deputyId = await world.addPerson('deputy@adit.example');
    source = await world.appoint(officerId, ministry, 'central-officer', 'CENTRE');
    byOfficer = await bySomebody('officer@adit.example');
  });

  it('delegates it, narrower if he wants, and takes that back', async () => {
    const { appointments } = world.identity;
    const delegation = await appointments.delegate(byOfficer, source, {
      personId: deputyId,
      jurisdiction: 'OD',
      until: world.clock.now() + DAY,
    });
    expect(delegation).toMatchObject({
      role: 'central-officer',
      jurisdiction: 'OD',
      delegatedBy: source,
      active: true,
    });
    const deputy: Actor = await world.actorOf('deputy@adit.example');
    expect(deputy).toMatchObject({ organisationId: ministry, appointmentId: delegation.id, jurisdiction: 'OD' });
    await appointments.revoke(byOfficer, delegation.id, 'back from leave');
    await expect(world.actorOf('deputy@adit.example')).rejects.toMatchObject({ status: 403 });
  });

  it('delegates nothing to himself, nothing wider, and nothing that is delegated to him', async () => {
    const { appointments } = world.identity;
    const until = world.clock.now() + DAY;
    expect(await rulesRefused(appointments.delegate(byOfficer, source, { personId: officerId, until }))).toContain(
      'nobody-appoints-himself',
    );
    const narrow = await world.appoint(officerId, ministry, 'approving-officer', 'OD');
    const byApprover = await bySomebody('officer@adit.example', 'approving-officer');
    const wider = { personId: deputyId, until, jurisdiction: 'RJ' };
    expect(await rulesRefused(appointments.delegate(byApprover, narrow, wider))).toEqual(['delegation-within-source']);

    const delegation = await appointments.delegate(byOfficer, source, { personId: deputyId, until });
    const byDeputy = await bySomebody('deputy@adit.example');
    const third = await world.addPerson('third@adit.example');
    const again = appointments.delegate(byDeputy, delegation.id, { personId: third, until: until - 1000 });
    expect(await rulesRefused(again)).toEqual(['delegation-is-not-delegated']);
  });

  it('has no reach over the appointments of others: for him they do not exist', async () => {
    const { appointments } = world.identity;
    const foreign = by.actor.appointmentId ?? '';
    const wanted = { personId: deputyId, until: world.clock.now() + DAY };
    expect((await refusalOf(appointments.delegate(byOfficer, foreign, wanted))).status).toBe(404);
    expect((await refusalOf(appointments.revoke(byOfficer, foreign, 'no'))).status).toBe(404);
    expect((await refusalOf(appointments.revoke(byOfficer, source, 'not even his own'))).status).toBe(404);
  });

  it('loses with it what he delegated from it', async () => {
    const { appointments } = world.identity;
    await appointments.delegate(byOfficer, source, { personId: deputyId, until: world.clock.now() + DAY });
    const deputy = await world.actorOf('deputy@adit.example');
    await appointments.revoke(by, source, 'transferred');
    expect(await world.identity.authority.recheck(sqlOf(world.pool), [deputy])).toEqual([false]);
    const wanted = { personId: deputyId, until: world.clock.now() + DAY };
    expect(await rulesRefused(appointments.delegate(by, source, wanted))).toEqual(['source-stands']);
  });
});

describe('the first administrator', () => {
  it('is made in an empty installation only', async () => {
    const person = { name: 'First', email: 'first@adit.example' };
    expect(await rulesRefused(createFirstAdministrator(world.pool, quickPasswords(), person))).toEqual([
      'nobody-appoints-himself',
    ]);
    await world.admin.query('truncate organisation, person cascade');
    const { id, initialPassword } = await createFirstAdministrator(world.pool, quickPasswords(), person);
    expect(initialPassword).not.toBe(PASSWORD);
    const session = await world.identity.sessions.begin(person.email, initialPassword, place);
    expect(session.personId).toBe(id);
    const principal = await world.identity.principals.resolve({ sub: id, sid: session.sessionId });
    expect(principal).toMatchObject({ mustChangePassword: true, appointments: [{ role: 'administrator' }] });
  });
});
