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

const OFFICERS = 'an officer of the Centre or an officer of the State';
/** What a command does, as a cure begins. */
const sayingOf = (command: string): string => {
  const { summary = '' } = docket.commands[command] ?? {};
  return `${summary.charAt(0).toLowerCase()}${summary.slice(1)}`.replace(/[:;.].*$/, '');
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
    expect(cureOf('draft', 'NOTE')).toBe(
      `${OFFICERS}: ${sayingOf('PUBLISH')}, with the confirmation of an approving officer; the case is then at gathering`,
    );
    expect(cureOf('weighing', 'PAY')).toBe(
      `the chair of the evaluation committee: ${sayingOf('WEIGH')}, with the confirmation of a member of the evaluation committee; the case is then at settling`,
    );
  });

  it('name the first step of a way of several', () => {
    expect(cureOf('draft', 'WEIGH')).toBe(
      `${OFFICERS}: ${sayingOf('PUBLISH')}, with the confirmation of an approving officer; the case is then at gathering`,
    );
  });

  it('tell what happens by itself', () => {
    expect(cureOf('gathering', 'WEIGH')).toBe('the clock: it happens by itself; the case is then at weighing');
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
    expect(text).toBe('Not possible at this stage. The docket is drafted.');
    expect(found).toBe('draft');
    expect(required).toEqual(['weighing']);
    const nested = explainState(docket, { state: { settling: { payment: 'paid', survey: 'done' } } }, 'NOTE');
    expect(nested.text).toBe('Not possible at this stage. The survey is done.');
  });

  it('name a step that the state does take, wherever one is named', () => {
    for (const state of STATES) {
      for (const command of Object.keys(docket.commands)) {
        if (stateTakes(docket, state, command)) continue;
        const { who, how } = explainState(docket, { state }, command).cure;
        if (who === 'nobody') continue;
        const taken = Object.keys(docket.commands).filter((name) => stateTakes(docket, state, name));
        const named = who === 'the clock' || taken.some((name) => how.startsWith(sayingOf(name)));
        expect([state, command, how, named]).toEqual([state, command, how, true]);
      }
    }
  });
});
