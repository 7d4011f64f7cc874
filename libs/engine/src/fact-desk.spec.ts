import { PUBLIC_ACTOR, type FactLoader, type FactRequest, type Sql } from '#case-kit';
import { askForFact } from './fact-desk.js';

const sqlOfNobody = (): Sql => ({ query: () => Promise.resolve([]) });
const requestOf = (caseId: string): FactRequest => ({ caseId, form: {}, actor: PUBLIC_ACTOR });

/** Answers each request with its case, and keeps what it was asked. */
function makeLoader(): { readonly loader: FactLoader; readonly loads: string[][] } {
  const loads: string[][] = [];
  const loader: FactLoader = (_sql, requests) => {
    const cases = requests.map(({ caseId }) => caseId);
    loads.push(cases);
    return Promise.resolve(cases.map((caseId) => `facts of ${caseId}`));
  };
  return { loader, loads };
}

describe('facts that are asked for one viewer at a time', () => {
  it('are loaded with one query for all who ask in the same turn, and each gets his own', async () => {
    const sql = sqlOfNobody();
    const { loader, loads } = makeLoader();
    const answers = await Promise.all(['A', 'B', 'A'].map((caseId) => askForFact(sql, loader, requestOf(caseId))));
    expect(answers).toEqual(['facts of A', 'facts of B', 'facts of A']);
    expect(loads).toEqual([['A', 'B', 'A']]);
  });

  it('are loaded anew for whoever asks later: nothing is remembered', async () => {
    const sql = sqlOfNobody();
    const { loader, loads } = makeLoader();
    await askForFact(sql, loader, requestOf('A'));
    await askForFact(sql, loader, requestOf('A'));
    expect(loads).toEqual([['A'], ['A']]);
  });

  it('never cross from one transaction to another', async () => {
    const { loader, loads } = makeLoader();
    await Promise.all([sqlOfNobody(), sqlOfNobody()].map((sql) => askForFact(sql, loader, requestOf('A'))));
    expect(loads).toEqual([['A'], ['A']]);
  });

  it('fail for all who asked together, and for nobody after them', async () => {
    const sql = sqlOfNobody();
    let calls = 0;
    const loader: FactLoader = (_sql, requests) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('no connection')) : Promise.resolve(requests.map(() => 'facts'));
    };
    const together = await Promise.allSettled([1, 2].map(() => askForFact(sql, loader, requestOf('A'))));
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await askForFact(sql, loader, requestOf('A'))).toBe('facts');
  });
});
