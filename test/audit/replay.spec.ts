import { canonicalJson } from '#case-kit';
import { readCases } from '#engine';
import { comparePosition, type RecordedEntry, type ReplaySources } from '#audit';
import { openTestDatabase, tally, type TestDatabase } from '#testing';
import { readEntries, readFacts, replayEntries, setStage, sourcesWith } from './support.js';
import { TALLY_STORIES } from './tally.story.js';

describe('replay', () => {
  let database: TestDatabase;
  let sources: ReplaySources;
  const cases = new Map<string, { id: string; entries: RecordedEntry[] }>();

  beforeAll(async () => {
    database = await openTestDatabase();
    const stage = setStage(database.pool);
    for (const [name, tell] of Object.entries(TALLY_STORIES)) {
      const id = await tell(stage);
      cases.set(name, { id, entries: await readEntries(database.pool, id) });
    }
    await stage.engine.close();
    sources = sourcesWith(await readFacts(database.pool));
  });

  afterAll(async () => {
    await database.close();
  });

  const getCase = (name: string): { id: string; entries: RecordedEntry[] } => {
    const found = cases.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  const sqlOf = () => ({
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await database.pool.query<Row>(text, [...params])).rows,
  });

  it.each(Object.keys(TALLY_STORIES))(
    'arrives where the %s story left its case, without a difference',
    async (name) => {
      const { id, entries } = getCase(name);
      const report = replayEntries(id, entries, sources);
      expect(report.differences).toEqual([]);
      expect(report.redecided).toBe(entries.length);
      const [stored] = await readCases(sqlOf(), [id]);
      if (stored === undefined || report.position === null) throw new Error('no case');
      expect(comparePosition(stored, tally, report.position)).toEqual([]);
      expect(report.position.coldSeq).toBe(stored.coldSeq);
    },
  );

  it('has told every kind of transition that the engine makes', () => {
    const kinds = [...cases.values()].flatMap(({ entries }) => entries.map(({ kind }) => kind));
    expect([...new Set(kinds)].sort()).toEqual(
      ['accepted', 'clock', 'hold', 'law', 'order', 'proposed', 'refused', 'throttled', 'timer'].sort(),
    );
  });

  /** Changes one entry as somebody would who can also mend its payload. */
  const change = (
    name: string,
    pick: (entry: RecordedEntry) => boolean,
    alter: (text: Record<string, unknown>, payload: Record<string, unknown>) => void,
  ): { seq: number; differences: { seq: number; what: string }[] } => {
    const { id, entries } = getCase(name);
    const at = entries.findIndex(pick);
    const entry = entries[at];
    if (entry === undefined || entry.payload === null) throw new Error('no such entry');
    const text = JSON.parse(entry.text) as Record<string, unknown>;
    const payload = JSON.parse(entry.payload) as Record<string, unknown>;
    alter(text, payload);
    const changed = { ...entry, text: canonicalJson(text), payload: canonicalJson(payload) };
    const report = replayEntries(id, entries.with(at, changed), sources);
    return { seq: entry.seq, differences: report.differences.map(({ seq, what }) => ({ seq, what })) };
  };

  it.each([
    ['another form', 'SET', (_: object, payload: Record<string, unknown>) => (payload['form'] = { by: 41 }), 'context'],
    ['another rule', 'ADD', (text: Record<string, unknown>) => (text['rules'] = ['none']), 'rules'],
    ['another end', 'SET', (text: Record<string, unknown>) => (text['to'] = 'closed'), 'to'],
    ['another beginning', 'SET', (text: Record<string, unknown>) => (text['from'] = 'closed'), 'from'],
    ['another law', 'SET', (text: Record<string, unknown>) => (text['law'] = 'another'), 'law'],
    ['values of the law', 'SET', (text: Record<string, unknown>) => (text['reads'] = [{}]), 'reads'],
    ['other facts', 'SET', (text: Record<string, unknown>) => (text['facts'] = 'f'.repeat(64)), 'facts'],
    ['another logic', 'SET', (text: Record<string, unknown>) => (text['logic'] = 'older'), 'logic'],
    [
      'another instant',
      'SET',
      (text: Record<string, unknown>) => (text['received'] = '2026-09-01T00:00:00.000Z'),
      'timer',
    ],
    [
      'another instant of the close',
      'CLOSE',
      (text: Record<string, unknown>) => (text['received'] = '2026-01-05T05:00:00.000Z'),
      'timer',
    ],
  ])('finds %s in the record', (_title, command, alter, what) => {
    const { seq, differences } = change(
      'plain',
      (entry) => entry.command === command && entry.kind !== 'refused',
      alter,
    );
    expect(differences).toContainEqual({ seq, what });
  });

  it('finds a refusal that would be accepted, and one by another rule', () => {
    const isRefused = (entry: RecordedEntry): boolean => entry.kind === 'refused';
    const accepted = change('plain', isRefused, (_, payload) => (payload['form'] = { by: 1 }));
    expect(accepted.differences).toContainEqual({ seq: accepted.seq, what: 'outcome' });
    const other = change('plain', isRefused, (text) => (text['failed'] = ['another-rule']));
    expect(other.differences).toEqual([{ seq: other.seq, what: 'failed' }]);
  });

  it('finds that a late command was not refused for its lateness', () => {
    const isLate = (entry: RecordedEntry): boolean => entry.text.includes('PLATFORM_LATE');
    const { seq, differences } = change('plain', isLate, (text) => (text['failed'] = ['state-allows']));
    expect(differences).toEqual([{ seq, what: 'failed' }]);
  });

  it('finds that somebody confirmed what he may not, or what was not proposed', () => {
    const isOrder = (entry: RecordedEntry): boolean => entry.kind === 'order';
    const role = change('stayed', isOrder, (text) => (text['capacity'] = 'bidder'));
    expect(role.differences).toContainEqual({ seq: role.seq, what: 'confirms' });
    const form = change('stayed', isOrder, (_, payload) => {
      (payload['form'] as Record<string, unknown>)['document'] = 'another file';
    });
    expect(form.differences).toEqual([{ seq: form.seq, what: 'form' }]);
    const same = change('stayed', isOrder, (text) => (text['actor'] = 'person-central-officer'));
    expect(same.differences).toContainEqual({ seq: same.seq, what: 'outcome' });
  });

  it('finds a rehearsal that did not keep to its clock', () => {
    const isAdd = (entry: RecordedEntry): boolean => entry.command === 'ADD';
    const { seq, differences } = change('rehearsed', isAdd, (text) => (text['received'] = '2024-02-01T04:30:00.500Z'));
    expect(differences).toContainEqual({ seq, what: 'clock' });
  });

  it('finds a deadline that was passed over', () => {
    const { id, entries } = getCase('plain');
    const close = entries.findIndex(({ command }) => command === 'CLOSE');
    const without = entries.toSpliced(close, 1).map((entry) => {
      const text = JSON.parse(entry.text) as { seq: number };
      return entry.seq > close
        ? { ...entry, seq: entry.seq - 1, text: canonicalJson({ ...text, seq: text.seq - 1 }) }
        : entry;
    });
    expect(replayEntries(id, without, sources).differences.map(({ what }) => what)).toContain('outcome');
  });

  it('says which transition is missing, and judges nothing whose beginning it does not know', () => {
    const { id, entries } = getCase('plain');
    const report = replayEntries(id, entries.toSpliced(3, 1), sources);
    expect(report.differences).toEqual([
      { caseId: id, seq: 4, what: 'missing', message: 'transition 4 is missing from the record' },
    ]);
    expect(report.position).toBeNull();
    expect(report.skipped).toBe(entries.length - 4);
  });

  it('says plainly when the logic of a record is not available', () => {
    const { id, entries } = getCase('plain');
    const report = replayEntries(id, entries, { ...sources, findLogic: () => undefined });
    expect(report.differences).toEqual([
      { caseId: id, seq: 1, what: 'logic', message: 'recorded under logic test of tally, which is not available' },
    ]);
  });

  it('follows a record with the logic that each transition names', () => {
    const { id, entries } = getCase('plain');
    const asked = new Set<string>();
    const older = entries.map((entry) =>
      entry.seq > 3 ? entry : { ...entry, text: entry.text.replace('"logic":"test"', '"logic":"older"') },
    );
    const report = replayEntries(id, older, {
      ...sources,
      findLogic: (type, version) => {
        asked.add(version);
        return type === 'tally' ? tally : undefined;
      },
    });
    expect(report.differences).toEqual([]);
    expect([...asked].sort()).toEqual(['older', 'test']);
  });

  it('finds facts and laws that are missing or changed', () => {
    const { id, entries } = getCase('plain');
    const changed = replayEntries(id, entries, { ...sources, findFacts: () => '{"roll":[]}' });
    expect(changed.differences).toMatchObject([{ seq: 1, what: 'facts' }]);
    const missing = replayEntries(id, entries, { ...sources, findLaw: () => undefined });
    expect(missing.differences).toMatchObject([{ seq: 1, what: 'law' }]);
  });

  it('finds texts that nobody could have written', () => {
    const { id, entries } = getCase('plain');
    for (const text of ['', '{', '[]', '{"v":2}', '{"v":1,"seq":2}']) {
      const broken = entries.map((entry) => (entry.seq === 2 ? { ...entry, text } : entry));
      expect(replayEntries(id, broken, sources).differences).toMatchObject([{ seq: 2, what: 'text' }]);
    }
  });
});
