import {
  defineCaseType,
  formatInstant,
  type CaseRow,
  type Notice,
  type Role,
  type Sight,
  type TransitionFact,
} from '#case-kit';
import { stallInspectionCommands } from './stall-inspection.commands.js';
import { OpenStallInspectionForm, type InspectForm } from './stall-inspection.forms.js';
import {
  inspectionRule,
  stallInspectionMachine,
  stallInspectionStates,
  type StallInspectionContext,
  type StallInspectionFacts,
} from './stall-inspection.machine.js';

type Row = CaseRow<StallInspectionContext>;

const STATUS: Readonly<Record<string, string>> = { visiting: 'To be visited', passed: 'Passed', failed: 'Failed' };
const statusOf = ({ state }: Row): string => (typeof state === 'string' ? STATUS[state] : undefined) ?? 'Unknown';

/** The agency inspects; the officers of the fair and the auditor look on. */
function listAudiences(row: Row): readonly Sight[] {
  const listing = { title: `Inspection: ${row.context.stallName}`, status: statusOf(row), dueAt: null };
  const awaits: readonly Role[] = row.state === 'visiting' ? ['agency-officer'] : [];
  return [
    'role:agency-officer',
    `role:agency-officer@${row.jurisdiction}`,
    'role:central-officer',
    `role:state-officer@${row.jurisdiction}`,
    'role:auditor',
  ].map((audience) => ({ ...listing, audience, awaits }));
}

/** The result goes to the case that asked for the inspection; it is known by its id alone. */
function listNotices(act: TransitionFact, row: Row): readonly Notice[] {
  if (act.from === null) {
    return [`role:agency-officer`, `role:agency-officer@${row.jurisdiction}`].map((to) => ({
      kind: 'notice',
      to,
      template: 'stall-inspection.visit-awaited',
      data: { stall: row.context.stallName },
    }));
  }
  if (act.command !== 'INSPECT' || act.kind !== 'accepted' || row.parentCaseId === null) return [];
  const { result, remarks } = (act.form ?? {}) as Partial<InspectForm>;
  return [{ kind: 'command', caseId: row.parentCaseId, command: 'RECORD_INSPECTION', form: { result, remarks } }];
}

/**
 * The inspection of one stall: a child case with a life of its own that tells its parent how it ended.
 * Read stall-inspection.machine.ts, then stall-inspection.commands.ts, then stall-inspection.rules.ts.
 */
export const stallInspection = defineCaseType<
  StallInspectionContext,
  StallInspectionFacts,
  typeof stallInspectionMachine,
  OpenStallInspectionForm
>({
  id: 'stall-inspection',
  plural: 'stall-inspections',
  prefix: 'INSPECT',
  title: 'Inspection of a stall',
  version: '1',
  machine: stallInspectionMachine,
  open: {
    roles: ['system'],
    summary: 'Ask for the inspection of a stall.',
    ref: inspectionRule('1'),
    form: OpenStallInspectionForm,
    rules: [],
    jurisdiction: ({ jurisdiction }) => jurisdiction,
    input: ({ form }): StallInspectionContext => ({ stallName: form.stallName }),
  },
  commands: stallInspectionCommands,
  orders: {
    roles: ['state-officer', 'central-officer'],
    secondPerson: { roles: ['agency-officer'], expiresAfterHours: 48, ref: inspectionRule('4') },
  },
  timers: () => [],
  audiences: listAudiences,
  views: {
    case: ({ row }) => ({ stall: row.context.stallName, status: statusOf(row), parent: row.parentCaseId }),
    transition: (_looking, act) => ({
      command: act.command,
      kind: act.kind,
      at: formatInstant(act.at),
      from: act.from,
      to: act.to,
      role: act.role,
      form: act.form,
    }),
  },
  notices: listNotices,
  store: { facts: {}, apply: {} },
  stateProvisions: stallInspectionStates,
});
