import { DEMO_PASSWORD } from '#identity';
import type { ApiWorld } from './api-world.js';
import { expectStatus, type Client } from './client.js';

/** A company that is ready to bid: a person who acts for it, its entry in the register, a stored paper. */
export interface Bidder {
  /** As `ApiWorld.as` knows its person. */
  readonly name: string;
  readonly organisationId: string;
  readonly legalName: string;
  readonly documentId: string;
}

export interface Profile {
  readonly legalName?: string;
  readonly netWorth?: string;
  readonly links?: readonly { readonly relatedParty: string; readonly relation: string }[];
}

const DEMO_COMPANIES: Readonly<Record<string, string>> = {
  bidder1: 'Konark Demo Minerals Limited',
  bidder2: 'Aravalli Demo Metals Limited',
  bidder3: 'Narmada Demo Resources Limited',
};

/** Rs 900 crore: more than any block of practice asks for. */
const NET_WORTH = '9000000000.00';

export const paperOf = (name: string): Buffer => Buffer.from(`%PDF-1.7\n% invented papers of ${name}\n%%EOF\n`);

/** Whatever is missing of a bidder is made over HTTP: organisation, person, appointment, entry and paper. */
export async function makeBidder(world: ApiWorld, name: string, profile: Profile = {}): Promise<Bidder> {
  const legalName = profile.legalName ?? DEMO_COMPANIES[name] ?? `Demo Company of ${name} Limited`;
  if (DEMO_COMPANIES[name] === undefined) await appoint(world, name, legalName);
  const client = await world.as(name);
  const me = await client.get('/v1/me').then(expectStatus(200));
  const { appointments } = me.body as { appointments: { organisation: { id: string } }[] };
  const organisationId = appointments[0]?.organisation.id ?? '';
  await client
    .post('/v1/bidder-profile', { legalName, kind: 'COMPANY', netWorth: NET_WORTH, ...profile })
    .then(expectStatus(201));
  return { name, organisationId, legalName, documentId: await storePaper(client, name) };
}

/** Stores a paper for the organisation of the caller; answers its id. */
export async function storePaper(client: Client, name: string): Promise<string> {
  const stored = await client.send('post', `/v1/documents?name=${name}.pdf`, (test) =>
    test.set('Content-Type', 'application/pdf').send(paperOf(name)),
  );
  expectStatus(201)(stored);
  return (stored.body as { id: string }).id;
}

async function appoint(world: ApiWorld, name: string, organisationName: string): Promise<void> {
  const administrator = await world.as('administrator');
  const organisation = await administrator
    .post('/v1/organisations', { kind: 'bidder', name: organisationName })
    .then(expectStatus(201));
  await appointPerson(world, name, (organisation.body as { id: string }).id, 'bidder');
}

/**
 * A new person with the password of the demonstration, in one role; answers the id of the appointment. The territory
 * is the organisation's unless another within it is named. */
export async function appointPerson(
  world: ApiWorld,
  name: string,
  organisationId: string,
  role: string,
  jurisdiction?: string,
): Promise<string> {
  const administrator = await world.as('administrator');
  const email = `${name}@adit.example`;
  const person = await administrator.post('/v1/people', { name: `Person ${name}`, email }).then(expectStatus(201));
  const { id: personId, initialPassword } = person.body as { id: string; initialPassword: string };
  const appointment = await administrator
    .post('/v1/appointments', { personId, organisationId, role, jurisdiction })
    .then(expectStatus(201));
  const newcomer = world.anybody.withToken(await world.anybody.logIn(email, initialPassword));
  const change = { currentPassword: initialPassword, newPassword: DEMO_PASSWORD };
  expectStatus(204)(await newcomer.send('put', '/v1/me/password', (test) => test.send(change)));
  return (appointment.body as { id: string }).id;
}
