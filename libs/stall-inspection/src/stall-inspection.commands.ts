import type { CommandTable } from '#case-kit';
import { InspectForm } from './stall-inspection.forms.js';
import {
  inspectionRule,
  type StallInspectionContext,
  type StallInspectionFacts,
  type stallInspectionMachine,
} from './stall-inspection.machine.js';
import { failureIsReasoned } from './stall-inspection.rules.js';

export const stallInspectionCommands: CommandTable<
  StallInspectionContext,
  StallInspectionFacts,
  typeof stallInspectionMachine
> = {
  INSPECT: {
    roles: ['agency-officer'],
    summary: 'Record what the inspection of the stall found.',
    ref: inspectionRule('2'),
    form: InspectForm,
    rules: [failureIsReasoned],
  },
};
