import { readFileSync } from 'node:fs';
import { DEMO_PASSWORD } from '#identity';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { AnswerValidator, type Method } from '../support/client.js';
import { forEachAtOnce, Wire } from '../support/wire.js';
import { CALLERS, HOME, nameOf, POSTS, type Caller } from './callers.js';
import { listDifferences, makeMatrix, type Row } from './matrix.js';
import { renderPage } from './page.js';
import { appointCallers, type Person } from './people.js';
import { readPolicy, type Cell, type Policy } from './policy.js';
import { readCell, requestFor } from './probes.js';
import { listRoutes } from './routes.js';
import { listSituations } from './situations.js';
import { makeSubjects, type Subjects } from './subjects.js';

/** What is asked last, because the caller is logged out by it. */
const LAST = ['DELETE /v1/sessions/current', 'DELETE /v1/sessions'];
const AT_ONCE = 16;

describe('who may do what', () => {
  const policy: Policy = readPolicy();
  const routes = listRoutes();
  const matrix: readonly Row[] = makeMatrix(routes, listSituations(), policy);
  let world: ApiWorld;
  let wire: Wire;
  let people: ReadonlyMap<Caller, Person>;
  let subjects: Subjects;

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_WORKER: 'true', ADIT_LOG_LEVEL: 'error' });
    wire = new Wire(world.baseUrl, AT_ONCE);
    people = await appointCallers(world);
    subjects = await makeSubjects(world, people);
  }, 120_000);
  afterAll(async () => {
    wire.close();
    await world.close();
  });

  it('is said for every route by the written policy and by the tables of the product alike', () => {
    expect(listDifferences(matrix, policy)).toEqual([]);
  });

  it('stands on the page as it is', () => {
    const page = new URL('../../docs/access.md', import.meta.url);
    expect(readFileSync(page, 'utf8')).toBe(renderPage(matrix, policy));
  });

  it('knows every route of the OpenAPI document, and every route that is served', () => {
    const listed = new Set(routes.map(({ name }) => name));
    const documented = Object.entries(world.document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.filter((name) => !listed.has(name))).toEqual([]);
    const undocumented = [...listed].filter((name) => !documented.includes(name));
    expect(undocumented).toEqual(['GET /docs', 'GET /docs/start.js', 'GET /docs/{file}', 'GET /openapi.json']);
    const served = world.app
      .getHttpAdapter()
      .getInstance()
      .printRoutes({ commonPrefix: false })
      .matchAll(/\(([A-Z, ]+)\)/g);
    const count = [...served].flatMap(([, methods]) => methods?.split(', ') ?? []).filter((each) => each !== 'HEAD');
    expect(count).toHaveLength(listed.size);
  });

  it('says of a new route without a line that it lacks one', () => {
    const { subjects: lines } = policy;
    const without = { subjects: new Map([...lines].filter(([subject]) => subject !== 'GET /v1/people')) };
    expect(listDifferences(matrix, without)).toContainEqual(
      'GET /v1/people: docs/access-policy.csv has no line for it; say who may, and why',
    );
  });

  it.each(
    Object.entries(POSTS)
      .filter(([, { abroad }]) => abroad === null)
      .map(([role, { kind }]) => [role, kind]),
  )('cannot be another State’s %s, because that role has no territory', async (role, kind) => {
    const administrator = await world.as('administrator');
    const organisations = (await administrator.get(`/v1/organisations?kind=${kind}`)).body as { id: string }[];
    const form = { personId: subjects.personId, organisationId: organisations[0]?.id, role, jurisdiction: HOME };
    const answer = await administrator.post('/v1/appointments', form);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([
      422,
      expect.stringContaining('territory-within-organisation') as string,
    ]);
  });

  it('is what each caller meets at each route, in every cell of the page', async () => {
    const validator = new AnswerValidator(world.document);
    const validated = new Set<string>();
    const holderOf = ({ role }: Caller): Person | undefined =>
      [...people].find(([{ role: other, standing }]) => standing === 'own' && other === role)?.[1] ??
      [...people.values()][0];
    const unexpected: string[] = [];
    const tryCell = async ([row, caller, wanted]: readonly [Row, Caller, Cell]): Promise<void> => {
      const person = people.get(caller);
      const asked = requestFor(row, caller, person, holderOf(caller), subjects);
      const answer = await wire.send(asked);
      const kind = `${row.route.name} ${answer.status}`;
      // One of a kind is held against the document: the matrix is about who, not about what.
      if (!validated.has(kind)) validator.validate(asked.method.toLowerCase() as Method, asked.path, answer);
      validated.add(kind);
      const met = readCell(row, caller, subjects, answer);
      if (met === wanted) return;
      const place = `${row.route.name}${row.situation === null ? '' : ` (${row.situation.name})`}, ${nameOf(caller)}`;
      unexpected.push(`${place}: the page says ${wanted}, the answer was ${answer.status} (${met})`);
    };
    const cellsOf = (rows: readonly Row[]) =>
      rows.flatMap((row) => [...row.cells].map(([caller, cell]) => [row, caller, cell] as const));
    const ordinary = matrix.filter(({ route }) => !LAST.includes(route.name));
    await forEachAtOnce(cellsOf(ordinary), AT_ONCE, tryCell);
    for (const name of LAST) {
      await forEachAtOnce(cellsOf(matrix.filter(({ route }) => route.name === name)), 4, tryCell);
      // The next one is asked with new log-ins.
      if (name !== LAST.at(-1)) people = await logInAgain(world, people);
    }
    expect(unexpected).toEqual([]);
    expect(cellsOf(matrix).length).toBe(matrix.length * CALLERS.length);
  }, 600_000);
});

async function logInAgain(world: ApiWorld, people: ReadonlyMap<Caller, Person>): Promise<Map<Caller, Person>> {
  const again = new Map<Caller, Person>();
  await forEachAtOnce([...people], 4, async ([caller, person]) => {
    again.set(caller, { ...person, token: await world.anybody.logIn(`${person.name}@adit.example`, DEMO_PASSWORD) });
  });
  return again;
}
