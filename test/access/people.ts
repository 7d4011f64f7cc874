import type { ApiWorld } from '../support/api-world.js';
import { appointPerson } from '../support/auction-bidders.js';
import { expectStatus } from '../support/client.js';
import { forEachAtOnce } from '../support/wire.js';
import { CALLERS, nameOf, POSTS, type Caller } from './callers.js';

/** A caller who can be asked as: his name in the demonstration, his token, his appointment. */
export interface Person {
  readonly name: string;
  readonly token: string;
  readonly appointmentId: string;
}

/** People of the demonstration who stand where the page says `own`; whoever is missing is appointed. */
const KNOWN: Readonly<Record<string, string>> = {
  'central-officer': 'central',
  'state-officer': 'odisha',
  'evaluation-member': 'member',
  'evaluation-chair': 'chair',
  'platform-operator': 'operator',
  'rule-book-owner': 'rules',
  bidder: 'bidder1',
  'agency-officer': 'agency',
  auditor: 'auditor',
  administrator: 'administrator',
};

interface Organisation {
  readonly id: string;
  readonly kind: string;
  readonly jurisdiction: string | null;
}

interface Me {
  readonly appointments: readonly { readonly id: string; readonly organisation: { readonly id: string } }[];
}

/** Everybody whom the page names, appointed over HTTP and logged in; those whose appointment ended have had one. */
export async function appointCallers(world: ApiWorld): Promise<ReadonlyMap<Caller, Person>> {
  const administrator = await world.as('administrator');
  const listed = await administrator.get('/v1/organisations').then(expectStatus(200));
  const organisations = listed.body as readonly Organisation[];
  const made = new Map<string, Promise<string>>();
  const others = (kind: string, jurisdiction: string | null, suffix: string): Promise<string> => {
    const key = `${kind} ${jurisdiction} ${suffix}`;
    const known = made.get(key) ?? makeOrganisation(kind, jurisdiction, suffix);
    made.set(key, known);
    return known;
  };
  const makeOrganisation = async (kind: string, jurisdiction: string | null, suffix: string): Promise<string> => {
    const form = { kind, name: `Invented ${kind} ${suffix}`, ...(jurisdiction !== null && { jurisdiction }) };
    const { body } = await administrator.post('/v1/organisations', form).then(expectStatus(201));
    return (body as Organisation).id;
  };
  const people = new Map<Caller, Person>();
  await forEachAtOnce(CALLERS, 4, async (caller) => {
    if (caller.role === 'nobody') return;
    people.set(caller, await appoint(world, caller, organisations, others));
  });
  return people;
}

async function appoint(
  world: ApiWorld,
  caller: Caller,
  organisations: readonly Organisation[],
  others: (kind: string, jurisdiction: string | null, suffix: string) => Promise<string>,
): Promise<Person> {
  const { role, standing } = caller;
  if (role === 'nobody') throw new Error('nobody has no appointment');
  const { kind, own, other, abroad } = POSTS[role];
  const known = standing === 'own' ? KNOWN[role] : undefined;
  const name =
    known ??
    nameOf(caller)
      .replaceAll(/[^a-zA-Z]+/g, '-')
      .toLowerCase();
  if (known === undefined) {
    const home = organisations.find((each) => each.kind === kind && each.jurisdiction === own)?.id ?? '';
    // A ministry is for the whole Union: who serves one State in it has a narrower appointment.
    const far = kind === 'ministry' ? home : standing === 'other State' ? await others(kind, abroad, 'abroad') : home;
    const place = standing === 'other organisation' ? await others(kind, other, 'beside') : far;
    const id = await appointPerson(
      world,
      name,
      place,
      role,
      standing === 'other State' ? (abroad ?? undefined) : undefined,
    );
    if (standing === 'ended') await revoke(world, id);
  }
  const client = await world.as(name);
  const { appointments } = (await client.get('/v1/me').then(expectStatus(200))).body as Me;
  return { name, token: client.token, appointmentId: appointments[0]?.id ?? 'none-any-more' };
}

async function revoke(world: ApiWorld, appointmentId: string): Promise<void> {
  const administrator = await world.as('administrator');
  const reason = 'The appointment has ended.';
  await administrator.post(`/v1/appointments/${appointmentId}/revoke`, { reason }).then(expectStatus(204));
}
