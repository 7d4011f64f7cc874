import { formatInstant, type Situation, type TransitionFact } from '#case-kit';
import type { AuctionFacts } from './block-auction.facts.js';
import type { AuctionContext } from './block-auction.model.js';
import * as sight from './block-auction.sight.js';

type Shown = Readonly<Record<string, unknown>>;
type Looking = Omit<Situation<AuctionContext, AuctionFacts>, 'facts'>;

/** Acts that tell of single bids: how many there are, and whose. */
const ON_BIDS: readonly string[] = ['REQUEST_CLARIFICATION', 'RECORD_FINDING', 'RECORD_SCREENING'];
/** Acts that name bidders once the attempt is over. */
const ON_SECURITIES: readonly string[] = ['RETURN_SECURITY', 'FORFEIT_SECURITY'];

/** What everybody may read of the forms of officers; of all others only that the act was done. */
const PUBLIC_FORMS: Readonly<Record<string, readonly string[]>> = {
  ISSUE_CORRIGENDUM: [
    'text',
    'documentId',
    'queriesCloseAt',
    'repliesDueAt',
    'studyEndsAt',
    'purchaseClosesAt',
    'bidsDueAt',
  ],
  PUBLISH_REPLIES: ['replies'],
  DECIDE_TO_PROCEED: ['reason'],
  SCHEDULE_ROUND_TWO: ['startsAt'],
  PAUSE_ROUND_TWO: ['outageBeganAt', 'reason'],
  ANNOUNCE_RESUMPTION: ['resumesAt'],
  INTIMATE_STATE: ['letter'],
  ANNUL: ['ground', 'provision', 'reason'],
};

/** The form without its envelope: a ciphertext is nobody's reading. */
function withoutEnvelope(form: TransitionFact['form']): Shown | null {
  if (form === null) return null;
  const { initialPriceOffer, ...rest } = form;
  return rest;
}

/** A bidder's act is his own affair, an accepted final offer apart, until names are open. */
function showBidderAct(looking: Looking, act: TransitionFact): Shown | null {
  const { actor, parties } = looking;
  const head = { command: act.command, kind: act.kind, at: formatInstant(act.at) };
  const form = withoutEnvelope(act.form);
  if (actor.role === 'bidder' && actor.organisationId === act.organisationId) return { ...head, form, own: true };
  const alias = parties.find(({ organisationId }) => organisationId === act.organisationId)?.alias ?? null;
  if (sight.areNamesOpen(looking)) return { ...head, form, alias, organisation: act.organisationId, role: act.role };
  if (act.command !== 'FINAL_OFFER' || act.kind !== 'accepted') return null;
  const percent = act.form?.['percent'] ?? null;
  return sight.isOfficial(looking) ? { ...head, percent, alias } : { ...head, percent };
}

function showToOfficial(looking: Looking, act: TransitionFact): Shown | null {
  const head = { command: act.command, kind: act.kind, at: formatInstant(act.at), from: act.from, to: act.to };
  const who = { role: act.role, actor: act.actorId, organisation: act.organisationId };
  if (ON_BIDS.includes(act.command)) {
    return sight.areTechnicalBidsSeen(looking) ? { ...head, ...who, form: act.form } : null;
  }
  if (ON_SECURITIES.includes(act.command)) {
    return sight.areNamesOpen(looking) ? { ...head, ...who, form: act.form } : null;
  }
  return { ...head, ...who, form: act.form };
}

/** To the public: what counts, from the publication on, with what of its form is meant for all. */
function showToPublic({ row }: Looking, act: TransitionFact): Shown | null {
  const counts = act.kind === 'accepted' || act.kind === 'timer' || act.kind === 'hold' || act.kind === 'order';
  const isPublic = row.anchors['notice'] !== undefined && act.to !== 'draft';
  if (!counts || !isPublic || ON_BIDS.includes(act.command) || ON_SECURITIES.includes(act.command)) return null;
  const form = Object.fromEntries(
    (PUBLIC_FORMS[act.command] ?? []).flatMap((member) => {
      const value = act.form?.[member];
      return value === undefined ? [] : [[member, value]];
    }),
  );
  return { command: act.command, kind: act.kind, at: formatInstant(act.at), from: act.from, to: act.to, form };
}

/** A transition as a viewer may see it, or null when he may not know that it happened. */
export function showTransition(looking: Looking, act: TransitionFact): Shown | null {
  if (act.role === 'bidder') return showBidderAct(looking, act);
  return sight.isOfficial(looking) ? showToOfficial(looking, act) : showToPublic(looking, act);
}
