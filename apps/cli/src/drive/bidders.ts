import { Rupees } from '#case-kit';
import { ApiRefused, type ApiClient } from './api-client.js';
import type { People } from './people.js';

/** A company that is ready to bid. */
export interface DrivenBidder {
  /** As `People.as` knows the person who acts for it. */
  readonly login: string;
  readonly organisationId: string;
  readonly legalName: string;
  /** Id of a stored paper, which serves as each paper of its bid. */
  readonly documentId: string;
}

export interface BidderWanted {
  readonly login: string;
  readonly legalName: string;
  /** Rupees as decimal text; enough for every block of practice when left out. */
  readonly netWorth?: string;
}

/** Companies of the demonstration, with the log-ins of people who act for them already. */
export const DEMO_BIDDERS: readonly BidderWanted[] = [
  { login: 'bidder1', legalName: 'Konark Demo Minerals Limited' },
  { login: 'bidder2', legalName: 'Aravalli Demo Metals Limited' },
  { login: 'bidder3', legalName: 'Narmada Demo Resources Limited' },
];

/** Rs 900 crore: more than any block of practice asks for. */
export const AMPLE_NET_WORTH = '9000000000.00';

interface Profile {
  readonly legalName: string;
  readonly netWorth: string | null;
}

/** Whatever is missing of a bidder is made: organisation, person, appointment, entry in the register, stored paper. */
export async function makeBidder(people: People, wanted: BidderWanted): Promise<DrivenBidder> {
  const { login, legalName, netWorth = AMPLE_NET_WORTH } = wanted;
  if (login.includes('@')) {
    const organisation = { kind: 'bidder', name: legalName } as const;
    await people.appoint({ email: login, name: `Person of ${legalName}`.slice(0, 200), role: 'bidder', organisation });
  }
  const client = people.as(login);
  const { appointments } = await client.get<{
    readonly appointments: readonly { readonly organisation: { readonly id: string } }[];
  }>('/v1/me');
  const organisationId = appointments[0]?.organisation.id;
  if (organisationId === undefined) throw new Error(`${login} acts for nobody`);
  await recordProfile(client, { legalName, netWorth });
  return { login, organisationId, legalName, documentId: await storePaper(client, legalName) };
}

/** Companies of the demonstration first, then as many invented ones as are wanted. */
export async function makeBidders(people: People, count: number): Promise<readonly DrivenBidder[]> {
  const bidders: DrivenBidder[] = [];
  for (let number = 1; number <= count; number += 1) {
    const invented = {
      login: `bidder${number}@drive.example`,
      legalName: `Invented Bidder ${number} Demo Limited`,
    };
    bidders.push(await makeBidder(people, DEMO_BIDDERS[number - 1] ?? invented));
  }
  return bidders;
}

/** The first entry is recorded as it is; an earlier one is kept when it serves, and else followed by a new version. */
async function recordProfile(client: ApiClient, wanted: Required<Omit<BidderWanted, 'login'>>): Promise<void> {
  const known = await client.send<Profile>({ method: 'GET', path: '/v1/bidder-profile' }).catch((error: unknown) => {
    if (error instanceof ApiRefused && error.status === 404) return undefined;
    throw error;
  });
  if (known !== undefined && serves(known.body, wanted)) return;
  const etag = known?.headers.get('ETag');
  const headers: Record<string, string> = typeof etag === 'string' ? { 'If-Match': etag } : {};
  await client.post('/v1/bidder-profile', { ...wanted, kind: 'COMPANY' }, headers);
}

function serves(known: Profile, wanted: { readonly legalName: string; readonly netWorth: string }): boolean {
  if (known.legalName !== wanted.legalName || known.netWorth === null) return false;
  return Rupees.parse(known.netWorth).compare(Rupees.parse(wanted.netWorth)) >= 0;
}

/** The same paper for the same company every time, so that it is stored once. */
async function storePaper(client: ApiClient, legalName: string): Promise<string> {
  const text = `%PDF-1.7\n% Invented papers of ${legalName}, for rehearsals.\n%%EOF\n`;
  const { body } = await client.send<{ readonly id: string }>({
    method: 'POST',
    path: '/v1/documents?name=papers.pdf',
    headers: { 'Content-Type': 'application/pdf' },
    body: new TextEncoder().encode(text),
  });
  return body.id;
}
