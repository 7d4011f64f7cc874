import type { FormRule } from '#case-kit';
import type { InspectForm } from './stall-inspection.forms.js';
import { inspectionRule, type StallInspectionContext, type StallInspectionFacts } from './stall-inspection.machine.js';

const LEAST_REMARKS = 10;

export const failureIsReasoned: FormRule<StallInspectionContext, StallInspectionFacts, InspectForm> = {
  name: 'failure-is-reasoned',
  needs: 'form',
  ref: inspectionRule('3'),
  text: 'An officer who fails a stall must write what he saw.',
  check: ({ form }) => {
    const length = form.remarks.trim().length;
    if (form.result === 'passed' || length >= LEAST_REMARKS) return true;
    return {
      datum: 'remarks',
      found: `${length} characters`,
      required: `at least ${LEAST_REMARKS} characters`,
      cure: { who: 'agency-officer', how: 'write what is wrong with the stall' },
    };
  },
};
