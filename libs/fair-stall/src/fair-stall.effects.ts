import { localDateAt, type Decided, type Effect } from '#case-kit';
import { phaseOf } from './fair-stall.clock.js';
import type { ApplyForm, CallForm, PayForm } from './fair-stall.forms.js';
import { rosterOf } from './fair-stall.machine.js';
import type { FairStallContext, FairStallFacts } from './fair-stall.model.js';
import { getEnvelope } from './fair-stall.offers.js';

type After<Form> = Decided<FairStallContext, FairStallFacts, Form>;

/** Whoever conducts the fair is a party from the start, so that the bar on his applying needs no register. */
export function organiserOf(organisationId: string): Effect {
  return { kind: 'party', party: { organisationId, capacity: 'organiser', alias: null } };
}

/** The notice chooses the versions of the law; the one who confirms it conducts the fair as well. */
export function publishNotice({ actor, at }: After<unknown>): readonly Effect[] {
  return [{ kind: 'anchor', name: 'notice', on: localDateAt(at) }, organiserOf(actor.organisationId)];
}

/** A later application of the same organisation replaces the earlier one: the latest row is the one that stands. */
export function keepApplication({ actor, at, form }: After<ApplyForm>): readonly Effect[] {
  const { organisationId } = actor;
  return [
    {
      kind: 'row',
      table: 'fair_application',
      row: { organisationId, receivedAt: at, withdrawn: false, envelope: getEnvelope(form.offer) },
    },
    { kind: 'party', party: { organisationId, capacity: 'applicant', alias: null } },
  ];
}

/** A withdrawal is a row as well: nothing is taken out of the record, and its envelope is never opened. */
export function keepWithdrawal({ actor, at }: After<unknown>): readonly Effect[] {
  const { organisationId } = actor;
  return [
    {
      kind: 'row',
      table: 'fair_application',
      row: { organisationId, receivedAt: at, withdrawn: true, envelope: null },
    },
  ];
}

/** Roster and aliases of the calling; nothing when too few qualified and the allotment is annulled. */
export function keepRoster({ after, facts, opened, law }: After<unknown>): readonly Effect[] {
  if (phaseOf(after.state) !== 'calling') return [];
  return rosterOf({ facts, opened, law }).flatMap(({ organisationId, alias, rank, offer }): Effect[] => [
    { kind: 'row', table: 'fair_roster', row: { organisationId, alias, rank, offer } },
    { kind: 'party', party: { organisationId, capacity: 'trader', alias } },
  ]);
}

export function keepCall({ actor, at, form }: After<CallForm>): readonly Effect[] {
  const row = { organisationId: actor.organisationId, receivedAt: at, offer: form.offer };
  return [{ kind: 'row', table: 'fair_call', row }];
}

export function keepPayment({ at, form }: After<PayForm>): readonly Effect[] {
  return [
    { kind: 'row', table: 'fair_payment', row: { receivedAt: at, amount: form.amount, reference: form.reference } },
  ];
}
