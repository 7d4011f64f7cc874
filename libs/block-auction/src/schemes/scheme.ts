import { Percent, type ProvisionRef, type Rupees } from '#case-kit';
import type { LawOn } from '#rulebook';
import type { SchemeId } from '../block-auction.facts.js';

export interface SecurityQuestion {
  /** Value of estimated resources, null where the scheme knows none. */
  readonly value: Rupees | null;
  /** What the tender itself states, in rupees. */
  readonly stated: string | null;
  /** The bidder proposed the block. */
  readonly proposer: boolean;
}

/** What differs by concession; everything else of an auction is the same. */
export interface Scheme {
  readonly id: SchemeId;
  readonly title: string;
  readonly concession: 'ML' | 'CL' | 'EL';
  /** An offer is better when it is greater (ascending) or smaller (descending). */
  readonly direction: 'ascending' | 'descending';
  readonly boundName: 'reserve price' | 'ceiling';
  /** What is offered, in the words of the Rules. */
  readonly parameterBid: string;
  readonly prerequisites: ProvisionRef;
  readonly bidding: ProvisionRef;
  /** Parameter that names the level to which the block must be explored, and whether a recommendation replaces it. */
  readonly exploration: { readonly parameter: string; readonly orRecommendation: boolean } | null;
  /** Whether money hangs off a value of estimated resources that the notice freezes. */
  readonly knowsValue: boolean;
  readonly stepParameter: string;
  /** Parameter that names the least bound that may be set. */
  readonly leastBoundParameter: string | null;
  /** The bid security due, in rupees; null where the tender had to state it and has not. */
  readonly securityDue: (question: SecurityQuestion, law: LawOn) => string | null;
}

/** The best offer that could come next: one step beyond the best so far, or beyond the bound. */
export function nextOffer({ direction }: Scheme, from: string, step: string): string | null {
  const base = Percent.parse(from).hundredths;
  const size = Percent.parse(step).hundredths;
  const next = direction === 'ascending' ? base + size : base - size;
  return next < 0n ? null : Percent.ofHundredths(next).format();
}
