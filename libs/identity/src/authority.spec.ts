import type { Actor } from '#case-kit';
import { PUBLIC_ACTOR, SYSTEM_ACTOR } from '#case-kit';
import { openTestDatabase, type TestDatabase } from '#testing';
import { inTransaction, sqlOf } from '#platform';
import { openWorld, withinASecond, type World } from '../test-support/world.js';
import type { IdentityChange } from './epoch-watch.js';
import { drawId } from './ids.js';
import type { Identity } from './identity.module.js';

let database: TestDatabase;
let world: World;
let ministry: string;
let officerId: string;
let appointmentId: string;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  world = await openWorld(database, Date.now());
  await world.identity.watch.start();
  ministry = await world.addOrganisation('ministry', 'CENTRE');
  officerId = await world.addPerson('officer@adit.example');
  appointmentId = await world.appoint(officerId, ministry, 'central-officer', 'CENTRE');
  await world.identity.watch.catchUp();
});
afterEach(() => world.close());

const epochOf = (identity: Identity = world.identity) => identity.authority.currentEpoch(sqlOf(world.pool));
const stands = async (...actors: Actor[]) => await world.identity.authority.recheck(sqlOf(world.pool), actors);

async function delegate(
  from: string,
  to: string,
  more: { until?: string; jurisdiction?: string } = {},
): Promise<string> {
  const id = drawId();
  await world.pool.query(
    `insert into appointment (id, person_id, organisation_id, role, jurisdiction, valid_from, valid_until, delegated_by)
     select $1, $2, organisation_id, role, coalesce($3, jurisdiction), now() - interval '1 minute', $4, id
     from appointment where id = $5`,
    [id, to, more.jurisdiction ?? null, more.until ?? '2100-01-01T00:00:00Z', from],
  );
  return id;
}

describe('the identity epoch', () => {
  it('moves with every change of who may act, in the transaction of that change', async () => {
    const { sessionId } = await world.logIn('officer@adit.example');
    const changes: [string, unknown[]][] = [
      ['update session set revoked_at = now() where id = $1', [sessionId]],
      ['update person set disabled_at = now() where id = $1', [officerId]],
      ['update person set disabled_at = null where id = $1', [officerId]],
      ['update credential set must_change = true where person_id = $1', [officerId]],
      ['update appointment set revoked_at = now() where id = $1', [appointmentId]],
    ];
    for (const [text, values] of changes) {
      const before = await epochOf();
      await expect(
        inTransaction(world.pool, async (sql) => {
          await sql.query(text, values);
          throw new Error('taken back');
        }),
      ).rejects.toThrow('taken back');
      expect(await epochOf()).toBe(before);
      await world.pool.query(text, values);
      expect(await epochOf()).toBe(before + 1);
    }
    const before = await epochOf();
    await world.appoint(officerId, ministry, 'approving-officer', 'CENTRE');
    expect(await epochOf()).toBe(before + 1);
  });

  it('does not move with a log-in', async () => {
    const before = await epochOf();
    await world.logIn('officer@adit.example');
    expect(await epochOf()).toBe(before);
  });

  it('names whom each step concerns, the holders of delegations too', async () => {
    const deputy = await world.addPerson('deputy@adit.example');
    await delegate(appointmentId, deputy);
    const before = await epochOf();
    await world.pool.query('update person set disabled_at = now() where id = $1', [officerId]);
    const { rows } = await world.pool.query('select person_id from identity_change where epoch > $1 order by epoch', [
      before,
    ]);
    expect(rows).toEqual([{ person_id: officerId }, { person_id: deputy }]);
  });

  it('cannot be moved, nor its history written, by the application itself', async () => {
    for (const text of [
      'update identity_epoch set epoch = 0',
      `insert into identity_change values (99999, 'someone', null)`,
      'delete from identity_change',
      `select note_identity_change('someone', null)`,
      'update security_event set ip = null',
      'delete from security_event',
      'truncate security_event',
      `update appointment set role = 'administrator'`,
      'delete from appointment',
      `update person set email = 'other@adit.example'`,
      `update session set expires_at = 'infinity'`,
    ]) {
      await expect(world.pool.query(text)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('lets no revocation be taken back', async () => {
    await world.pool.query('update appointment set revoked_at = now()');
    await expect(world.pool.query('update appointment set revoked_at = null')).rejects.toThrow('final');
    await world.logIn('officer@adit.example');
    await world.pool.query('update session set revoked_at = now()');
    await expect(world.pool.query('update session set revoked_at = null')).rejects.toThrow('final');
  });

  it('makes concurrent changes wait for each other at their commit only, never for ever', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, (_, i) => world.addPerson(`p${i}@adit.example`)));
    const before = await epochOf();
    await Promise.all(
      people.map((id, i) =>
        inTransaction(world.pool, async (sql) => {
          // Each locks two people, in an order that would deadlock if the epoch were locked in between.
          await sql.query('update person set disabled_at = now() where id = $1', [id]);
          await new Promise((resolve) => setTimeout(resolve, 5));
          await sql.query('insert into appointment (id, person_id, organisation_id, role) values ($1, $2, $3, $4)', [
            drawId(),
            people[(i + 1) % people.length],
            ministry,
            'central-officer',
          ]);
        }),
      ),
    );
    expect(await epochOf()).toBe(before + 16);
  });
});

describe('the recheck of actors', () => {
  it('answers for each in order, with the public and the system always standing', async () => {
    const actor = await world.actorOf('officer@adit.example');
    expect(await stands(SYSTEM_ACTOR, actor, PUBLIC_ACTOR, { ...actor, sessionId: 'other' }, actor)).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
    expect(await stands()).toEqual([]);
  });

  it('finds every part of an actor that no longer is or never was', async () => {
    const actor = await world.actorOf('officer@adit.example');
    const forged: Partial<Actor>[] = [
      { personId: 'other' },
      { sessionId: null },
      { appointmentId: null },
      { role: 'administrator' },
      { organisationId: 'other' },
      { jurisdiction: 'OD' },
      { jurisdiction: null },
    ];
    expect(await stands(...forged.map((part) => ({ ...actor, ...part })))).toEqual(forged.map(() => false));
  });

  it.each([
    ['the session is revoked', 'update session set revoked_at = now()'],
    ['the session has expired', `update session set expires_at = now() - interval '1 second'`],
    ['the person is disabled', 'update person set disabled_at = now()'],
    ['the appointment is revoked', 'update appointment set revoked_at = now()'],
    ['the appointment has ended', `update appointment set valid_until = now() - interval '1 second'`],
    ['the appointment has not begun', `update appointment set valid_from = now() + interval '1 hour'`],
  ])('says no when %s', async (_, text) => {
    const actor = await world.actorOf('officer@adit.example');
    expect(await stands(actor)).toEqual([true]);
    await world.admin.query(text);
    expect(await stands(actor)).toEqual([false]);
  });

  it('ends a delegation with its source, with its delegator, and with its own time', async () => {
    const deputy = await world.addPerson('deputy@adit.example');
    const id = await delegate(appointmentId, deputy, { jurisdiction: 'OD' });
    const actor = await world.actorOf('deputy@adit.example');
    expect(actor).toMatchObject({ appointmentId: id, role: 'central-officer', jurisdiction: 'OD' });
    expect(await stands(actor)).toEqual([true]);

    await world.admin.query('update person set disabled_at = now() where id = $1', [officerId]);
    expect(await stands(actor)).toEqual([false]);
    await world.admin.query('update person set disabled_at = null where id = $1', [officerId]);
    expect(await stands(actor)).toEqual([true]);

    await world.admin.query(`update appointment set valid_until = now() - interval '1 s' where id = $1`, [
      appointmentId,
    ]);
    expect(await stands(actor)).toEqual([false]);
    await world.admin.query(`update appointment set valid_until = null where id = $1`, [appointmentId]);
    await world.admin.query(`update appointment set valid_until = now() - interval '1 s' where id = $1`, [id]);
    expect(await stands(actor)).toEqual([false]);
    await world.admin.query(`update appointment set valid_until = 'infinity' where id = $1`, [id]);
    expect(await stands(actor)).toEqual([true]);

    await world.admin.query('update appointment set revoked_at = now() where id = $1', [appointmentId]);
    expect(await stands(actor)).toEqual([false]);
  });

  it('gives nothing to a delegation that was written wider than its source', async () => {
    const deputy = await world.addPerson('deputy@adit.example');
    const narrow = await world.appoint(officerId, ministry, 'approving-officer', 'OD');
    await delegate(narrow, deputy, { jurisdiction: 'CENTRE' });
    await expect(world.actorOf('deputy@adit.example')).rejects.toMatchObject({ status: 403 });
  });
});

describe('a revocation', () => {
  it('is known to this process at once and to every other within a second', async () => {
    const other = world.openIdentity();
    await other.watch.start();
    const heard: IdentityChange[] = [];
    other.authority.onRevocation((changes) => heard.push(...changes));
    const session = await world.logIn('officer@adit.example');
    const claims = { sub: officerId, sid: session.sessionId };
    await other.principals.resolve(claims);

    await world.identity.sessions.end(session, { ip: '192.0.2.1' });
    await expect(world.identity.principals.resolve(claims)).rejects.toMatchObject({ slug: 'token-expired' });
    await withinASecond(() => heard.length > 0);
    expect(heard).toMatchObject([{ personId: officerId, sessionId: session.sessionId }]);
    await expect(other.principals.resolve(claims)).rejects.toMatchObject({ slug: 'token-expired' });
  });

  it('of an appointment reaches the next request, whoever made it', async () => {
    const session = await world.logIn('officer@adit.example');
    const claims = { sub: officerId, sid: session.sessionId };
    const { principals } = world.identity;
    expect((await principals.resolve(claims)).appointments).toHaveLength(1);
    // By hand in the database: no code of ours has to remember to tell.
    await world.admin.query('update appointment set revoked_at = now()');
    await withinASecond(async () => (await principals.resolve(claims)).appointments.length === 0);
  });

  it('does not stop the listeners after one that fails, and a listener can leave', async () => {
    const heard: string[] = [];
    world.identity.authority.onRevocation(() => {
      throw new Error('a broken stream');
    });
    const leave = world.identity.authority.onRevocation(() => heard.push('told'));
    await world.pool.query('update person set disabled_at = now() where id = $1', [officerId]);
    await world.identity.watch.catchUp();
    expect(heard).toEqual(['told']);
    leave();
    await world.pool.query('update person set disabled_at = null where id = $1', [officerId]);
    await world.identity.watch.catchUp();
    expect(heard).toEqual(['told']);
  });
});

describe('what a process remembers of a person', () => {
  it('is read once, keeps up with the epoch, and is read again after a change of that person only', async () => {
    const session = await world.logIn('officer@adit.example');
    const claims = { sub: officerId, sid: session.sessionId };
    const { principals, watch } = world.identity;
    const first = await principals.resolve(claims);
    expect(await principals.resolve(claims)).toBe(first);

    const stranger = await world.addPerson('stranger@adit.example');
    await world.pool.query('update person set disabled_at = now() where id = $1', [stranger]);
    await watch.catchUp();
    const later = await principals.resolve(claims);
    expect(later.epoch).toBe(first.epoch + 1);
    expect(later.appointments).toBe(first.appointments);

    await world.appoint(officerId, ministry, 'approving-officer', 'CENTRE');
    await watch.catchUp();
    expect((await principals.resolve(claims)).appointments).toHaveLength(2);
  });

  it('is not believed after its log-in has expired, nor when the epoch could not be followed', async () => {
    const session = await world.logIn('officer@adit.example');
    const claims = { sub: officerId, sid: session.sessionId };
    const { principals, watch } = world.identity;
    await principals.resolve(claims);

    await watch.stop();
    world.clock.advance(3000);
    await world.admin.query('update session set revoked_at = now()');
    await expect(principals.resolve(claims)).rejects.toMatchObject({ slug: 'token-expired' });

    const again = await world.logIn('officer@adit.example');
    const next = { sub: officerId, sid: again.sessionId };
    await watch.catchUp();
    await principals.resolve(next);
    world.clock.advance(15 * 86_400_000);
    await watch.catchUp();
    await expect(principals.resolve(next)).rejects.toMatchObject({ slug: 'token-expired' });
  });
});
