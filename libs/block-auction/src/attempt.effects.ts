import { localDateAt, type Decided, type Effect, type FormSituation } from '#case-kit';
import { phaseOf } from './block-auction.clock.js';
import type { AttemptPhase, AuctionFacts } from './block-auction.facts.js';
import { findLastAttempt } from './lineage.rules.js';
import { SCHEDULE_DATES, type AuctionContext, type AuctionInput } from './block-auction.model.js';
import { startSchedule, namedDates, termsOf } from './block-auction.terms.js';
import type { OpenBlockAuctionForm } from './draft.forms.js';

type After<Form = unknown> = Decided<AuctionContext, AuctionFacts, Form>;
type Opening = FormSituation<undefined, AuctionFacts, OpenBlockAuctionForm>;

/** Real attempts at a block are one line; a rehearsal's line begins with its own first attempt. */
function lineageOf(
  row: Pick<Opening['row'], 'id' | 'rehearsal'>,
  form: OpenBlockAuctionForm,
  { attempts }: Pick<AuctionFacts, 'attempts'>,
): string {
  if (!row.rehearsal) return `block:${form.blockId}`;
  return attempts.find(({ caseId }) => caseId === form.previousCaseId)?.lineageId ?? row.id;
}

/** Input of the machine: block and place in its line as the register and the rows of earlier attempts have them. */
export function inputOf({ form, facts, row, at }: Opening): AuctionInput {
  const { block } = facts;
  if (block?.state === undefined || block.state === null) throw new TypeError('an attempt is opened at a known block');
  const last = findLastAttempt(facts.attempts);
  const dates = namedDates(form);
  const [queriesCloseAt, repliesDueAt, studyEndsAt, purchaseClosesAt, bidsDueAt] = SCHEDULE_DATES.map(
    (date) => dates[date] ?? at,
  );
  return {
    block: { id: block.id, name: block.name, state: block.state, minerals: block.minerals.map(({ code }) => code) },
    attempt: {
      lineageId: lineageOf(row, form, facts),
      ordinal: (last?.ordinal ?? 0) + 1,
      kind: form.attempt,
      previousCaseId: form.previousCaseId ?? null,
      previousHadTqb: last?.hadTqb ?? null,
    },
    terms: termsOf(form),
    schedule: startSchedule(
      {
        queriesCloseAt: queriesCloseAt ?? at,
        repliesDueAt: repliesDueAt ?? at,
        studyEndsAt: studyEndsAt ?? at,
        purchaseClosesAt: purchaseClosesAt ?? at,
        bidsDueAt: bidsDueAt ?? at,
      },
      at,
    ),
  };
}

/** Whoever conducts the auction is a party from the start, so that the bar on his bidding needs no register. */
export function authorityOf(organisationId: string): Effect {
  return { kind: 'party', party: { organisationId, capacity: 'authority', alias: null } };
}

/** The attempt as the history of its block has it from now on: the newest row of a case is its standing. */
function noteAttempt(after: Pick<After, 'row' | 'after'>, phase: AttemptPhase, record: object): Effect {
  const { context } = after.after;
  const { annulment, technicallyQualified } = context;
  return {
    kind: 'row',
    table: 'auction_attempt',
    row: {
      blockId: context.block.id,
      lineageId: context.attempt.lineageId,
      ordinal: context.attempt.ordinal,
      kind: context.attempt.kind,
      scheme: context.terms.scheme,
      previousCaseId: context.attempt.previousCaseId,
      rehearsal: after.row.rehearsal,
      phase,
      reason: annulment?.reason ?? null,
      hadTqb: technicallyQualified === null ? null : technicallyQualified > 0,
      nextAttempts: annulment?.nextAttempts ?? [],
      record,
    },
  };
}

/** What the register of attempts says of an end besides its ground: the counts, which tell nothing any more. */
function countsOf({ bidsReceived, technicallyQualified, qualified, round }: AuctionContext): object {
  return { bidsReceived, technicallyQualified, qualified, floor: round?.floor ?? null };
}

function annulmentOf({ context }: After['after']): object {
  return { annulment: context.annulment, counts: countsOf(context) };
}

export function keepDraft({ actor, ...rest }: Decided<AuctionContext, AuctionFacts, unknown>): readonly Effect[] {
  return [authorityOf(actor.organisationId), noteAttempt(rest, 'DRAFTED', {})];
}

/**
 * The notice chooses the versions of the law; the one who confirms it conducts the auction as well. The value is frozen
 * with its worksheet, so that every sum that hangs off it can be computed again from this record.
 */
export function publishNotice(after: After): readonly Effect[] {
  const { actor, at, facts } = after;
  const { schedule, published, terms } = after.after.context;
  const notice = { jurisdiction: after.row.jurisdiction, bound: terms.bound, centralGround: terms.centralGround };
  return [
    { kind: 'anchor', name: 'notice', on: localDateAt(at) },
    authorityOf(actor.organisationId),
    noteAttempt(after, 'PUBLISHED', { notice, published, worksheet: facts.block?.value?.worksheet ?? [] }),
    {
      kind: 'row',
      table: 'auction_schedule',
      row: { version: schedule.version, issuedAt: at, text: 'Notice inviting tenders', documentId: null, schedule },
    },
  ];
}

/** What an annulment leaves in the line of attempts; nothing while the case goes on. */
export function noteIfAnnulled(after: After): readonly Effect[] {
  const phase = phaseOf(after.after.state);
  if (phase === 'annulmentConcluded') return [noteAttempt(after, 'DISCARDED', annulmentOf(after.after))];
  if (phase !== 'annulled') return [];
  return [noteAttempt(after, 'ANNULLED', annulmentOf(after.after))];
}

/** The automatic declaration: who it is becomes known, and the date chooses the law of what follows. */
export function declareOrAnnul(after: After): readonly Effect[] {
  const { declared } = after.after.context;
  if (declared === null || phaseOf(after.after.state) === 'annulled') return noteIfAnnulled(after);
  const preferred = after.parties.find(({ alias }) => alias === declared.alias);
  if (preferred === undefined) throw new TypeError(`nobody bids under the alias ${declared.alias}`);
  return [
    { kind: 'anchor', name: 'preferredBidder', on: localDateAt(declared.at) },
    { kind: 'party', party: { ...preferred, capacity: 'preferred-bidder' } },
    noteAttempt(after, 'DECLARED', {
      organisationId: preferred.organisationId,
      percent: declared.percent,
      declaredAt: declared.at,
      counts: countsOf(after.after.context),
    }),
  ];
}

/** A concluded annulment adds nothing to the line: the annulment stands there already. */
export function noteConclusion(after: After): readonly Effect[] {
  return phaseOf(after.after.state) === 'concluded' ? [noteAttempt(after, 'CONCLUDED', {})] : [];
}
