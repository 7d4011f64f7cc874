import { caseTypes } from '#case-types';
import { calculators } from './calculators.js';
import { collectRows, renderRuleIndex, type IndexRow, type RuleIndexSources } from './rule-index.js';
import { buildSeedLaw } from './seed.js';

const law = buildSeedLaw();
const request = { concession: 'ML', valueOfEstimatedResources: '100.00', asOf: '2026-03-02' };
const sources: RuleIndexSources = {
  law,
  calculators: [...calculators.values()],
  vectors: new Map([
    [
      'bid-security',
      [
        { id: 'plain', request },
        { id: 'early', request: { ...request, concession: 'CL', proposer: true, asOf: '2020-01-01' } },
        { id: 'half', request: { ...request, concession: 'CL', proposer: true } },
        { id: 'bad', request: {} },
      ],
    ],
  ]),
  caseTypes,
  specs: new Map([['libs/rulebook/src/some.spec.ts', `law.read('net-worth.cap-ml', day); 'net-worth.cap-cl-old'`]]),
  today: '2026-11-23',
};
const rows = collectRows(sources);

function rowsOf(appliedBy: RegExp): IndexRow[] {
  return rows.filter((row) => appliedBy.test(row.appliedBy));
}

describe('the index of rules', () => {
  it('lists every sentence of the calculators, every version of a parameter and every rule of the case types', () => {
    const sentences = [...calculators.values()].flatMap((calculator) => Object.values(calculator.sentences));
    expect(rowsOf(/^calculator/)).toHaveLength(sentences.length);
    expect(rowsOf(/^parameter/)).toHaveLength(law.parameters.length);
    const rules = caseTypes.flatMap(({ open, commands }) =>
      [open, ...Object.values(commands)].flatMap((spec) => [...spec.rules]),
    );
    expect(rowsOf(/rule `/)).toHaveLength(rules.length);
    expect(rowsOf(/state `/)).toHaveLength(
      caseTypes.flatMap((caseType) => Object.keys(caseType.stateProvisions)).length,
    );
  });

  it('names the vectors whose answers rested on a sentence, or read a version of a parameter', () => {
    expect(rowsOf(/^parameter `bid-security.percent`/)[0]?.tests).toEqual(['plain', 'early', 'half']);
    expect(rowsOf(/proposer-percent` until/)[0]?.tests).toEqual(['early']);
    expect(rowsOf(/proposer-percent` from/)[0]?.tests).toEqual(['half']);
    expect(rowsOf(/^calculator `bid-security`/)[0]?.tests).toEqual(['half']);
  });

  it('names the specs that assert a sentence which no vector rests on', () => {
    const specs = new Map([['libs/a.spec.ts', 'expect(rules).toContainEqual(sentences.halvedAfterCap.ref)']]);
    const found = collectRows({ ...sources, vectors: new Map(), specs });
    expect(found.find(({ appliedBy }) => appliedBy === 'calculator `bid-security`')?.tests).toEqual(['libs/a.spec.ts']);
  });

  it('names the specs in which a parameter stands that no vector reads', () => {
    expect(rowsOf(/^parameter `net-worth.cap-ml`/)[0]?.tests).toEqual(['libs/rulebook/src/some.spec.ts']);
    expect(rowsOf(/^parameter `net-worth.cap-cl`/)[0]?.tests).toEqual([]);
  });

  it('is a page that shows what nothing tests, in the order of the provisions', () => {
    const ref = (provision: string): IndexRow['ref'] => ({ act: 'Fair Rules', provision });
    const row = { text: 'Either a | or b.', appliedBy: '`fair`', confidence: 'primary' };
    const page = renderRuleIndex(
      [
        { ...row, ref: ref('r. 10'), tests: [] },
        { ...row, ref: ref('r. 9'), tests: ['v1', 'v2', 'v3', 'v4', 'v5'] },
        { ...row, ref: ref('r. 9(2)'), tests: ['libs/fair/src/a.spec.ts', 'libs/fair/src/b.spec.ts'] },
      ],
      'abc',
    );
    expect(page).toContain('3 entries under 1 acts; 1 are named by no test');
    expect(page.split('\n').filter((line) => line.startsWith('| r.'))).toEqual([
      '| r. 9 | Either a \\| or b. | `fair` | primary | v1, v2, v3 and 2 more |',
      '| r. 9(2) | Either a \\| or b. | `fair` | primary | a.spec.ts |',
      '| r. 10 | Either a \\| or b. | `fair` | primary | **none** |',
    ]);
  });
});
