import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { assertCaseType, stepped, type CaseRow, type Finding, type TransitionFact } from '#case-kit';
import { stallInspection } from './stall-inspection.case-type.js';
import { stallInspectionMachine, type StallInspectionContext } from './stall-inspection.machine.js';
import { failureIsReasoned } from './stall-inspection.rules.js';

const PASSED = { result: 'passed', remarks: 'Fire exits are free.' };
const FAILED = { result: 'failed', remarks: 'The roof leaks above the oven.' };

function rowIn(state: string, parentCaseId: string | null = 'STALL-1'): CaseRow<StallInspectionContext> {
  return {
    id: 'INSPECT-1',
    type: 'stall-inspection',
    machineVersion: '1',
    jurisdiction: 'OD',
    anchors: {},
    state,
    context: { stallName: 'Corner stall' },
    seq: 2,
    rootCaseId: 'STALL-1',
    parentCaseId,
    blockId: null,
    rehearsal: false,
    clockAt: null,
    lawHash: '',
    openedAt: 0,
    holds: [],
    proposals: [],
    sealKey: null,
    fired: {},
    dueThrough: 0,
  };
}

function actOf(form: Readonly<Record<string, unknown>>, to: string, from: string | null = 'visiting'): TransitionFact {
  const actor = { actorId: 'p1', organisationId: 'fire-brigade', role: 'agency-officer' } as const;
  return { seq: 2, kind: 'accepted', command: from === null ? 'OPEN' : 'INSPECT', ...actor, at: 0, from, to, form };
}

function check(form: { result: 'passed' | 'failed'; remarks: string }): true | Finding {
  return failureIsReasoned.check({ form } as Parameters<typeof failureIsReasoned.check>[0]);
}

describe('the inspection of a stall', () => {
  it('may run', () => {
    expect(() => assertCaseType(stallInspection)).not.toThrow();
  });

  it('reaches both results from the visit, and ends there', () => {
    const machine = stepped(stallInspectionMachine);
    const start = machine.start({ stallName: 'Corner stall' });
    expect(start.value).toBe('visiting');
    for (const form of [PASSED, FAILED]) {
      const inspect = { type: 'INSPECT', form };
      const moved = machine.move(start, inspect);
      expect(moved.value).toBe(form.result);
      expect(moved.status).toBe('done');
      expect(machine.can(moved, inspect)).toBe(false);
    }
  });

  it('passes a stall without remarks but fails it only with a reason', () => {
    expect(check({ result: 'passed', remarks: '' })).toBe(true);
    expect(check({ result: 'failed', remarks: FAILED.remarks })).toBe(true);
    expect(check({ result: 'failed', remarks: 'bad       ' })).toMatchObject({
      datum: 'remarks',
      found: '3 characters',
      required: 'at least 10 characters',
      cure: { who: 'agency-officer' },
    });
  });

  it('tells the result to the case that asked for it, and to nobody when none did', () => {
    expect(stallInspection.notices(actOf(FAILED, 'failed'), rowIn('failed'), [])).toEqual([
      { kind: 'command', caseId: 'STALL-1', command: 'RECORD_INSPECTION', form: FAILED },
    ]);
    expect(stallInspection.notices(actOf(PASSED, 'passed'), rowIn('passed', null), [])).toEqual([]);
    expect(stallInspection.notices({ ...actOf(FAILED, 'visiting'), kind: 'refused' }, rowIn('visiting'), [])).toEqual(
      [],
    );
  });

  it('calls the agency when it is opened', () => {
    const notices = stallInspection.notices(actOf({}, 'visiting', null), rowIn('visiting'), []);
    expect(notices.map((notice) => (notice.kind === 'notice' ? notice.to : notice.kind))).toEqual([
      'role:agency-officer',
      'role:agency-officer@OD',
    ]);
  });

  it('is opened by the system alone, for the State of its parent', () => {
    const form = { stallName: 'Corner stall', jurisdiction: 'OD' };
    expect(stallInspection.open.roles).toEqual(['system']);
    expect(validateSync(plainToInstance(stallInspection.open.form, form))).toEqual([]);
    expect(validateSync(plainToInstance(stallInspection.open.form, { ...form, jurisdiction: 'Odisha' }))).toHaveLength(
      1,
    );
    const actor = { jurisdiction: null } as Parameters<typeof stallInspection.open.jurisdiction>[1];
    expect(stallInspection.open.jurisdiction(form, actor)).toBe('OD');
  });

  it('is not public, and waits for the agency until it has its result', () => {
    const sights = stallInspection.audiences(rowIn('visiting'), []);
    expect(sights.map(({ audience }) => audience)).not.toContain('public');
    expect(sights.every(({ awaits }) => awaits[0] === 'agency-officer')).toBe(true);
    expect(stallInspection.audiences(rowIn('passed'), []).every(({ awaits }) => awaits.length === 0)).toBe(true);
  });

  it('shows its stall, its status and its parent', () => {
    const situation = { row: rowIn('failed') } as Parameters<typeof stallInspection.views.case>[0];
    expect(stallInspection.views.case(situation)).toEqual({
      stall: 'Corner stall',
      status: 'Failed',
      parent: 'STALL-1',
    });
  });

  it('takes only its two results', () => {
    const Form = stallInspection.commands['INSPECT']?.form;
    if (Form === undefined) throw new Error('no form');
    expect(validateSync(plainToInstance(Form, PASSED))).toEqual([]);
    expect(validateSync(plainToInstance(Form, { ...PASSED, result: 'perhaps' }))).toHaveLength(1);
  });
});
