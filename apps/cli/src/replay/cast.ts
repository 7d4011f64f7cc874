import { sha256Hex } from '#case-kit';
import { makeBidder, type DrivenBidder } from '../drive/bidders.js';
import { inParallel } from '../drive/in-parallel.js';
import type { People } from '../drive/people.js';
import type { AuctionOfficials } from '../drive/rehearsal-auction.js';
import type { PublishedAuction } from './published.js';

/** Addresses that cannot receive mail (RFC 2606): the companies are real, whoever acts for them here is not. */
const DOMAIN = 'replay.example';
/** Officers whom the demonstration has, by State. */
const DEMO_OFFICERS: Readonly<Record<string, string>> = { OD: 'odisha', RJ: 'rajasthan' };
/** A log-in costs the platform a password hash, of which it computes one or two at a time. */
const ABREAST = 3;

/** The officer who conducts the auction: the Centre's, or that of the State, who is appointed when he is missing. */
export async function findOfficer(people: People, auction: PublishedAuction): Promise<Partial<AuctionOfficials>> {
  const { regime, state, stateName } = auction;
  if (regime === 'central-critical') return { officer: 'central' };
  if (state === null) throw new Error(`${auction.id} lies in no known State`);
  const known = DEMO_OFFICERS[state];
  if (known !== undefined) return { officer: known };
  const email = `officer-${state.toLowerCase()}@${DOMAIN}`;
  const name = `Directorate of Mines and Geology, ${stateName}`;
  const organisation = { kind: 'state-directorate', name, jurisdiction: state } as const;
  await people.appoint({ email, name: `Officer of ${stateName} (rehearsals)`, role: 'state-officer', organisation });
  return { officer: email };
}

/** Bidders of these names, made when they are missing; the same name is the same bidder in every replay. */
export async function castBidders(
  people: People,
  names: readonly string[],
): Promise<ReadonlyMap<string, DrivenBidder>> {
  const bidders = await inParallel(names, ABREAST, (legalName) =>
    makeBidder(people, { login: `${loginOf(legalName)}@${DOMAIN}`, legalName }),
  );
  return new Map(bidders.map((bidder) => [bidder.legalName, bidder]));
}

/** Names that differ in punctuation alone are different bidders, as their sources print them. */
function loginOf(legalName: string): string {
  const slug = legalName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `${slug.slice(0, 40)}-${sha256Hex(legalName).slice(0, 6)}`;
}
