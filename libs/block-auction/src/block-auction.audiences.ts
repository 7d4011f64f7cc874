import type { CaseRow, Party, Role, Sight } from '#case-kit';
import { phaseOf, roundTwoStart, scheduledEnd } from './block-auction.clock.js';
import type { AuctionContext } from './block-auction.model.js';
import { schemeOf } from './block-auction.schemes.js';
import { statusOf } from './block-auction.states.js';

type Row = CaseRow<AuctionContext>;

const AUTHORITIES: readonly Role[] = ['state-officer', 'central-officer'];
const SECOND_PERSONS: Readonly<Record<string, Role>> = {
  OPEN_TECHNICAL: 'evaluation-member',
  OPEN_PRICES: 'evaluation-member',
};

/** Whose act the case waits for. A proposed act waits for its second person instead of its first. */
function listAwaited(row: Row): readonly Role[] {
  const proposed = [...new Set(row.proposals.map(({ command }) => SECOND_PERSONS[command] ?? 'approving-officer'))];
  const first = (roles: readonly Role[], ...commands: readonly string[]): readonly Role[] =>
    row.proposals.some(({ command }) => commands.includes(command)) ? proposed : [...proposed, ...roles];
  switch (phaseOf(row.state)) {
    case 'draft':
      return first(AUTHORITIES, 'PUBLISH_NOTICE');
    case 'opening':
      return first(['evaluation-chair'], 'OPEN_TECHNICAL');
    case 'technicalEvaluation':
      return first(['evaluation-chair', 'evaluation-member'], 'FREEZE_EVALUATION');
    case 'priceOpening':
      return first(['evaluation-chair'], 'OPEN_PRICES');
    case 'decideProceed':
      return first(AUTHORITIES, 'DECIDE_TO_PROCEED', 'ANNUL');
    case 'qualified':
    case 'preferredBidderDeclared':
    case 'annulled':
      return first(AUTHORITIES);
    case 'roundTwoPaused':
      return first(['platform-operator']);
    case 'saleOpen':
    case 'bidding':
    case 'roundTwoScheduled':
    case 'roundTwoLive':
      return proposed;
    case 'concluded':
    case 'annulmentConcluded':
      return [];
  }
}

/** In lists the second round stands under its announced end: extensions would rewrite every list at every offer. */
function dueInLists(row: Row): number | null {
  switch (phaseOf(row.state)) {
    case 'saleOpen':
      return scheduledEnd(row, 'studyEndsAt');
    case 'bidding':
      return scheduledEnd(row, 'bidsDueAt');
    case 'roundTwoScheduled':
      return roundTwoStart(row);
    case 'roundTwoLive':
      return row.context.round?.closesAt ?? null;
    case 'draft':
    case 'opening':
    case 'technicalEvaluation':
    case 'priceOpening':
    case 'decideProceed':
    case 'qualified':
    case 'roundTwoPaused':
    case 'preferredBidderDeclared':
    case 'annulled':
    case 'concluded':
    case 'annulmentConcluded':
      return null;
  }
}

/** Who may know that the case exists, and what lists say to them. The public from the publication on. */
export function listBlockAuctionAudiences(row: Row, parties: readonly Party[]): readonly Sight[] {
  const { block, attempt } = row.context;
  const title = `${block.name}: ${schemeOf(row.context).title.toLowerCase()}, attempt ${attempt.ordinal}`;
  const listing = { title, status: statusOf(row), dueAt: dueInLists(row) };
  const official = { ...listing, awaits: listAwaited(row) };
  const staff = ['approving-officer', 'evaluation-chair', 'evaluation-member', 'platform-operator'];
  const audiences = [
    'role:central-officer',
    `role:state-officer@${row.jurisdiction}`,
    ...staff.flatMap((role) => [`role:${role}`, `role:${role}@${row.jurisdiction}`]),
  ];
  const sights: Sight[] = audiences.map((audience) => ({ ...official, audience }));
  sights.push({ ...listing, awaits: [], audience: 'role:auditor' });
  // The State grants in every case, also where the Centre auctions: its officers look on.
  if (block.state !== row.jurisdiction) {
    sights.push({ ...listing, awaits: [], audience: `role:state-officer@${block.state}` });
  }
  for (const { organisationId, capacity } of parties) {
    if (capacity !== 'authority') sights.push({ ...listing, awaits: [], audience: `org:${organisationId}` });
  }
  if (row.anchors['notice'] !== undefined) sights.push({ ...listing, awaits: [], audience: 'public' });
  return sights;
}
