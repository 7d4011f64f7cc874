import { parseInstant, sha256Hex, type Actor, type LawSnapshot, type Role } from '#case-kit';
import { buildLawSnapshot, readSeedLaw, type ParameterVersion } from '#rulebook';
import type { BlockFact } from './block-auction.facts.js';
import { blockAuctionLaw } from './block-auction.law.js';
import type { Registers } from './memory.fixture.js';

const SIGNERS = ['owner-1', 'owner-2'];
const seed = readSeedLaw();

/** The law of an auction with other values or signatures for the parameters named; null leaves one out. */
export function lawOf(
  changes: Readonly<Record<string, Partial<ParameterVersion> | null>> = {},
  signedBy: readonly string[] = SIGNERS,
): LawSnapshot {
  const parameters = [...seed.parameters, ...blockAuctionLaw]
    .filter(({ name }) => changes[name] !== null)
    .map((parameter): ParameterVersion => ({ ...parameter, signedBy, ...changes[parameter.name] }));
  return buildLawSnapshot(parameters, seed.holidayLists);
}

export const SIGNED = lawOf();
export const UNSIGNED = lawOf({}, []);

export function actorOf(role: Role, organisationId: string = `org-of-${role}`, jurisdiction?: string): Actor {
  const territorial = role === 'state-officer' || role === 'approving-officer' || role.startsWith('evaluation');
  return {
    personId: `person-of-${organisationId}-${role}`,
    sessionId: 's1',
    appointmentId: 'a1',
    role,
    organisationId,
    jurisdiction: jurisdiction ?? (role === 'central-officer' ? 'CENTRE' : territorial ? 'OD' : null),
    epoch: 0,
  };
}

export const OFFICER = actorOf('state-officer', 'org-mines-od');
export const CENTRAL = actorOf('central-officer', 'org-ministry');
export const APPROVER = actorOf('approving-officer', 'org-mines-od');
export const CHAIR = actorOf('evaluation-chair', 'org-committee');
export const MEMBER = actorOf('evaluation-member', 'org-committee');
export const OPERATOR = actorOf('platform-operator', 'org-platform');
export const SYSTEM = actorOf('system', 'system');
export const ALPHA = actorOf('bidder', 'org-alpha');
export const BETA = actorOf('bidder', 'org-beta');
export const GAMMA = actorOf('bidder', 'org-gamma');
export const DELTA = actorOf('bidder', 'org-delta');
export const BIDDERS: readonly Actor[] = [ALPHA, BETA, GAMMA, DELTA];

export const NOTICE_AT = parseInstant('2026-12-01T11:00:00+05:30');

/** A document that an organisation has stored, one of each kind. */
export function documentOf(organisationId: string, kind: string): string {
  return sha256Hex(organisationId, kind);
}

export const PAPERS = [
  'BID_LETTER',
  'POWER_OF_ATTORNEY',
  'AFFIDAVIT',
  'NET_WORTH_CERTIFICATE',
  'INCORPORATION',
  'BID_SECURITY',
  'AFFILIATE_DECLARATION',
] as const;

export function blockOf(changes: Partial<BlockFact> = {}): BlockFact {
  return {
    id: 'PRACTICE-ML-1',
    version: 3,
    name: 'Kala Pahar',
    state: 'OD',
    concession: 'ML',
    minerals: [{ code: 'IRON_ORE', periods: [{ part: 'C', from: null, until: null }] }],
    areaHa: '140.0000',
    demarcated: true,
    landClassified: true,
    explorationLevel: 'G2',
    geologicalReport: documentOf('org-survey', 'REPORT'),
    rehearsal: false,
    value: { version: 1, blockVersion: 3, amount: '20000000000.00', worksheet: [{ mineral: 'IRON_ORE' }] },
    ...changes,
  };
}

export function registersOf(): Registers {
  const bidders = BIDDERS.map(({ organisationId }) => organisationId);
  return {
    block: blockOf(),
    attempts: [],
    bidders: new Map(
      bidders.map((id) => [
        id,
        {
          legalName: `${id.slice(4)} minerals limited`,
          kind: 'COMPANY',
          netWorth: '9000000000.00',
          links: [],
          debarments: [],
        },
      ]),
    ),
    papers: new Map(),
    documents: new Map(bidders.map((id) => [id, [...PAPERS, 'ANSWER'].map((kind) => documentOf(id, kind))])),
    earlierPurchases: new Map(),
  };
}

export const DRAFT = {
  blockId: 'PRACTICE-ML-1',
  scheme: 'mining-lease',
  attempt: 'FIRST',
  bound: '20.00',
  tenderFee: '300000.00',
  queriesCloseAt: '2026-12-15T17:00:00+05:30',
  repliesDueAt: '2026-12-22T17:00:00+05:30',
  studyEndsAt: '2027-01-05T17:00:00+05:30',
  purchaseClosesAt: '2027-01-20T17:00:00+05:30',
  bidsDueAt: '2027-01-25T17:00:00+05:30',
} as const;
