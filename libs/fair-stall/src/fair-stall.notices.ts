import { formatInstant, type CaseRow, type Notice, type Party, type Role, type TransitionFact } from '#case-kit';
import { phaseOf } from './fair-stall.clock.js';
import type { FairStallContext, Phase } from './fair-stall.model.js';

type Row = CaseRow<FairStallContext>;

function tell(to: string, template: string, data: Readonly<Record<string, unknown>> = {}): Notice {
  return { kind: 'notice', to, template: `fair-stall.${template}`, data };
}

/** Staff of the case's State and of the centre alike: either may act on it. */
function tellStaff(row: Row, role: Role, template: string, data: Readonly<Record<string, unknown>> = {}): Notice[] {
  return [tell(`role:${role}`, template, data), tell(`role:${role}@${row.jurisdiction}`, template, data)];
}

function announceCalling({ context }: Row, parties: readonly Party[]): readonly Notice[] {
  const closesAt = formatInstant(context.closesAt ?? 0);
  return parties
    .filter(({ capacity }) => capacity === 'trader' || capacity === 'applicant')
    .map(({ organisationId, alias }) =>
      alias === null
        ? tell(`org:${organisationId}`, 'not-qualified')
        : tell(`org:${organisationId}`, 'calling-begins', { alias, best: context.best, closesAt }),
    );
}

function startSettling(row: Row, parties: readonly Party[]): readonly Notice[] {
  const { best, holder, stallName } = row.context;
  const winner = parties.find(({ alias }) => alias !== null && alias === holder);
  return [
    // The inspection has its own officers and its own life: a child case, told and heard by commands only.
    {
      kind: 'open',
      caseType: 'stall-inspection',
      form: { stallName, jurisdiction: row.jurisdiction },
      child: true,
    },
    ...tellStaff(row, 'platform-operator', 'payment-awaited', { amount: best }),
    ...(winner === undefined ? [] : [tell(`org:${winner.organisationId}`, 'payment-due', { amount: best })]),
  ];
}

function announcePhase(phase: Phase, act: TransitionFact, row: Row, parties: readonly Party[]): readonly Notice[] {
  const { stallName, applicationsCloseAt, best } = row.context;
  const isPublished = row.anchors['notice'] !== undefined;
  switch (phase) {
    case 'applications':
      return [tell('public', 'published', { stall: stallName, closesAt: formatInstant(applicationsCloseAt) })];
    case 'opening':
      return tellStaff(row, 'evaluation-chair', 'opening-awaited');
    case 'calling':
      return announceCalling(row, parties);
    case 'settling':
      return startSettling(row, parties);
    case 'allotted':
      return [tell('public', 'allotted', { stall: stallName, best })];
    case 'annulled':
      return isPublished
        ? [
            tell('public', 'annulled', {
              stall: stallName,
              reason: act.form?.['reason'] ?? act.form?.['remarks'] ?? null,
            }),
          ]
        : [];
    case 'draft':
      return [];
  }
}

function confirmReceipt(act: TransitionFact): readonly Notice[] {
  if (act.command !== 'APPLY' && act.command !== 'WITHDRAW') return [];
  const template = act.command === 'APPLY' ? 'application-received' : 'application-withdrawn';
  return [tell(`org:${act.organisationId}`, template, { at: formatInstant(act.at) })];
}

/** Who is told of a transition, and which case is opened by it. Nothing of a sealed or anonymous field is in it. */
export function listFairStallNotices(act: TransitionFact, row: Row, parties: readonly Party[]): readonly Notice[] {
  if (act.kind === 'proposed') {
    const second = act.command === 'OPEN_ENVELOPES' ? 'evaluation-member' : 'approving-officer';
    return tellStaff(row, second, 'confirmation-awaited', { command: act.command });
  }
  if (act.kind !== 'accepted' && act.kind !== 'timer') return [];
  const phase = phaseOf(act.to);
  const entered = act.from === null || phaseOf(act.from) !== phase;
  return entered ? announcePhase(phase, act, row, parties) : confirmReceipt(act);
}
