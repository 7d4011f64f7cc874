import { formatInstant, type CaseRow, type Notice, type Party, type Role, type TransitionFact } from '#case-kit';
import { phaseOf } from './block-auction.clock.js';
import type { AuctionContext, Phase } from './block-auction.model.js';

type Row = CaseRow<AuctionContext>;
type Data = Readonly<Record<string, unknown>>;

function tell(to: string, template: string, data: Data = {}): Notice {
  return { kind: 'notice', to, template: `block-auction.${template}`, data };
}

/** Staff of the case's territory and those without one alike: either may act on it. */
function tellStaff(row: Row, role: Role, template: string, data: Data = {}): Notice[] {
  return [tell(`role:${role}`, template, data), tell(`role:${role}@${row.jurisdiction}`, template, data)];
}

/** The officers who conduct the auction: those of the Centre or those of one State. */
function tellAuthority(row: Row, template: string, data: Data = {}): Notice[] {
  const isCentral = row.jurisdiction === 'CENTRE';
  return [tell(isCentral ? 'role:central-officer' : `role:state-officer@${row.jurisdiction}`, template, data)];
}

/** Everybody who bought the document, whether he bid or not. */
function tellBuyers(parties: readonly Party[], template: string, data: Data = {}): Notice[] {
  return parties
    .filter(({ capacity }) => capacity !== 'authority')
    .map(({ organisationId }) => tell(`org:${organisationId}`, template, data));
}

function tellQualified(parties: readonly Party[], template: string, data: Data = {}): Notice[] {
  return parties
    .filter(({ capacity }) => capacity === 'qualified')
    .map(({ organisationId, alias }) => tell(`org:${organisationId}`, template, { alias, ...data }));
}

function announceRanking(row: Row, parties: readonly Party[]): readonly Notice[] {
  const { round } = row.context;
  return parties
    .filter(({ capacity }) => capacity === 'qualified' || capacity === 'bidder')
    .map(({ organisationId, capacity, alias }) =>
      capacity === 'qualified'
        ? tell(`org:${organisationId}`, 'qualified', { alias, floor: round?.floor ?? null })
        : tell(`org:${organisationId}`, 'not-qualified'),
    );
}

function announceDeclaration(row: Row, parties: readonly Party[]): readonly Notice[] {
  const { declared, block } = row.context;
  const preferred = parties.find(({ capacity }) => capacity === 'preferred-bidder');
  const data = {
    block: block.name,
    organisation: preferred?.organisationId ?? null,
    percent: declared?.percent ?? null,
  };
  return [
    tell('public', 'preferred-bidder-declared', data),
    ...tellAuthority(row, 'securities-to-return', data),
    ...(row.jurisdiction === 'CENTRE'
      ? [tell(`role:state-officer@${block.state}`, 'preferred-bidder-declared', data)]
      : []),
    ...tellBuyers(parties, 'preferred-bidder-declared', data),
  ];
}

function announceAnnulment(row: Row, parties: readonly Party[]): readonly Notice[] {
  const { annulment, block } = row.context;
  if (row.anchors['notice'] === undefined || annulment === null) return [];
  const { reason, provision, text, nextAttempts } = annulment;
  const data = { block: block.name, reason, provision, text };
  return [
    tell('public', 'annulled', data),
    ...tellBuyers(parties, 'annulled', data),
    ...tellAuthority(row, 'next-attempt', { nextAttempts, previousCaseId: row.id }),
  ];
}

/** Who is told when the case comes to stand in a phase. */
function announcePhase(phase: Phase, row: Row, parties: readonly Party[]): readonly Notice[] {
  const { schedule, block, round } = row.context;
  switch (phase) {
    case 'saleOpen':
      return [tell('public', 'notice-published', { block: block.name, bidsDueAt: formatInstant(schedule.bidsDueAt) })];
    case 'bidding':
      return tellBuyers(parties, 'bidding-open', { bidsDueAt: formatInstant(schedule.bidsDueAt) });
    case 'opening':
      return tellStaff(row, 'evaluation-chair', 'technical-opening-awaited');
    case 'technicalEvaluation':
      return tellStaff(row, 'evaluation-member', 'evaluation-awaited');
    case 'priceOpening':
      return tellStaff(row, 'evaluation-chair', 'price-opening-awaited');
    case 'decideProceed':
      return [...tellAuthority(row, 'decision-awaited'), ...announceRanking(row, parties)];
    case 'qualified':
      return [...tellAuthority(row, 'schedule-awaited'), ...announceRanking(row, parties)];
    case 'roundTwoScheduled':
    case 'roundTwoLive':
      return [];
    case 'roundTwoPaused':
      return [...tellQualified(parties, 'round-two-paused'), ...tellAuthority(row, 'round-two-paused')];
    case 'preferredBidderDeclared':
      return announceDeclaration(row, parties);
    case 'annulled':
      return announceAnnulment(row, parties);
    case 'concluded':
    case 'annulmentConcluded':
      return row.anchors['notice'] === undefined
        ? []
        : [tell('public', 'concluded', { block: block.name, floor: round?.floor ?? null })];
    case 'draft':
      return [];
  }
}

/** Receipts and whatever else is told of a single act, whether or not the phase changes with it. */
function announceAct(act: TransitionFact, row: Row, parties: readonly Party[]): readonly Notice[] {
  const own = (template: string): Notice[] => [
    tell(`org:${act.organisationId}`, template, { at: formatInstant(act.at) }),
  ];
  const { round } = row.context;
  switch (act.command) {
    case 'PURCHASE_TENDER':
      return own('document-bought');
    case 'SUBMIT_BID':
      return own('bid-received');
    case 'WITHDRAW_BID':
      return own('bid-withdrawn');
    case 'ASK_QUERY':
      return tellAuthority(row, 'query-asked');
    case 'PUBLISH_REPLIES':
      return tellBuyers(parties, 'replies-published');
    case 'ISSUE_CORRIGENDUM':
      return [
        tell('public', 'corrigendum', { text: act.form?.['text'] ?? null, version: row.context.schedule.version }),
        ...tellBuyers(parties, 'corrigendum', {
          text: act.form?.['text'] ?? null,
          version: row.context.schedule.version,
        }),
      ];
    case 'REQUEST_CLARIFICATION': {
      // Until the second round the alias of a bidder is the name of his bid.
      const asked = parties.find(({ alias }) => alias !== null && alias === act.form?.['bidId']);
      const data = { answerBy: act.form?.['answerBy'] ?? null };
      return asked === undefined ? [] : [tell(`org:${asked.organisationId}`, 'clarification-asked', data)];
    }
    case 'ANSWER_CLARIFICATION':
      return tellStaff(row, 'evaluation-chair', 'clarification-answered');
    case 'SCHEDULE_ROUND_TWO':
      return tellQualified(parties, 'round-two-scheduled', {
        startsAt: act.form?.['startsAt'] ?? null,
        floor: round?.floor ?? null,
      });
    case 'START_ROUND_TWO':
      return tellQualified(parties, 'round-two-begins', { closesAt: formatInstant(round?.closesAt ?? act.at) });
    case 'ANNOUNCE_RESUMPTION':
      return tellQualified(parties, 'round-two-resumes', { resumesAt: act.form?.['resumesAt'] ?? null });
    case 'REPORT_MISTAKE': {
      const alias = parties.find(({ organisationId }) => organisationId === act.organisationId)?.alias ?? null;
      const data = { alias, percent: act.form?.['percent'] ?? null, at: formatInstant(act.at) };
      return [...tellAuthority(row, 'mistake-reported', data), ...own('mistake-recorded')];
    }
    case 'RETURN_SECURITY':
    case 'FORFEIT_SECURITY': {
      const template = act.command === 'RETURN_SECURITY' ? 'security-returned' : 'security-forfeited';
      const { organisationId, guaranteeNumber } = act.form ?? {};
      return typeof organisationId === 'string' ? [tell(`org:${organisationId}`, template, { guaranteeNumber })] : [];
    }
    default:
      return [];
  }
}

/** Who is told of a transition. Nothing of a sealed or anonymous field is in it. */
export function listBlockAuctionNotices(act: TransitionFact, row: Row, parties: readonly Party[]): readonly Notice[] {
  if (act.kind === 'proposed') {
    const isOpening = act.command === 'OPEN_TECHNICAL' || act.command === 'OPEN_PRICES';
    return tellStaff(row, isOpening ? 'evaluation-member' : 'approving-officer', 'confirmation-awaited', {
      command: act.command,
    });
  }
  if (act.kind !== 'accepted' && act.kind !== 'timer') return [];
  const phase = phaseOf(act.to);
  const entered = act.from === null || phaseOf(act.from) !== phase;
  return [...(entered ? announcePhase(phase, row, parties) : []), ...announceAct(act, row, parties)];
}
