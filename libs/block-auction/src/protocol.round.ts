import { formatInstant, parseInstant, Percent, type CaseRow, type Hold, type RecordedTransition } from '#case-kit';
import { MINUTE, phaseOf, roundTwoEnd } from './block-auction.clock.js';
import type { RosterPlace } from './block-auction.facts.js';
import type { AuctionContext, Pause, RoundTwo } from './block-auction.model.js';
import { getPublished, isRepeated, takeOffer } from './block-auction.offers.js';
import { spellPercent } from './block-auction.words.js';
import { NOT_BEGUN, pauseRound, resumeRound } from './block-auction.terms.js';
import type { FinalOfferForm } from './round.forms.js';

type Shown = Readonly<Record<string, unknown>>;
type Row = CaseRow<AuctionContext>;

const UNCONFIRMED = 'far-offer-is-repeated';
/** Acts of engine and authority that change when the round closes, by the word that the protocol has for them. */
const TYPES: Readonly<Record<string, string>> = {
  DECIDE_TO_PROCEED: 'PROCEEDED',
  SCHEDULE_ROUND_TWO: 'SCHEDULED',
  START_ROUND_TWO: 'STARTED',
  FINAL_OFFER: 'OFFER',
  PAUSE_ROUND_TWO: 'PAUSED',
  ANNOUNCE_RESUMPTION: 'RESUMPTION_ANNOUNCED',
  RESUME_ROUND_TWO: 'RESUMED',
  CLOSE_ROUND_TWO: 'CLOSED',
  ANNUL: 'ANNULLED',
  'engine.place-hold': 'HOLD_PLACED',
  'engine.release-hold': 'HOLD_RELEASED',
  'engine.end-hold': 'HOLD_RELEASED',
  'engine.set-aside': 'ORDER',
};

const instantOf = (at: number | null): string | null => (at === null ? null : formatInstant(at));
const showPause = ({ from, until }: Pause): Shown => ({ from: formatInstant(from), until: instantOf(until) });

/** What the protocol calls an entry; everything that moves neither offers nor clocks is one of many. */
function typeOf(act: RecordedTransition): string {
  const isOffer = act.command === 'FINAL_OFFER';
  if (isOffer && act.kind === 'throttled') return 'THROTTLED';
  if (isOffer) return act.kind === 'refused' || act.kind === 'accepted' ? 'OFFER' : 'OTHER';
  const counts = ['accepted', 'timer', 'hold', 'order'].includes(act.kind) && act.failed.length === 0;
  return counts ? (TYPES[act.command] ?? 'OTHER') : 'OTHER';
}

/** What an order of a court sets of the round. */
function orderedRound({ form }: RecordedTransition): Partial<RoundTwo> {
  return (form?.['context'] as { round?: Partial<RoundTwo> } | undefined)?.round ?? {};
}

/** The round as an order of a court leaves it: such an order stands above what can be computed. */
const showRound = (round: RoundTwo): Shown => ({
  floor: round.floor,
  scheduledAt: instantOf(round.scheduledAt),
  startsAt: instantOf(round.startsAt),
  startedAt: instantOf(round.startedAt),
  announcedEnd: instantOf(round.closesAt),
  extendedAt: instantOf(round.extendedAt),
  extendedTo: instantOf(round.extendedTo),
  pauses: round.pauses.map(showPause),
  resumesAt: instantOf(round.resumesAt),
  resumptionSetAt: instantOf(round.resumptionSetAt),
  best: round.best,
  holder: round.holder,
});

/** Round and holds as they stand after each entry: the same functions that the machine moves them with. */
class RoundFold {
  round: RoundTwo;
  private holds: readonly Hold[] = [];
  private state: Row['state'];

  constructor(
    private readonly row: Row,
    opening: RecordedTransition,
    floor: string,
  ) {
    this.state = opening.to;
    this.round = { ...NOT_BEGUN, floor };
  }

  take(act: RecordedTransition, type: string, alias: string | null): void {
    const form = act.form ?? {};
    const { at } = act;
    const context = { ...this.row.context, round: this.round };
    switch (type) {
      case 'SCHEDULED':
        this.round = { ...this.round, scheduledAt: at, startsAt: parseInstant(String(form['startsAt'])) };
        break;
      case 'STARTED':
        this.round = { ...this.round, startedAt: at, closesAt: at + getPublished(context).roundTwoMinutes * MINUTE };
        break;
      case 'OFFER':
        if (act.kind === 'accepted' && act.form !== null) {
          this.round = takeOffer(context, form as unknown as FinalOfferForm, at, alias);
        }
        break;
      case 'PAUSED':
        this.round = pauseRound(this.round, String(form['outageBeganAt']));
        break;
      case 'RESUMPTION_ANNOUNCED':
        this.round = { ...this.round, resumesAt: parseInstant(String(form['resumesAt'])), resumptionSetAt: at };
        break;
      case 'RESUMED':
        this.round = resumeRound(context, at);
        break;
      case 'HOLD_PLACED':
      case 'HOLD_RELEASED':
        this.takeHold(act, type);
        break;
      case 'ORDER':
        this.round = { ...this.round, ...orderedRound(act) };
        break;
    }
    this.state = act.to;
  }

  /** When the round closes as things stand; null while it is not open. */
  closesAt(): string | null {
    if (phaseOf(this.state) !== 'roundTwoLive') return null;
    const { context } = this.row;
    return instantOf(roundTwoEnd({ ...this.row, context: { ...context, round: this.round }, holds: this.holds }));
  }

  private takeHold(act: RecordedTransition, type: string): void {
    const id = holdIdOf(act);
    if (type === 'HOLD_RELEASED') {
      this.holds = this.holds.map((hold) => (hold.id === id ? { ...hold, releasedAt: act.at } : hold));
      return;
    }
    const hold = this.row.holds.find((each) => each.id === id);
    if (hold !== undefined) this.holds = [...this.holds, { ...hold, releasedAt: null }];
  }
}

/** A release names the hold that it ends; only where none is named was the identity drawn for a new one. */
function holdIdOf({ given, form }: RecordedTransition): string {
  const id = [form?.['holdId'], form?.['id'], given['id']].find((each) => typeof each === 'string');
  return typeof id === 'string' ? id : '';
}

/** An offer as it was received and what became of it: nothing of it is left out but its bidder's name. */
function showOffer(act: RecordedTransition, alias: string | null): Shown {
  const form = act.form as unknown as FinalOfferForm | null;
  const percent = form === null ? undefined : Percent.find(form.percent);
  const figures = form?.repeated === undefined ? undefined : Percent.find(form.repeated.figures);
  const isUnconfirmed = act.failed.length === 1 && act.failed[0] === UNCONFIRMED;
  return {
    alias,
    aliasNamed: form?.alias ?? null,
    percent: percent?.format() ?? null,
    repeated:
      form === null || figures === undefined || percent === undefined
        ? null
        : {
            figures: figures.format(),
            words: isRepeated({ ...form, percent: figures.format() }) ? spellPercent(figures) : null,
          },
    outcome: act.kind === 'accepted' ? 'ACCEPTED' : isUnconfirmed ? 'UNCONFIRMED' : 'REFUSED',
    rules: act.failed,
    late: act.late,
  };
}

/** Offers that came when the round was over: refused, and told all the same. */
export function listLateOffers(
  record: readonly RecordedTransition[],
  end: RecordedTransition,
  roster: readonly RosterPlace[],
): readonly Shown[] {
  const aliases = new Map(roster.map(({ organisationId, alias }) => [organisationId, alias]));
  return record
    .filter(({ seq, command, kind }) => seq > end.seq && command === 'FINAL_OFFER' && kind === 'refused')
    .map((act) => ({
      seq: act.seq,
      hash: act.hash,
      at: formatInstant(act.at),
      decidedAt: formatInstant(act.decidedAt),
      ...showOffer(act, aliases.get(act.organisationId) ?? null),
    }));
}

/** What an entry says besides its place, its instants and its hash. */
function showDetails(act: RecordedTransition, type: string, alias: string | null, round: RoundTwo): Shown {
  const form = act.form ?? {};
  switch (type) {
    case 'OFFER':
      return showOffer(act, alias);
    case 'SCHEDULED':
      return { startsAt: formatInstant(parseInstant(String(form['startsAt']))) };
    case 'PAUSED':
      return {
        outageBeganAt: formatInstant(parseInstant(String(form['outageBeganAt']))),
        reason: form['reason'] ?? null,
      };
    case 'RESUMPTION_ANNOUNCED':
      return { resumesAt: formatInstant(parseInstant(String(form['resumesAt']))) };
    case 'HOLD_PLACED':
      return { hold: holdIdOf(act), kind: form['kind'] ?? null, orderReference: form['orderReference'] ?? null };
    case 'HOLD_RELEASED':
      return { hold: holdIdOf(act) };
    case 'ORDER':
      return {
        orderReference: form['orderReference'] ?? null,
        targetState: form['targetState'] ?? null,
        sets: Object.keys((form['context'] as object | undefined) ?? {}).sort(),
        round: 'round' in ((form['context'] as object | undefined) ?? {}) ? showRound(round) : null,
      };
    default:
      return {};
  }
}

/**
 * The second round, entry by entry, without a gap from the ranking to the end: every offer that was received, whatever
 * became of it, and everything that moved the close. Mineral (Auction) Rules, 2015, r. 9(9).
 */
export function showRoundTwo(
  row: Row,
  record: readonly RecordedTransition[],
  ranking: RecordedTransition,
  roster: readonly RosterPlace[],
): Shown | null {
  const { round, published } = row.context;
  if (round === null || published === null) return null;
  const aliases = new Map(roster.map(({ organisationId, alias }) => [organisationId, alias]));
  const fold = new RoundFold(row, ranking, round.floor);
  const entries = record
    .filter(({ seq }) => seq > ranking.seq)
    .map((act, index) => {
      const type = typeOf(act);
      const alias = type === 'OFFER' ? (aliases.get(act.organisationId) ?? null) : null;
      fold.take(act, type, alias);
      return {
        no: index + 1,
        seq: act.seq,
        hash: act.hash,
        type,
        at: formatInstant(act.at),
        decidedAt: formatInstant(act.decidedAt),
        appliesDue: act.kind === 'timer' || act.kind === 'order',
        ...showDetails(act, type, alias, fold.round),
        best: fold.round.best,
        holder: fold.round.holder,
        closesAt: fold.closesAt(),
      };
    });
  return {
    floor: round.floor,
    step: published.step,
    extensionMinutes: published.extensionMinutes,
    minutes: published.roundTwoMinutes,
    confirmationSteps: published.jumpSteps,
    startedAt: instantOf(fold.round.startedAt),
    announcedEnd: instantOf(fold.round.closesAt),
    pauses: fold.round.pauses.map(showPause),
    bidders: roster.map(({ alias }) => alias).sort(),
    entries,
  };
}
