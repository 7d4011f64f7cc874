import { localDateAt, sayList, sayRoles, sayTerritory, type CaseRule, type Finding, type FormRule } from '#case-kit';
import type { AttemptFact, AttemptKind, AuctionFacts, BlockFact } from './block-auction.facts.js';
import { AUTHORITY, makeFinding } from './block-auction.findings.js';
import { sayAttempt, sayReason } from './block-auction.words.js';
import { auctionRule, mmdrSection } from './block-auction.law.js';
import type { AuctionContext, Terms } from './block-auction.model.js';
import { getScheme } from './block-auction.schemes.js';
import type { OpenBlockAuctionForm } from './draft.forms.js';

type OnCase = CaseRule<AuctionContext, AuctionFacts>;
type OnOpening = FormRule<undefined, AuctionFacts, OpenBlockAuctionForm>;
type Block = BlockFact | null;

/** Whether a mineral of the block is in Part D of the First Schedule on a day (`YYYY-MM-DD`). */
function hasPartD(block: BlockFact, on: string): boolean {
  return block.minerals.some(({ periods }) =>
    periods.some(
      ({ part, from, until }) => part === 'D' && (from === null || from <= on) && (until === null || on < until),
    ),
  );
}

function judgeAuthority(
  block: Block,
  terms: Pick<Terms, 'scheme' | 'centralGround'>,
  jurisdiction: string,
  at: number,
): true | Finding {
  if (block === null) return true;
  const isCentral = jurisdiction === 'CENTRE';
  const state = block.state === null ? 'the State' : sayTerritory(block.state);
  const { concession } = getScheme(terms.scheme);
  const drafter = `a notice of ${sayTerritory(jurisdiction)}`;
  if (concession !== 'EL' && hasPartD(block, localDateAt(at))) {
    if (isCentral) return true;
    return makeFinding(
      'jurisdiction',
      drafter,
      'a notice of the Centre, for a mineral of Part D of the First Schedule',
      {
        who: sayRoles(['central-officer']),
        how: 'draft the notice in the central capacity; the State grants the concession afterwards',
      },
    );
  }
  if (isCentral) {
    if (terms.centralGround !== null) return true;
    return makeFinding('centralGround', 'no ground stated', `the ground on which the Centre acts for ${state}`, {
      who: sayRoles(['central-officer', 'state-officer']),
      how: 'state why the Centre auctions the block, or leave it to the State',
    });
  }
  if (jurisdiction === block.state) return true;
  return makeFinding('jurisdiction', drafter, `a notice of ${state}, in which the block lies`, {
    who: `an officer of ${state}`,
    how: 'draft the notice',
  });
}

const COMPETENCE = {
  ref: mmdrSection('ss. 10B, 10BA, 11, 11D'),
  text: 'The Centre auctions leases and composite licences of Part D minerals, the State in which the block lies all others.',
} as const;

export const authorityMayDraft: OnOpening = {
  name: 'authority-may-draft',
  needs: 'form',
  ...COMPETENCE,
  check: ({ facts: { block }, form, row, at }) =>
    judgeAuthority(
      block,
      { scheme: form.scheme, centralGround: form.centralGround ?? null },
      // The opening of a case has a row without a context.
      (row as { readonly jurisdiction: string }).jurisdiction,
      at,
    ),
};

export const authorityIsCompetent: OnCase = {
  name: 'authority-is-competent',
  needs: 'case',
  ...COMPETENCE,
  check: ({ row, facts: { block }, at }) => judgeAuthority(block, row.context.terms, row.jurisdiction, at),
};

/** The attempt after which the next one comes; drafts and drafts given up leave no trace. */
export function findLastAttempt(attempts: readonly AttemptFact[]): AttemptFact | undefined {
  return attempts
    .filter(({ phase }) => phase !== 'DRAFTED' && phase !== 'DISCARDED')
    .reduce<AttemptFact | undefined>(
      (last, one) => (last === undefined || one.ordinal > last.ordinal ? one : last),
      undefined,
    );
}

const titleOf = (scheme: Terms['scheme']): string => getScheme(scheme).title.toLowerCase();

function judgeAttempt(
  attempts: readonly AttemptFact[],
  kind: AttemptKind,
  previousCaseId: string | null,
  scheme: Terms['scheme'],
): true | Finding {
  const last = findLastAttempt(attempts);
  const redraft = { who: AUTHORITY, how: 'draft the notice anew as the attempt that it is, naming the one before it' };
  if (last === undefined) {
    if (kind === 'FIRST' && previousCaseId === null) return true;
    return makeFinding('attempt', sayAttempt(kind), 'a first attempt, for there was none before', redraft);
  }
  if (last.phase === 'PUBLISHED') {
    return makeFinding('attempt', `${last.caseId} is under way`, 'no other attempt at this block under way', {
      who: AUTHORITY,
      how: `bring ${last.caseId} to its end first`,
    });
  }
  if (last.phase === 'DECLARED' || last.phase === 'CONCLUDED') {
    return makeFinding(
      'attempt',
      `${last.caseId} led to a preferred bidder`,
      'no standing declaration for this block',
      {
        who: AUTHORITY,
        how: `annul ${last.caseId} first, with the ground that the law gives for it`,
      },
    );
  }
  const lawful = sayList(last.nextAttempts.map(sayAttempt), 'or');
  if (kind === 'FIRST') return makeFinding('attempt', sayAttempt(kind), lawful, redraft);
  if (!last.nextAttempts.includes(kind)) {
    const why = last.hadTqb === true ? '' : '; the attempt before it had no technically qualified bidder';
    return makeFinding(
      'attempt',
      `${sayAttempt(kind)} after an annulment for ${sayReason(last.reason)}${why}`,
      lawful,
      redraft,
    );
  }
  if (previousCaseId !== last.caseId) {
    const named =
      previousCaseId === null ? 'no attempt named as the one before' : `${previousCaseId} named as the one before`;
    return makeFinding('previousCaseId', named, last.caseId, redraft);
  }
  if (kind === 'SECOND' && scheme !== last.scheme) {
    return makeFinding(
      'scheme',
      titleOf(scheme),
      `${titleOf(last.scheme)}, as in the attempt that is repeated`,
      redraft,
    );
  }
  return true;
}

const LINEAGE = {
  ref: auctionRule('r. 9(10)-(12)'),
  text: 'Attempts at a block follow one another: a second one only after one with technically qualified bidders but too few, else de novo.',
} as const;

export const attemptFollowsTheLast: OnOpening = {
  name: 'attempt-follows-the-last',
  needs: 'form',
  ...LINEAGE,
  check: ({ facts, form }) => judgeAttempt(facts.attempts, form.attempt, form.previousCaseId ?? null, form.scheme),
};

export const attemptIsLegal: OnCase = {
  name: 'attempt-is-legal',
  needs: 'case',
  ...LINEAGE,
  check: ({ row: { context }, facts }) =>
    judgeAttempt(facts.attempts, context.attempt.kind, context.attempt.previousCaseId, context.terms.scheme),
};
