import { assertEvent, setup } from 'xstate';
import type { CommandEvent, ProvisionRef } from '#case-kit';
import type { InspectForm } from './stall-inspection.forms.js';

export interface StallInspectionContext {
  readonly stallName: string;
}

export type StallInspectionFacts = Record<never, never>;

type StallInspectionEvent = CommandEvent<'INSPECT', InspectForm, StallInspectionFacts>;

export function inspectionRule(number: string): ProvisionRef {
  return { act: 'Fair Inspection Rules', provision: `r. ${number}` };
}

/** One visit, one result. */
export const stallInspectionMachine = setup({
  types: {
    context: {} as StallInspectionContext,
    events: {} as StallInspectionEvent,
    input: {} as StallInspectionContext | undefined,
  },
  guards: {
    resultPassed: ({ event }) => {
      assertEvent(event, 'INSPECT');
      return event.form.result === 'passed';
    },
  },
}).createMachine({
  id: 'stall-inspection',
  context: ({ input }) => ({ stallName: input?.stallName ?? '' }),
  initial: 'visiting',
  states: {
    visiting: { on: { INSPECT: [{ target: 'passed', guard: 'resultPassed' }, { target: 'failed' }] } },
    passed: { type: 'final' },
    failed: { type: 'final' },
  },
});

export const stallInspectionStates: Readonly<Record<string, { readonly ref: ProvisionRef; readonly text: string }>> = {
  visiting: { ref: inspectionRule('1'), text: 'An officer of the agency visits the stall.' },
  passed: { ref: inspectionRule('2'), text: 'The stall may be used.' },
  failed: { ref: inspectionRule('2'), text: 'The stall may not be used, for the reasons that the officer gave.' },
};
