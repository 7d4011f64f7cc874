import {
  hasJurisdiction,
  formatInstant,
  type Actor,
  type CaseRow,
  type LawReader,
  type Party,
  type Role,
  type Sight,
  type Situation,
  type TransitionFact,
  type Views,
} from '#case-kit';
import { applicationsEndOf, callingEndOf, phaseOf } from './fair-stall.clock.js';
import type { FairStallContext, FairStallFacts, Phase } from './fair-stall.model.js';

type Row = CaseRow<FairStallContext>;
type Shown = Readonly<Record<string, unknown>>;
type Viewing = Situation<FairStallContext, FairStallFacts>;

const STATUS: Readonly<Record<Phase, string>> = {
  draft: 'Draft notice',
  applications: 'Open for applications',
  opening: 'Applications closed; the offers wait for their opening',
  calling: 'Calling',
  settling: 'Waiting for payment and inspection',
  allotted: 'Allotted',
  annulled: 'Annulled',
};

const OFFICIAL: readonly Role[] = [
  'central-officer',
  'state-officer',
  'approving-officer',
  'evaluation-chair',
  'evaluation-member',
  'platform-operator',
  'auditor',
  'administrator',
];

/** An official of another territory is a member of the public here. */
const isOfficial = (actor: Actor, row: Row): boolean =>
  OFFICIAL.includes(actor.role) && hasJurisdiction(actor, row.jurisdiction);
const isApplicant = ({ capacity }: Party): boolean => capacity !== 'organiser';
const instantOf = (at: number | null): string | null => (at === null ? null : formatInstant(at));

/** Names may be known once the calling is over; before, and when no calling was held, to nobody. */
function areNamesOpen(row: Row): boolean {
  const phase = phaseOf(row.state);
  return phase === 'settling' || phase === 'allotted' || (phase === 'annulled' && row.context.calledFrom !== null);
}

function holderOf(row: Row, parties: readonly Party[]): string | null {
  return parties.find(({ alias }) => alias !== null && alias === row.context.holder)?.organisationId ?? null;
}

/** How far the payment is while the stall is settled, or undefined. */
function paymentOf({ state }: Row): string | undefined {
  return typeof state === 'object' ? (state['settling'] as Readonly<Record<string, string>>)['payment'] : undefined;
}

/** What everybody may see; it never counts, names or prices an application. */
function showPublic({ row, parties, law }: Pick<Viewing, 'row' | 'parties' | 'law'>): Shown {
  const { context, state } = row;
  const phase = phaseOf(state);
  const shown: Record<string, unknown> = {
    stall: context.stallName,
    status: STATUS[phase],
    applicationsCloseAt: formatInstant(context.applicationsCloseAt),
    callingMinutes: context.callingMinutes,
  };
  if (phase === 'applications') shown['applicationsCloseAt'] = instantOf(applicationsEndOf(row));
  if (context.best !== null) shown['best'] = context.best;
  if (phase === 'calling') shown['closesAt'] = instantOf(callingEndOf(row, law));
  if (phase === 'settling' && typeof state === 'object') {
    const regions = state['settling'] as Readonly<Record<string, string>>;
    shown['payment'] = paymentOf(row);
    shown['inspection'] = regions['inspection'];
  }
  if (phase === 'allotted') shown['allottee'] = holderOf(row, parties);
  return shown;
}

/** What those see who conduct, decide and audit: aliases while the calling runs, names after it. */
function showOfficial({ row, parties, facts }: Viewing): Shown {
  const shown: Record<string, unknown> = {};
  if (phaseOf(row.state) === 'calling') shown['holder'] = row.context.holder;
  if (!areNamesOpen(row)) return shown;
  shown['holder'] = row.context.holder;
  shown['bestOfferOf'] = holderOf(row, parties);
  shown['standings'] = facts.standings;
  return shown;
}

/** What an applicant sees of himself: the receipt of his envelope, his alias, his rank. Of the others: aliases. */
function showOwn({ row, facts, party, actor }: Viewing): Shown {
  const application = facts.ownApplication;
  const own: Record<string, unknown> = {
    application:
      application === null
        ? null
        : { receivedAt: formatInstant(application.receivedAt), commitment: application.envelope.commitment },
    alias: party?.alias ?? null,
  };
  const place = facts.standings.findIndex(({ organisationId }) => organisationId === actor.organisationId);
  const standing = facts.standings[place];
  if (row.context.calledFrom !== null) {
    own['rank'] = standing === undefined ? null : place + 1;
    own['offer'] = standing?.offer ?? null;
    own['holdsBest'] = standing !== undefined && standing.alias === row.context.holder;
  }
  return { own, ...(party?.alias ? { holder: row.context.holder } : {}) };
}

function showCase(viewing: Viewing): Shown {
  const { actor, party, row } = viewing;
  const shown = showPublic(viewing);
  if (isOfficial(actor, row)) return { ...shown, ...showOfficial(viewing) };
  if (actor.role === 'bidder' && party !== undefined && isApplicant(party)) return { ...shown, ...showOwn(viewing) };
  return shown;
}

function showLive(row: Row, law: LawReader): Shown | null {
  if (phaseOf(row.state) !== 'calling') return null;
  return { status: STATUS.calling, best: row.context.best, closesAt: instantOf(callingEndOf(row, law)) };
}

type Looking = Omit<Viewing, 'facts'>;

/** A bidder's act is his own affair, an accepted call apart, until names are open; then those who audit see it too. */
function showBidderAct({ row, actor, parties }: Looking, act: TransitionFact): Shown | null {
  const head = { command: act.command, kind: act.kind, at: formatInstant(act.at) };
  const isCall = act.command === 'CALL' && act.kind === 'accepted';
  const offer = act.command === 'CALL' && act.form !== null ? { offer: act.form['offer'] } : {};
  if (actor.role === 'bidder' && actor.organisationId === act.organisationId) return { ...head, ...offer, own: true };
  const alias = parties.find(({ organisationId }) => organisationId === act.organisationId)?.alias ?? null;
  const taking = parties.some((party) => party.organisationId === actor.organisationId && party.alias !== null);
  if (isOfficial(actor, row) && areNamesOpen(row)) {
    return { ...head, ...offer, alias, organisation: act.organisationId, role: act.role };
  }
  if (!isCall) return null;
  return isOfficial(actor, row) || (actor.role === 'bidder' && taking)
    ? { ...head, ...offer, alias }
    : { ...head, ...offer };
}

/** Acts of officers and of the clock: in full to officials, from the publication on and as far as they count to all. */
function showOfficialAct({ row, actor }: Looking, act: TransitionFact): Shown | null {
  const head = { command: act.command, kind: act.kind, at: formatInstant(act.at), from: act.from, to: act.to };
  // Why somebody may not open the offers tells whose organisation has applied: until names are open, to him alone.
  const tells = act.command === 'OPEN_ENVELOPES' && act.kind === 'refused' && !areNamesOpen(row);
  if (tells && act.actorId !== actor.personId) return null;
  if (isOfficial(actor, row)) {
    return { ...head, role: act.role, actor: act.actorId, organisation: act.organisationId, form: act.form };
  }
  const counts = act.kind === 'accepted' || act.kind === 'timer' || act.kind === 'hold' || act.kind === 'order';
  const isPublic = row.anchors['notice'] !== undefined && phaseOf(act.to) !== 'draft';
  if (!counts || !isPublic) return null;
  return act.command === 'ANNUL' ? { ...head, reason: act.form?.['reason'] ?? null } : head;
}

export const fairStallViews: Views<FairStallContext, FairStallFacts> = {
  facts: ['ownApplication', 'standings'],
  case: showCase,
  live: showLive,
  transition: (looking, act) => (act.role === 'bidder' ? showBidderAct(looking, act) : showOfficialAct(looking, act)),
};

/** Whose act the case waits for. A proposed act waits for its second person instead of its first. */
function listAwaited(row: Row): readonly Role[] {
  const proposed = row.proposals.map(({ command }) => command);
  const approval: readonly Role[] = proposed.some((command) => command !== 'OPEN_ENVELOPES')
    ? ['approving-officer']
    : [];
  switch (phaseOf(row.state)) {
    case 'draft':
      return approval.length > 0 ? approval : ['state-officer', 'central-officer'];
    case 'opening':
      return [...approval, proposed.includes('OPEN_ENVELOPES') ? 'evaluation-member' : 'evaluation-chair'];
    case 'settling':
      return paymentOf(row) === 'due' ? [...approval, 'platform-operator'] : approval;
    case 'applications':
    case 'calling':
      return approval;
    case 'allotted':
    case 'annulled':
      return [];
  }
}

/** In lists the calling stands under its announced end: extensions would rewrite every list at every call. */
function dueInLists(row: Row): number | null {
  switch (phaseOf(row.state)) {
    case 'applications':
      return applicationsEndOf(row);
    case 'calling':
      return row.context.closesAt;
    case 'draft':
    case 'opening':
    case 'settling':
    case 'allotted':
    case 'annulled':
      return null;
  }
}

/** Who may know that the case exists, and what lists say to them. The public from the publication on. */
export function listFairStallAudiences(row: Row, parties: readonly Party[]): readonly Sight[] {
  const listing = { title: row.context.stallName, status: STATUS[phaseOf(row.state)], dueAt: dueInLists(row) };
  const official = { ...listing, awaits: listAwaited(row) };
  const staff = ['approving-officer', 'evaluation-chair', 'evaluation-member', 'platform-operator'];
  const audiences = [
    'role:central-officer',
    `role:state-officer@${row.jurisdiction}`,
    ...staff.flatMap((role) => [`role:${role}`, `role:${role}@${row.jurisdiction}`]),
  ];
  const sights: Sight[] = audiences.map((audience) => ({ ...official, audience }));
  sights.push({ ...listing, awaits: [], audience: 'role:auditor' });
  for (const party of parties.filter(isApplicant)) {
    sights.push({ ...listing, awaits: [], audience: `org:${party.organisationId}` });
  }
  if (row.anchors['notice'] !== undefined) sights.push({ ...listing, awaits: [], audience: 'public' });
  return sights;
}
