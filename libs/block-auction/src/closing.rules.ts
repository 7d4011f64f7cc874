import {
  localDateAt,
  sayCount,
  sayDay,
  sayInstant,
  sayRoles,
  type CaseRow,
  type CaseRule,
  type FormRule,
  type Party,
} from '#case-kit';
import { phaseOf } from './block-auction.clock.js';
import type { AuctionFacts, SecurityFact } from './block-auction.facts.js';
import { AUTHORITY, makeFinding, NOTHING_TO_DO } from './block-auction.findings.js';
import { sayGround } from './block-auction.words.js';
import { auctionPolicy, auctionRule, mmdrSection } from './block-auction.law.js';
import type { AuctionContext } from './block-auction.model.js';
import type { AnnulForm, ForfeitSecurityForm, ReturnSecurityForm } from './round.forms.js';

type OnCase = CaseRule<AuctionContext, AuctionFacts>;
type OnForm<Form> = FormRule<AuctionContext, AuctionFacts, Form>;
type NamesSecurity = Pick<ReturnSecurityForm, 'organisationId' | 'guaranteeNumber'>;

/** Whoever was declared preferred bidder, while that declaration stands. */
export function findPreferredBidder(row: CaseRow<AuctionContext>, parties: readonly Party[]): string | null {
  const { declared } = row.context;
  const phase = phaseOf(row.state);
  if (declared === null || (phase !== 'preferredBidderDeclared' && phase !== 'concluded')) return null;
  return parties.find(({ alias }) => alias === declared.alias)?.organisationId ?? null;
}

function findSecurity(securities: readonly SecurityFact[], named: NamesSecurity): SecurityFact | undefined {
  return securities.find(
    ({ organisationId, guaranteeNumber }) =>
      organisationId === named.organisationId && guaranteeNumber === named.guaranteeNumber,
  );
}

export const securityIsHeld: OnForm<NamesSecurity> = {
  name: 'security-is-held',
  needs: 'form',
  ref: auctionRule('rr. 9, 17, 19E'),
  text: 'Only a bid security of this attempt that is neither returned nor forfeited can be returned or forfeited.',
  check: ({ facts, form }) => {
    const security = findSecurity(facts.securities, form);
    if (security !== undefined && security.settled === null) return true;
    const found =
      security === undefined
        ? `no guarantee ${form.guaranteeNumber} of that organisation in this attempt`
        : `guarantee ${form.guaranteeNumber} was ${security.settled === 'RETURNED' ? 'returned' : 'forfeited'} already`;
    return makeFinding('guaranteeNumber', found, 'a bid security of this attempt that is still held', {
      who: AUTHORITY,
      how: 'name organisation and guarantee as the case shows them',
    });
  },
};

export const preferredSecurityIsKept: OnForm<NamesSecurity> = {
  name: 'preferred-security-is-kept',
  needs: 'form',
  ref: auctionRule('rr. 9(9), 10(1)'),
  text: 'The security of the preferred bidder is held until the grant has taken its first steps.',
  check: ({ row, parties, form }) =>
    findPreferredBidder(row, parties) !== form.organisationId
      ? true
      : makeFinding('organisationId', 'the security of the preferred bidder', 'the security of another bidder', {
          who: AUTHORITY,
          how: 'settle it in the case of the grant, or after an annulment of this attempt',
        }),
};

export const returnHasHappened: OnForm<ReturnSecurityForm> = {
  name: 'return-has-happened',
  needs: 'form',
  ref: auctionPolicy('return of securities'),
  text: 'A return is recorded on the day on which it happened, or later.',
  check: ({ form, at }) =>
    form.returnedOn <= localDateAt(at)
      ? true
      : makeFinding('returnedOn', sayDay(form.returnedOn), `${sayDay(localDateAt(at))} or earlier`, {
          who: AUTHORITY,
          how: 'record the return once it has happened',
        }),
};

export const reportedMistakeIsWeighed: OnForm<ForfeitSecurityForm> = {
  name: 'reported-mistake-is-weighed',
  needs: 'form',
  ref: auctionPolicy('reported mistakes, after 2024 INSC 520'),
  text: 'The security of a bidder who reported a mistake is forfeited only with a word on that report.',
  check: ({ facts, form }) =>
    form.mistakeConsidered !== undefined ||
    facts.mistakes.every(({ organisationId }) => organisationId !== form.organisationId)
      ? true
      : makeFinding('mistakeConsidered', 'no word on the report', 'a word on how the reported mistake was weighed', {
          who: AUTHORITY,
          how: 'state how it was weighed; the Supreme Court held forfeiture for an honest slip that was reported at once disproportionate',
        }),
};

export const centreConducts: OnCase = {
  name: 'centre-conducts',
  needs: 'case',
  ref: mmdrSection('s. 11D(2)'),
  text: 'Only where the Centre conducts the auction does it intimate the preferred bidder to the State.',
  check: ({ row }) =>
    row.jurisdiction === 'CENTRE'
      ? true
      : makeFinding('jurisdiction', 'a State conducts this auction', 'an auction that the Centre conducts', {
          who: 'nobody',
          how: 'nothing needs to be done: the State knows its own preferred bidder',
        }),
};

export const stateIsIntimatedOnce: OnCase = {
  name: 'state-is-intimated-once',
  needs: 'case',
  ref: mmdrSection('s. 11D(2)'),
  text: 'The State is told once who the preferred bidder is.',
  check: ({ row: { context } }) =>
    context.intimatedAt === null
      ? true
      : makeFinding('intimation', `recorded on ${sayInstant(context.intimatedAt)}`, 'no intimation yet', {
          who: 'nobody',
          how: 'nothing needs to be done',
        }),
};

export const securitiesAreSettled: OnCase = {
  name: 'securities-are-settled',
  needs: 'case',
  ref: auctionRule('rr. 9, 17, 19E'),
  text: 'An attempt is concluded when every security but that of the preferred bidder is returned or forfeited.',
  check: ({ row, facts, parties }) => {
    const preferred = findPreferredBidder(row, parties);
    const held = facts.securities.filter(
      ({ organisationId, settled }) => settled === null && organisationId !== preferred,
    );
    if (held.length === 0) return true;
    return makeFinding(
      'securities',
      `${sayCount(held.length, 'bid security', 'bid securities')} still held`,
      'none held but that of a preferred bidder',
      {
        who: AUTHORITY,
        how: 'return each that the case shows, or forfeit it with the ground that the law gives, and record it',
      },
    );
  },
};

export const stateIsIntimated: OnCase = {
  name: 'state-is-intimated',
  needs: 'case',
  ref: mmdrSection('s. 11D(2)'),
  text: 'Where the Centre conducted the auction, the State is told who the preferred bidder is before it is concluded.',
  check: ({ row }) =>
    row.jurisdiction !== 'CENTRE' ||
    phaseOf(row.state) !== 'preferredBidderDeclared' ||
    row.context.intimatedAt !== null
      ? true
      : makeFinding('intimation', 'none recorded', 'the letter that tells the State who the preferred bidder is', {
          who: sayRoles(['central-officer']),
          how: 'intimate the preferred bidder to the State and record the letter',
        }),
};

export const groundFitsTheStage: OnForm<AnnulForm> = {
  name: 'ground-fits-the-stage',
  needs: 'form',
  ref: auctionRule('r. 9(10)-(12)'),
  text: 'A decision not to proceed belongs where the law leaves one, a default where a preferred bidder has been declared.',
  check: ({ row, form }) => {
    const phase = phaseOf(row.state);
    const fits =
      (form.ground !== 'AUTHORITY_DECIDED' || phase === 'decideProceed') &&
      (form.ground !== 'PREFERRED_BIDDER_DEFAULT' || phase === 'preferredBidderDeclared');
    return fits
      ? true
      : makeFinding('ground', sayGround(form.ground), 'a ground that this stage of the auction knows', {
          who: AUTHORITY,
          how: `name the ground that applies; if none does, ${NOTHING_TO_DO}`,
        });
  },
};
