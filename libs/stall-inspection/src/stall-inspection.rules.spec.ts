import { PUBLIC_ACTOR, type FormRule } from '#case-kit';
import { stallInspection } from './stall-inspection.case-type.js';
import { failureIsReasoned } from './stall-inspection.rules.js';

type Checked = Parameters<(typeof failureIsReasoned)['check']>[0];

/** What the rule says of a form; it looks at nothing else. */
function judge(form: Checked['form']): ReturnType<(typeof failureIsReasoned)['check']> {
  return failureIsReasoned.check({ form, actor: PUBLIC_ACTOR } as Checked);
}

describe('failure-is-reasoned', () => {
  it('is the rule of the inspection, under the provision that asks for reasons', () => {
    const rules = stallInspection.commands['INSPECT']?.rules ?? [];
    expect(rules.map(({ name, needs, ref }) => [name, needs, ref])).toEqual([
      ['failure-is-reasoned', 'form', { act: 'Fair Inspection Rules', provision: 'r. 3' }],
    ]);
    expect(rules[0] as FormRule<unknown, unknown, unknown>).toBe(failureIsReasoned);
  });

  it('lets a stall pass without a word', () => {
    expect(judge({ result: 'passed', remarks: '' })).toBe(true);
  });

  it('takes ten characters as a reason and nine as none, spaces around them apart', () => {
    expect(judge({ result: 'failed', remarks: '1234567890' })).toBe(true);
    expect(judge({ result: 'failed', remarks: '  123456789 ' })).toMatchObject({ found: '9 characters' });
  });

  it('names the remarks, how many characters they need and who writes them', () => {
    expect(judge({ result: 'failed', remarks: '\t\n ' })).toEqual({
      datum: 'remarks',
      found: '0 characters',
      required: 'at least 10 characters',
      cure: { who: 'agency-officer', how: 'write what is wrong with the stall' },
    });
  });
});
