import { localDateAt, sayDay, type FormRule } from '#case-kit';
import { scheduledEnd } from './block-auction.clock.js';
import type { AuctionFacts, PaperFact } from './block-auction.facts.js';
import { makeFinding, YOU } from './block-auction.findings.js';
import { auctionPolicy } from './block-auction.law.js';
import type { AuctionContext } from './block-auction.model.js';
import type { SubmitBidForm } from './tender.forms.js';

type NamesDocuments = Partial<Pick<SubmitBidForm, 'documents'>> & { readonly documentId?: string };

const SCANS: Readonly<Record<PaperFact['scan'], string>> = {
  clean: 'clean',
  infected: 'infected',
  pending: 'not scanned yet',
  'not-scanned': 'not scanned, for want of a scanner',
};

const shorten = (id: string): string => `${id.slice(0, 12)}…`;

/** Whoever opens a document on the committee's machine must not open what a scanner has warned of, or not seen. */
export const documentsAreClean: FormRule<AuctionContext, AuctionFacts, NamesDocuments> = {
  name: 'documents-are-clean',
  needs: 'form',
  ref: auctionPolicy('malware'),
  text: 'A command names only documents that the scanner for malware, where there is one, has found clean.',
  check: ({ facts }) => {
    const unfit = facts.namedPapers.filter(({ scan }) => scan === 'infected' || scan === 'pending');
    if (unfit.length === 0) return true;
    const found = unfit.map(({ documentId, scan }) => `${shorten(documentId)} is ${SCANS[scan]}`).join(', ');
    const how = unfit.some(({ scan }) => scan === 'infected')
      ? 'make the paper anew on a clean machine, upload it and name the new document'
      : 'wait until the document has been scanned (its state is in GET /v1/documents), then send the command again';
    return makeFinding('documents', found, 'documents without a warning and without a scan outstanding', {
      who: YOU,
      how,
    });
  },
};

/** A default of the platform: the Rules ask for the papers and fix no validity. */
export const papersAreValid: FormRule<AuctionContext, AuctionFacts, SubmitBidForm> = {
  name: 'papers-are-valid',
  needs: 'form',
  ref: auctionPolicy('validity of papers'),
  text: 'A paper that the bidder has recorded with an end of its validity is valid on the day on which bids are due.',
  check: ({ row, facts }) => {
    const due = scheduledEnd(row, 'bidsDueAt') ?? row.context.schedule.bidsDueAt;
    const dueOn = localDateAt(due);
    const ended = facts.namedPapers.filter(({ validUntil }) => validUntil !== null && validUntil < dueOn);
    if (ended.length === 0) return true;
    const found = ended
      .map(({ documentId, validUntil }) => `${shorten(documentId)} is valid until ${sayDay(validUntil ?? dueOn)}`)
      .join(', ');
    return makeFinding('documents', found, `papers valid on ${sayDay(dueOn)}, the day on which bids are due`, {
      who: YOU,
      how: 'have the paper renewed, record it (POST /v1/bidder-profile/papers) and name the new document',
      by: due,
    });
  },
};
