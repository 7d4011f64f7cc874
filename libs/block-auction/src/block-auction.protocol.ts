import { formatInstant, type Protocol, type RecordedTransition } from '#case-kit';
import { phaseOf } from './block-auction.clock.js';
import type { AuctionFacts } from './block-auction.facts.js';
import { SCHEDULE_DATES, type AuctionContext, type Phase, type Schedule } from './block-auction.model.js';
import { schemeOf } from './block-auction.schemes.js';
import * as sight from './block-auction.sight.js';
import { changeSchedule, namedDates, startSchedule } from './block-auction.terms.js';
import type { OpenBlockAuctionForm } from './draft.forms.js';
import { findRanking, showFirstRound } from './protocol.first-round.js';
import type { AuctionProtocolMaterial } from './protocol.material.js';
import { listLateOffers, showRoundTwo } from './protocol.round.js';

type Shown = Readonly<Record<string, unknown>>;

/** Names the meaning of every field; a change that a reader must know of makes the next number. */
export const PROTOCOL_FORMAT = 'adit.block-auction.protocol/1';

const ENDS: readonly Phase[] = ['preferredBidderDeclared', 'annulled', 'annulmentConcluded'];
const endsIn = (state: unknown): boolean => ENDS.some((phase) => phase === state);

/** The transition that led the attempt to where it ended; what follows settles securities and changes nothing here. */
function findEnd(record: readonly RecordedTransition[]): RecordedTransition | undefined {
  return record.findLast(
    ({ from, to }) => endsIn(to) && from !== to && !(from === 'annulled' && to === 'annulmentConcluded'),
  );
}

function showDates(schedule: Schedule): Shown {
  return Object.fromEntries(SCHEDULE_DATES.map((date) => [date, formatInstant(schedule[date])]));
}

/** The dates of the notice and of each corrigendum, from the forms that named them. */
function listSchedules(record: readonly RecordedTransition[]): readonly Shown[] {
  const shown: Shown[] = [];
  let schedule: Schedule | null = null;
  for (const act of record) {
    if (act.form === null || act.kind !== 'accepted') continue;
    if (act.from === null) {
      schedule = openingSchedule(act.form as unknown as OpenBlockAuctionForm, act.at);
    } else if (schedule !== null && act.command === 'AMEND_DRAFT') {
      schedule = changeSchedule(schedule, act.form, act.at, schedule.version);
    } else if (schedule !== null && act.command === 'ISSUE_CORRIGENDUM') {
      schedule = changeSchedule(schedule, act.form, act.at, schedule.version + 1);
    }
    if (schedule === null || (act.command !== 'PUBLISH_NOTICE' && act.command !== 'ISSUE_CORRIGENDUM')) continue;
    const text = act.command === 'PUBLISH_NOTICE' ? 'Notice inviting tenders' : (act.form['text'] ?? null);
    shown.push({
      version: schedule.version,
      issuedAt: formatInstant(act.at),
      hash: act.hash,
      text,
      dates: showDates(schedule),
    });
  }
  return shown;
}

function openingSchedule(form: OpenBlockAuctionForm, at: number): Schedule {
  const blank = { queriesCloseAt: at, repliesDueAt: at, studyEndsAt: at, purchaseClosesAt: at, bidsDueAt: at };
  return startSchedule({ ...blank, ...namedDates(form) }, at);
}

/** Every number of the law on which an accepted act of the attempt rested, in the version that it read. */
function listLaw({ lawOf }: AuctionProtocolMaterial, record: readonly RecordedTransition[]): readonly Shown[] {
  const found = new Map<string, { readonly shown: Shown; readonly usedBy: Set<string> }>();
  for (const act of record) {
    if (act.kind !== 'accepted' && act.kind !== 'timer') continue;
    for (const { name, version, anchoredOn } of act.reads) {
      const key = `${name} ${version} ${anchoredOn}`;
      const known = found.get(key);
      if (known !== undefined) {
        known.usedBy.add(act.command);
        continue;
      }
      const value = lawOf(act.lawHash).find(name, anchoredOn);
      if (value === undefined) continue;
      const { provision, confidence, signed } = value;
      const shown = { parameter: name, value: value.value, version, anchoredOn, ...provision, confidence, signed };
      found.set(key, { shown, usedBy: new Set([act.command]) });
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { shown, usedBy }]) => ({ ...shown, usedBy: [...usedBy].sort() }));
}

function showTerms({ row }: AuctionProtocolMaterial): Shown {
  const { context } = row;
  const { terms, attempt, published, block } = context;
  const scheme = schemeOf(context);
  return {
    block: { ...block, version: published?.blockVersion ?? null },
    scheme: {
      id: scheme.id,
      title: scheme.title,
      direction: scheme.direction,
      offers: scheme.parameterBid,
      prerequisites: scheme.prerequisites,
      bidding: scheme.bidding,
    },
    bound: { name: scheme.boundName, percent: terms.bound },
    attempt: {
      kind: attempt.kind,
      ordinal: attempt.ordinal,
      lineageId: attempt.lineageId,
      previousCaseId: attempt.previousCaseId,
      previousHadTqb: attempt.previousHadTqb,
    },
    value: published === null ? null : { amount: published.value, version: published.valueVersion },
  };
}

/** How it ended. The one name that the Rules publish is that of the preferred bidder: r. 9(9)(iii). */
function showResult({ row, facts, parties }: AuctionProtocolMaterial, end: RecordedTransition): Shown {
  const { annulment, declared, bidsReceived, technicallyQualified, qualified } = row.context;
  const counts = { bidsReceived, technicallyQualified, qualified };
  const isAnnulled = end.to !== 'preferredBidderDeclared';
  const preferred = parties.find(({ alias }) => alias !== null && alias === declared?.alias)?.organisationId;
  return {
    outcome: isAnnulled ? 'ANNULLED' : 'PREFERRED_BIDDER_DECLARED',
    at: formatInstant(end.at),
    hash: end.hash,
    ...counts,
    annulment: annulment === null || !isAnnulled ? null : { ...annulment, at: formatInstant(annulment.at) },
    preferredBidder:
      declared === null || isAnnulled
        ? null
        : {
            alias: declared.alias,
            percent: declared.percent,
            declaredAt: formatInstant(declared.at),
            organisation: preferred ?? null,
            name: preferred === undefined ? null : (facts.names[preferred] ?? null),
          },
  };
}

function writeProtocol(material: AuctionProtocolMaterial): Shown | null {
  const { row, facts } = material;
  const end = findEnd(material.record);
  if (end === undefined) return null;
  const record = material.record.filter(({ seq }) => seq <= end.seq);
  const ranking = findRanking(record);
  const isRanked = ranking?.command === 'OPEN_PRICES' && row.context.round !== null;
  return {
    format: PROTOCOL_FORMAT,
    caseId: row.id,
    rehearsal: row.rehearsal,
    jurisdiction: row.jurisdiction,
    ...showTerms(material),
    schedules: listSchedules(record),
    law: listLaw(material, record),
    firstRound: showFirstRound(material, record),
    roundTwo: isRanked ? showRoundTwo(row, record, ranking, facts.roster) : null,
    lateOffers: listLateOffers(material.record, end, facts.roster),
    result: showResult(material, end),
    hashes: record.map(({ seq, hash }) => ({ seq, hash })),
  };
}

/**
 * The protocol of an attempt, for everybody from its declaration or annulment on: enough to rank it again, to judge
 * each offer again and to arrive at the same bidder. docs/protocol.md explains it field by field.
 */
export const blockAuctionProtocol: Protocol<AuctionContext, AuctionFacts> = {
  title: 'Protocol of the auction of a block',
  facts: ['evaluation', 'openedOffers', 'roster', 'names'],
  isOpen: (row) => sight.isOver(row) && row.anchors['notice'] !== undefined && phaseOf(row.state) !== 'draft',
  write: writeProtocol,
};
