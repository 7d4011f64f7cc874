import { Chain, replayCase, type ReplayReport } from '#audit';
import type { AnyCaseType } from '#case-kit';
import { openLawSnapshot } from '#rulebook';
import { listCorpus, positionTexts, type RecordedCase } from './corpus.js';
import { STAGE_TYPES } from './support.js';

const corpus = listCorpus();

const findToday = (id: string): AnyCaseType | undefined => STAGE_TYPES.find((caseType) => caseType.id === id);

/** Replays with the code as it is today, whatever version it was recorded under: that is the point. */
function replayToday(recorded: RecordedCase, findType = findToday): ReplayReport {
  const laws = new Map(Object.entries(recorded.laws).map(([hash, text]) => [hash, openLawSnapshot(text)]));
  return replayCase(recorded.caseId, recorded.entries, {
    findLogic: findType,
    findLaw: (hash) => laws.get(hash),
    findFacts: (hash) => recorded.facts[hash],
  });
}

const getCase = (type: string, story: string): RecordedCase => {
  const found = corpus.find((each) => each.type === type && each.story === story);
  if (found === undefined) throw new Error(`the corpus has no ${type} ${story}`);
  return found;
};

describe('the recorded corpus', () => {
  it('holds the invented case types, and none that is not served any more', () => {
    const types = [...new Set(corpus.map(({ type }) => type))];
    expect(types).toEqual(expect.arrayContaining(['tally', 'fair-stall', 'stall-inspection']));
    expect(types.filter((type) => findToday(type) === undefined)).toEqual([]);
  });

  it.each(corpus.map((each) => [`${each.type} ${each.story}`, each] as const))(
    'is decided today as it was: %s',
    (_title, recorded) => {
      const report = replayToday(recorded);
      expect(report.differences).toEqual([]);
      expect(report.skipped).toBe(0);
      if (report.position === null) throw new Error('it cannot be followed');
      const { row, parties } = report.position;
      const inOrder = [...parties].sort(
        (a, b) => a.seq - b.seq || (a.party.organisationId < b.party.organisationId ? -1 : 1),
      );
      expect(positionTexts({ row, parties: inOrder })).toEqual({ row: recorded.row, parties: recorded.parties });
    },
  );

  it.each(corpus.map((each) => [`${each.type} ${each.story}`, each] as const))(
    'has an unbroken chain: %s',
    (_title, { caseId, entries }) => {
      const chain = new Chain(caseId);
      expect(entries.flatMap((entry) => chain.take(entry))).toEqual([]);
    },
  );

  it('shows that a rule was made stricter', () => {
    const stricter = (type: string): AnyCaseType | undefined => {
      const caseType = findToday(type);
      const call = caseType?.commands['CALL'];
      if (caseType === undefined || call === undefined) return caseType;
      const none = { name: 'nobody-calls', ref: call.ref, text: 'Nobody calls.', needs: 'case' } as const;
      const check = () => ({ datum: 'x', found: 1, required: 2, cure: { who: 'nobody', how: 'not at all' } });
      return {
        ...caseType,
        commands: { ...caseType.commands, CALL: { ...call, rules: [...call.rules, { ...none, check }] } },
      };
    };
    const { differences } = replayToday(getCase('fair-stall', 'allotted'), stricter);
    expect(differences.map(({ what }) => what)).toEqual(['failed', 'outcome']);
  });

  it('shows that a deadline was moved', () => {
    const later = (type: string): AnyCaseType | undefined => {
      const caseType = findToday(type);
      return (
        caseType && {
          ...caseType,
          timers: (row, law) => caseType.timers(row, law).map((due) => ({ ...due, at: due.at + 1 })),
        }
      );
    };
    const { differences } = replayToday(getCase('fair-stall', 'deserted'), later);
    expect(differences[0]).toMatchObject({ what: 'timer' });
  });
});
