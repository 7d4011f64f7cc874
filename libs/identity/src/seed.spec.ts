import { openTestDatabase, type TestDatabase } from '#testing';
import { sqlOf } from '#platform';
import { openWorld, quickPasswords, type World } from '../test-support/world.js';
import { APPOINTABLE_ROLES } from './roles.js';
import { DEMO_PASSWORD, countDemoAccounts, seedDemo } from './seed.js';

describe('the demonstration seed', () => {
  let database: TestDatabase;
  let world: World;

  beforeAll(async () => {
    database = await openTestDatabase();
    world = await openWorld(database, Date.now());
  });
  afterAll(async () => {
    await world.close();
    await database.close();
  });

  const logIn = async (email: string) => {
    const session = await world.identity.sessions.begin(email, DEMO_PASSWORD, { ip: '192.0.2.1' });
    return await world.identity.principals.resolve({ sub: session.personId, sid: session.sessionId });
  };

  it('gives an account for every role, each of which can log in and act', async () => {
    const accounts = await seedDemo(world.pool, quickPasswords());
    expect(new Set(accounts.map(({ role }) => role))).toEqual(new Set(APPOINTABLE_ROLES));
    for (const { email, role, organisation } of accounts) {
      const principal = await logIn(email);
      const actor = world.identity.principals.chooseActor(principal, role);
      expect(actor.role).toBe(role);
      expect(principal.appointments.map((held) => held.organisation.name)).toContain(organisation);
    }
    expect(await countDemoAccounts(sqlOf(world.pool))).toBe(new Set(accounts.map(({ email }) => email)).size);
  });

  it('has one person with two roles, and one who acts on behalf of an officer', async () => {
    const both = await logIn('two-roles@adit.example');
    expect(both.appointments.map(({ role }) => role)).toEqual(['approving-officer', 'central-officer']);
    const deputy = await logIn('odisha-deputy@adit.example');
    expect(deputy.appointments).toMatchObject([{ role: 'state-officer', jurisdiction: 'OD', delegated: true }]);
  });

  it('changes nothing the second time, nor when two processes do it at once', async () => {
    const count = async () =>
      (
        await world.admin.query(
          `select (select count(*) from person) || ' ' || (select count(*) from appointment) || ' ' ||
                  (select count(*) from organisation) as counts, (select epoch from identity_epoch) as epoch`,
        )
      ).rows[0];
    const before = await count();
    expect(await seedDemo(world.pool, quickPasswords())).toHaveLength(21);
    expect(await count()).toEqual(before);

    await world.admin.query('truncate person, organisation cascade');
    await Promise.all([seedDemo(world.pool, quickPasswords()), seedDemo(world.pool, quickPasswords())]);
    expect((await count()).counts).toBe(before.counts);
  });

  it('leaves what an administrator has changed', async () => {
    await world.admin.query(`update person set disabled_at = now() where email = 'bidder1@adit.example'`);
    await seedDemo(world.pool, quickPasswords());
    await expect(logIn('bidder1@adit.example')).rejects.toMatchObject({ status: 401 });
  });

  it('counts whoever a story or a replay has made, since the password of those is no secret either', async () => {
    const before = await countDemoAccounts(sqlOf(world.pool));
    const personId = await world.addPerson('patnaik-minerals@replay.example');
    expect(await countDemoAccounts(sqlOf(world.pool))).toBe(before + 1);
    await world.admin.query('update person set disabled_at = now() where id = $1', [personId]);
    expect(await countDemoAccounts(sqlOf(world.pool))).toBe(before);
  });
});
