import { Rupees } from '#case-kit';
import { assessNetWorth, type LawOn, type NetWorthResult } from '#rulebook';
import type { SchemeId } from './block-auction.facts.js';
import type { AuctionContext } from './block-auction.model.js';
import { compositeLicence } from './schemes/composite-licence.js';
import { explorationLicence } from './schemes/exploration-licence.js';
import { miningLease } from './schemes/mining-lease.js';
import type { Scheme } from './schemes/scheme.js';

const SCHEMES: Readonly<Record<SchemeId, Scheme>> = {
  'mining-lease': miningLease,
  'composite-licence': compositeLicence,
  'exploration-licence': explorationLicence,
};

export function getScheme(id: SchemeId): Scheme {
  return SCHEMES[id];
}

export function schemeOf({ terms }: Pick<AuctionContext, 'terms'>): Scheme {
  return SCHEMES[terms.scheme];
}

/** Value of estimated resources that the notice froze, or null. */
export function frozenValueOf({ published }: Pick<AuctionContext, 'published'>): Rupees | null {
  const value = published?.value ?? null;
  return value === null ? null : Rupees.parse(value);
}

/**
 * The bid security that an organisation owes, in rupees, or null where none can be told.
 * Mineral (Auction) Rules, 2015, rr. 9 and 17; calculator 3.
 */
export function securityDueFrom(
  organisationId: string | null,
  context: Pick<AuctionContext, 'terms' | 'published'>,
  law: LawOn,
): string | null {
  const { statedSecurity, proposer } = context.terms;
  return schemeOf(context).securityDue(
    {
      value: frozenValueOf(context),
      stated: statedSecurity,
      proposer: proposer !== null && proposer === organisationId,
    },
    law,
  );
}

/**
 * Whether a net worth (rupees) suffices for the block. Mineral (Auction) Rules, 2015, Schedule I; calculator 6.
 */
export function judgeNetWorth(
  context: Pick<AuctionContext, 'terms' | 'published'>,
  applicant: 'COMPANY' | 'INDIVIDUAL',
  netWorth: Rupees,
  law: LawOn,
): NetWorthResult {
  const { concession } = schemeOf(context);
  const value = frozenValueOf(context);
  return assessNetWorth(
    {
      concession,
      applicant,
      netWorth,
      ...(concession === 'EL' || value === null ? {} : { valueOfEstimatedResources: value }),
    },
    law,
  ).result;
}
