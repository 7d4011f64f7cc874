import { Percent, type Decided, type Effect } from '#case-kit';
import { phaseOf } from './block-auction.clock.js';
import type { AuctionFacts } from './block-auction.facts.js';
import type { AuctionContext } from './block-auction.model.js';
import { drawRoster, listOpenedOffers, rankBids } from './block-auction.ranking.js';
import { noteIfAnnulled } from './attempt.effects.js';
import type { FinalOfferForm, ForfeitSecurityForm, ReportMistakeForm, ReturnSecurityForm } from './round.forms.js';

type After<Form = unknown> = Decided<AuctionContext, AuctionFacts, Form>;

/** What the opening found of every bid; roster and aliases where the attempt goes on. */
export function keepOpening(after: After): readonly Effect[] {
  const { row, facts, opened, law } = after;
  const ranking = { facts, opened, law };
  const bidIds = new Map(facts.evaluation.map(({ organisationId, bidId }) => [organisationId, bidId]));
  const offers = listOpenedOffers(row.context, ranking).map((offer): Effect => {
    return { kind: 'row', table: 'opened_offer', row: { ...offer, bidId: bidIds.get(offer.organisationId) ?? '' } };
  });
  if (phaseOf(after.after.state) === 'annulled') return [...offers, ...noteIfAnnulled(after)];
  const roster = drawRoster(rankBids(row.context, ranking).qualified, facts.bids);
  return [
    ...offers,
    ...roster.flatMap(({ organisationId, alias }): Effect[] => [
      { kind: 'row', table: 'auction_roster', row: { organisationId, alias } },
      { kind: 'party', party: { organisationId, capacity: 'qualified', alias } },
    ]),
  ];
}

export function keepFinalOffer({ actor, at, form, party }: After<FinalOfferForm>): readonly Effect[] {
  return [
    {
      kind: 'row',
      table: 'final_offer',
      row: {
        organisationId: actor.organisationId,
        alias: party?.alias ?? '',
        receivedAt: at,
        percent: Percent.parse(form.percent).format(),
      },
    },
  ];
}

/** The report stands beside the offer, which stands as well: the Rules know no way to take an offer back. */
export function keepMistake({ actor, at, form, party }: After<ReportMistakeForm>): readonly Effect[] {
  return [
    {
      kind: 'row',
      table: 'mistake_report',
      row: {
        organisationId: actor.organisationId,
        alias: party?.alias ?? '',
        percent: Percent.parse(form.percent).format(),
        reportedAt: at,
        explanation: form.explanation,
      },
    },
  ];
}

function settle(
  { actor }: After,
  settled: 'RETURNED' | 'FORFEITED',
  named: Pick<ReturnSecurityForm, 'organisationId' | 'guaranteeNumber'>,
  record: object,
): readonly Effect[] {
  const { organisationId, guaranteeNumber } = named;
  return [
    {
      kind: 'row',
      table: 'bid_security_event',
      row: { organisationId, guaranteeNumber, settled, recordedBy: actor.personId, record },
    },
  ];
}

export function keepReturn(after: After<ReturnSecurityForm>): readonly Effect[] {
  const { returnedOn, reference } = after.form;
  return settle(after, 'RETURNED', after.form, { returnedOn, reference });
}

export function keepForfeiture(after: After<ForfeitSecurityForm>): readonly Effect[] {
  const { ground, provision, reason, mistakeConsidered = null } = after.form;
  return settle(after, 'FORFEITED', after.form, { ground, provision, reason, mistakeConsidered });
}
