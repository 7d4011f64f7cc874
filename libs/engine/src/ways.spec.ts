import { stepped, type CaseRow } from '#case-kit';
import { docket } from '#testing';
import { activePaths, explainState, stateTakes } from './ways.js';

const STATES: readonly CaseRow['state'][] = [
  'draft',
  'gathering',
  'weighing',
  { settling: { payment: 'owed', survey: 'awaited' } },
  { settling: { payment: 'paid', survey: 'awaited' } },
  { settling: { payment: 'owed', survey: 'done' } },
  'settled',
  'dropped',
];

const cureOf = (state: CaseRow['state'], command: string): string => {
  const { who, how } = explainState(docket, { state }, command).cure;
  return `${who}: ${how}`;
};

describe('the ways through a case', () => {
  it('list the active states from the outermost in', () => {
    expect(activePaths('draft')).toEqual(['draft']);
    expect(activePaths({ settling: { payment: 'owed', survey: 'done' } })).toEqual([
      'settling',
      'settling.payment',
      'settling.payment.owed',
      'settling.survey',
      'settling.survey.done',
    ]);
  });

  it('know what each state takes, as the machine itself does', () => {
    const machine = stepped(docket.machine);
    const event = { form: { subject: '', by: 1, word: '' }, at: 0, facts: {}, opened: {}, law: { integer: () => 1 } };
    for (const state of STATES) {
      const snapshot = machine.resolve(state, { heard: [] });
      if (snapshot.status === 'done') continue;
      for (const command of Object.keys(docket.commands)) {
        const takes = machine.can(snapshot, { type: command, ...event });
        expect([state, command, stateTakes(docket, state, command)]).toEqual([state, command, takes]);
      }
    }
  });

  it('name the command and the roles of the next step', () => {
    expect(cureOf('draft', 'NOTE')).toBe('central-officer or state-officer: PUBLISH leads to gathering');
    expect(cureOf('weighing', 'PAY')).toBe('evaluation-chair: WEIGH leads to settling');
  });

  it('name the first step of a way of several', () => {
    expect(cureOf('draft', 'WEIGH')).toBe('central-officer or state-officer: PUBLISH leads to gathering');
  });

  it('tell what happens by itself', () => {
    expect(cureOf('gathering', 'WEIGH')).toBe('the clock: LAPSE happens by itself and leads to weighing');
  });

  it('say when there is no way left', () => {
    const never = 'nobody: this can no longer happen in this case';
    expect(cureOf('settled', 'NOTE')).toBe(never);
    expect(cureOf('dropped', 'WEIGH')).toBe(never);
    expect(cureOf('weighing', 'CLAIM')).toBe(never);
    expect(cureOf({ settling: { payment: 'paid', survey: 'awaited' } }, 'PAY')).toBe(never);
  });

  it('cite the provision of the state in which the case stands, the innermost that has one', () => {
    const { ref, text, found, required } = explainState(docket, { state: 'draft' }, 'WEIGH');
    expect(ref).toEqual({ act: 'Docket Rules', provision: 'r. 1' });
    expect(text).toBe('The case stands where: The docket is drafted.');
    expect(found).toBe('draft');
    expect(required).toEqual(['weighing']);
    const nested = explainState(docket, { state: { settling: { payment: 'paid', survey: 'done' } } }, 'NOTE');
    expect(nested.text).toBe('The case stands where: The survey is done.');
  });

  it('name a step that the state does take, wherever one is named', () => {
    for (const state of STATES) {
      for (const command of Object.keys(docket.commands)) {
        if (stateTakes(docket, state, command)) continue;
        const { who, how } = explainState(docket, { state }, command).cure;
        if (who === 'nobody') continue;
        const step = how.split(' ')[0] ?? '';
        expect([state, command, step, stateTakes(docket, state, step)]).toEqual([state, command, step, true]);
      }
    }
  });
});
