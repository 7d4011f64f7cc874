import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_PASSWORD } from '#identity';
import { listRoutes } from '../access/routes.js';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus, itemsOf } from '../support/client.js';
import { recordWorld, type Told as Exchange } from './recording.js';
import type { Ground, Operation, Seed } from './requests.js';
import { SECRETS, tellStories } from './stories.js';
import type { Schema } from './values.js';

/** Who gives requests, by role; the administrator too, whose victims are people kept for that. */
const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  'central-officer': ['central', 'central2'],
  'state-officer': ['odisha', 'rajasthan', 'odisha-deputy'],
  'approving-officer': ['approving'],
  'evaluation-member': ['member', 'member2'],
  'evaluation-chair': ['chair'],
  'platform-operator': ['operator'],
  'rule-book-owner': ['rules', 'rules2'],
  bidder: ['bidder1', 'bidder2', 'bidder3'],
  'agency-officer': ['agency'],
  auditor: ['auditor'],
  administrator: ['administrator'],
};
export const CALLERS: readonly string[] = [...Object.values(PEOPLE).flat(), 'two-roles'];

export interface FuzzWorld {
  readonly world: ApiWorld;
  readonly ground: Ground;
  /** What was asked and answered while the stories were told. */
  readonly told: readonly Exchange[];
  /** Read anew each time: cases get keys while requests come. */
  listSecrets(): readonly Secret[];
}

/** A text that may stand nowhere, or in answers to some only. */
export interface Secret {
  readonly name: string;
  readonly text: string;
  readonly mayRead: (caller: string | null) => boolean;
}

/** A platform with a case in every stage, told about by its own stories. */
export async function openFuzzWorld(): Promise<FuzzWorld> {
  const world = await openApiWorld({
    ADIT_WORKER: 'true',
    ADIT_LOG_LEVEL: 'debug',
    // So that log-ins of thousands of strangers do not count as those of one address.
    ADIT_TRUST_PROXY: 'true',
  });
  const told: Exchange[] = [];
  const { sealed, spare, undelivered } = await tellStories(recordWorld(world, (exchange) => void told.push(exchange)));
  const operations = listOperations(world);
  const nameOf = makeNamer(operations);
  const seeds = told
    .filter(({ answer }) => answer.status < 300)
    .map(({ caller, method, path, body }): Seed => ({ operation: nameOf(method, path), caller, path, body }))
    .filter(({ operation, caller }) => operation !== '' && (caller === null || CALLERS.includes(caller)))
    // These end or change the log-ins of those who are to ask on.
    .filter(({ operation }) => !/sessions|password|disable|revoke/.test(operation));
  const pool = await makePool(world, { sealed, spare, undelivered });
  return {
    world,
    told,
    ground: { document: world.document, operations, callers: CALLERS, pool, seeds, sealed: new Set(sealed) },
    listSecrets: () => listSecrets(world),
  };
}

function listOperations({ document }: ApiWorld): readonly Operation[] {
  const routes = new Map(listRoutes().map((route) => [route.name, route]));
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, DocumentedOperation>).map(([verb, { parameters = [], requestBody }]) => {
      const name = `${verb.toUpperCase()} ${path}`;
      const route = routes.get(name);
      const roles =
        route?.command?.offered.roles ?? route?.roles ?? (route?.entry === 'capacity' ? Object.keys(PEOPLE) : []);
      const people = route?.entry === 'person' ? CALLERS : roles.flatMap((role) => PEOPLE[role] ?? []);
      const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const body = type === undefined ? null : { type, schema: content?.schema ?? {} };
      return { name, method: verb.toUpperCase(), path, parameters, body, people };
    }),
  );
}

interface DocumentedOperation {
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** Which operation an address belongs to; nothing where it is none's. */
export function makeNamer(operations: readonly Operation[]): (method: string, address: string) => string {
  const patterns = [...operations]
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)
    .map(({ name, method, path }) => {
      const source = path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
      return { name, method, pattern: new RegExp(`^${source}$`) };
    });
  return (method, address) => {
    const bare = address.split('?', 1)[0] ?? '';
    return patterns.find((each) => each.method === method && each.pattern.test(bare))?.name ?? '';
  };
}

/** Ids and other values that are real here, by the parameter or field in which they are asked for. */
async function makePool(
  world: ApiWorld,
  { spare, undelivered }: Omit<Awaited<ReturnType<typeof tellStories>>, 'sealed'> & { sealed: readonly string[] },
): Promise<Ground['pool']> {
  const auditor = await world.as('auditor');
  const pool = new Map<string, string[]>();
  const all: string[] = [];
  for (const [plural, type] of [
    ['block-auctions', 'block-auction'],
    ['fair-stalls', 'fair-stall'],
    ['stall-inspections', 'stall-inspection'],
  ]) {
    const listed = await auditor.get(`/v1/cases?type=${type}&limit=200`).then(expectStatus(200));
    const ids = itemsOf<{ id: string }>(listed)
      .map(({ id }) => id)
      .sort();
    pool.set(`${plural}/{caseId}`, ids);
    all.push(...ids);
  }
  const law = (await world.anybody.get('/v1/rule-book').then(expectStatus(200))).body as {
    publication: { law: string };
  };
  const drafts = await auditor.get('/v1/rule-book/drafts').then(expectStatus(200));
  const attempts = await world.anybody.get('/v1/attempts?limit=5').then(expectStatus(200));
  const documents = await (await world.as('bidder1')).get('/v1/documents').then(expectStatus(200));
  const organisations = (await auditor.get('/v1/organisations').then(expectStatus(200))).body as {
    id: string;
    kind: string;
  }[];
  const { rows: proposals } = await world.database.pool
    .query<{ id: string }>(
      `select jsonb_path_query(proposals, '$[*].id') #>> '{}' as id from case_position where proposals <> '[]' order by 1`,
    )
    .catch(() => ({ rows: [] as { id: string }[] }));
  const entries: Readonly<Record<string, readonly string[]>> = {
    '{caseId}': all,
    caseId: all,
    cases: all,
    previousCaseId: all,
    '{blockId}': ['PRACTICE-ML-STATE', 'PRACTICE-ML-CENTRE', 'FUZZ-1'],
    blockId: ['PRACTICE-ML-STATE', 'PRACTICE-ML-CENTRE', 'PRACTICE-EL'],
    block: ['PRACTICE-ML-STATE'],
    '{draftId}': itemsOf<{ id: string }>(drafts).map(({ id }) => id),
    '{attemptId}': itemsOf<{ attemptId: string }>(attempts).map(({ attemptId }) => attemptId),
    '{hash}': [law.publication.law],
    'rules/{name}': ['bid-security', 'deadline', 'nothing'],
    '{name}': ['bid-security.cap', 'auction.proposal-hours'],
    '{slug}': ['forbidden', 'rule-refused'],
    '{id}': [...undelivered, '999999', '9999999999999999999'],
    '{personId}': spare.map(({ personId }) => personId),
    personId: spare.map(({ personId }) => personId),
    '{appointmentId}': spare.map(({ appointmentId }) => appointmentId),
    organisationId: organisations.map(({ id }) => id),
    proposalId: proposals.map(({ id }) => id),
    '{documentId}': itemsOf<{ id: string }>(documents).map(({ id }) => id),
    documentId: itemsOf<{ id: string }>(documents).map(({ id }) => id),
    email: ['spare-two@adit.example', 'spare-three@adit.example'],
    password: [DEMO_PASSWORD],
    currentPassword: [DEMO_PASSWORD],
    newPassword: [DEMO_PASSWORD],
    jurisdiction: ['OD', 'RJ', 'CENTRE'],
    rehearsalStartsAt: ['2026-12-01T11:00:00+05:30', '2026-01-05T10:00:00+05:30'],
    to: ['2026-12-20T11:00:00+05:30', '2027-01-06T11:00:00+05:30', '2026-01-14T17:00:01+05:30'],
    parameter: ['auction.proposal-hours'],
  };
  for (const [name, values] of Object.entries(entries)) if (values.length > 0) pool.set(name, [...values]);
  return pool;
}

const NOBODY = (): boolean => false;

function listSecrets({ dataDir }: ApiWorld): readonly Secret[] {
  return [
    ...[...SECRETS.percents, ...SECRETS.offers].map((text) => ({ name: 'a sealed price', text, mayRead: NOBODY })),
    { name: 'a password', text: DEMO_PASSWORD, mayRead: NOBODY },
    { name: 'an e-mail address', text: 'spare-one@adit.example', mayRead: (caller) => caller === 'administrator' },
    ...readKeys(join(dataDir, 'seal-keys'), /"d":"([\w-]{20,})"/).map((text) => ({
      name: 'a seal key',
      text,
      mayRead: NOBODY,
    })),
    ...readKeys(join(dataDir, 'secrets'), /^([\w-]{32,})\s*$/).map((text) => ({
      name: 'a secret of the platform',
      text,
      mayRead: NOBODY,
    })),
  ];
}

function readKeys(directory: string, pattern: RegExp): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((file) => {
    if (file.endsWith('.generated') || file === 'lock') return [];
    const found = pattern.exec(readFileSync(join(directory, file), 'utf8'))?.[1];
    return found === undefined ? [] : [found];
  });
}
