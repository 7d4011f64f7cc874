// The second round, entry by entry: offers, extensions, outages, stays, the close and who leads.
import {
  comparerOf,
  MINUTE,
  POLICY,
  readCount,
  readInstant,
  readInstantOrNull,
  readList,
  readPercent,
  RULES,
  sayPercent,
  Unreadable,
  writeInstant,
  writePercent,
} from './exact.mjs';

/**
 * When a clock ends that runs from `from` and would end at `end`: each stop moves the end by the time that it stood
 * while the clock ran. Null while a stop stands. Stops that overlap count once.
 */
function endAfterStops(end, from, stops) {
  let moved = end;
  let counted = from;
  for (const stop of [...stops].sort((a, b) => a.from - b.from)) {
    if (stop.from > moved) return moved;
    if (stop.until === null) return null;
    const begun = Math.max(stop.from, counted);
    if (stop.until > begun) moved += stop.until - begun;
    counted = Math.max(counted, stop.until);
  }
  return moved;
}

/** What each kind of entry needs the round to be in; what is not here moves nothing. */
const TAKEN_IN = {
  PROCEEDED: ['decideProceed'],
  SCHEDULED: ['qualified', 'roundTwoScheduled'],
  STARTED: ['roundTwoScheduled'],
  PAUSED: ['roundTwoLive'],
  RESUMPTION_ANNOUNCED: ['roundTwoPaused'],
  RESUMED: ['roundTwoPaused'],
  CLOSED: ['roundTwoLive'],
  ANNULLED: [
    ...['decideProceed', 'qualified', 'roundTwoScheduled', 'roundTwoLive', 'roundTwoPaused'],
    'preferredBidderDeclared',
  ],
};

const STATE_AFTER = { QUALIFIED: 'qualified', AUTHORITY_DECIDES: 'decideProceed', ANNULLED: 'annulled' };
/** Acts of people that a stay holds back; an outage may be found by the platform itself. */
const HELD = ['PROCEEDED', 'SCHEDULED', 'RESUMPTION_ANNOUNCED', 'ANNULLED'];

/** The second round, moved entry by entry as the Rules move it, whatever the protocol says became of an entry. */
class Round {
  state;
  holds = new Map();
  scheduledAt = null;
  startsAt = null;
  startedAt = null;
  announcedEnd = null;
  extendedAt = null;
  extendedTo = null;
  pauses = [];
  resumesAt = null;
  resumptionSetAt = null;
  best = null;
  holder = null;
  /** The latest due instant that was applied: who came in time for it and was taken up later was made late. */
  dueThrough = Number.NEGATIVE_INFINITY;
  declared = null;
  /** Why the last transition that ended the attempt did so: by law, by an act, by an order. */
  ended = null;

  constructor(protocol, ranking, c) {
    const { roundTwo, firstRound, rehearsal, law } = protocol;
    this.c = c;
    this.law = law;
    this.rehearsal = rehearsal;
    this.aliases = firstRound.bids.flatMap(({ alias }) => alias ?? []).sort();
    this.state = STATE_AFTER[ranking.outcome];
    this.isBetter = comparerOf(protocol);
    this.floor = readPercent(ranking.secondRoundBound ?? roundTwo.floor, 'roundTwo.floor');
    this.step = readPercent(roundTwo.step, 'roundTwo.step');
    if (this.step === 0n) throw new Unreadable('roundTwo.step is nothing');
    this.minutes = readCount(roundTwo.minutes, 'roundTwo.minutes');
    this.extension = readCount(roundTwo.extensionMinutes, 'roundTwo.extensionMinutes') * MINUTE;
    this.farSteps = BigInt(readCount(roundTwo.confirmationSteps, 'roundTwo.confirmationSteps'));
  }

  get isHeld() {
    return [...this.holds.values()].some(({ until }) => until === null);
  }

  /** The announced end runs from the start, an extension from what caused it: the later end counts. */
  get end() {
    const stops = [...this.holds.values(), ...this.pauses];
    const announced = endAfterStops(this.announcedEnd, this.startedAt, stops);
    if (this.extendedTo === null) return announced;
    const extended = endAfterStops(this.extendedTo, this.extendedAt, stops);
    return announced === null || extended === null ? null : Math.max(announced, extended);
  }

  keepOpenFrom(at) {
    if (this.extendedTo !== null && this.extendedTo >= at + this.extension) return;
    this.extendedAt = at;
    this.extendedTo = at + this.extension;
  }

  /** Every rule that an offer fails, in the order in which the platform asks them. */
  listFaults(offer, at, field) {
    if (this.isHeld) return ['no-hold-stands'];
    if (this.state !== 'roundTwoLive') return ['state-allows'];
    const faults = [];
    const isInTime = at <= this.end;
    if (!this.aliases.includes(offer.alias)) faults.push('offerer-is-qualified');
    if (!isInTime) faults.push('offer-is-in-time');
    if (offer.aliasNamed !== null && !isOwnAlias(offer)) faults.push('offer-is-under-own-alias');
    if (!isInTime) return faults;
    const percent = readPercent(offer.percent, `${field}.percent`);
    const from = this.best ?? this.floor;
    const distance = (to) => (percent > to ? percent - to : to - percent);
    const isFar = distance(from) > this.farSteps * this.step;
    if (!this.isBetter(percent, this.floor)) faults.push('offer-beats-the-bound');
    else if (!this.isBetter(percent, from)) faults.push('offer-beats-the-best');
    else if (distance(this.floor) % this.step !== 0n) faults.push('offer-is-on-a-step');
    else if (isFar && !isRepeated(offer, percent)) faults.push('far-offer-is-repeated');
    return faults;
  }

  takeOffer(offer, at, field) {
    if (offer.percent === null && offer.outcome !== 'ACCEPTED') {
      this.c.notes.push(`${field}: its form was erased; that it was refused is taken as published`);
      return;
    }
    const faults = this.listFaults(offer, at, field);
    const late = faults.length > 0 && !this.rehearsal && at <= this.dueThrough;
    const rules = late ? ['PLATFORM_LATE', ...faults] : faults;
    const outcome =
      rules.length === 0 ? 'ACCEPTED' : rules.join() === 'far-offer-is-repeated' ? 'UNCONFIRMED' : 'REFUSED';
    this.c.equal(`${field}.outcome`, offer.outcome, outcome, `${RULES}, r. 9(9)(i)`);
    this.c.equal(`${field}.rules`, offer.rules, rules, `${RULES}, r. 9(9)(i)`);
    this.c.equal(`${field}.late`, offer.late, late, `${POLICY}, time and order`);
    if (outcome !== 'ACCEPTED') return;
    this.best = readPercent(offer.percent, `${field}.percent`);
    this.holder = offer.alias;
    this.keepOpenFrom(at);
  }

  /** An act of the clock happens at its very instant; `due` null: it could not happen yet. */
  fallsDue(at, due, field) {
    this.c.equal(`${field}.at`, writeInstant(at), writeInstant(due), `${RULES}, r. 9(9)`);
  }

  /** An announcement leaves at least the time that the law gives, as far as the protocol names the number. */
  isAnnounced(from, to, parameter, command, unit, field) {
    const read = this.law.filter((value) => value.parameter === parameter && value.usedBy.includes(command));
    if (read.length === 0) return;
    const earliest = from + Math.min(...read.map(({ value }) => Number(value))) * unit;
    this.c.holds(
      field,
      to >= earliest,
      writeInstant(to),
      `${writeInstant(earliest)} or later`,
      `${POLICY}, ${parameter}`,
    );
  }

  take(entry, field) {
    const at = readInstant(entry.at, `${field}.at`);
    const { type } = entry;
    if (TAKEN_IN[type]) {
      const states = TAKEN_IN[type].join(' or ');
      this.c.holds(
        `${field}.type`,
        TAKEN_IN[type].includes(this.state),
        `${type} in ${this.state}`,
        states,
        `${RULES}, r. 9`,
      );
      const isBarred = this.isHeld && HELD.includes(type);
      this.c.holds(
        `${field}.type`,
        !isBarred,
        `${type} during a stay`,
        'nothing while a stay stands',
        `${POLICY}, holds`,
      );
      const isOver = type !== 'CLOSED' && this.state === 'roundTwoLive' && this.end !== null && at > this.end;
      this.c.holds(
        `${field}.at`,
        !isOver,
        entry.at,
        `not later than ${writeInstant(this.end)}`,
        `${RULES}, r. 9(9)(ii)`,
      );
    }
    this.move(type, entry, at, field);
    if (entry.appliesDue) this.dueThrough = Math.max(this.dueThrough, at);
    const best = this.best === null ? null : writePercent(this.best);
    this.c.equal(`${field}.best`, entry.best, best, `${RULES}, r. 9(9)(i)`);
    this.c.equal(`${field}.holder`, entry.holder, this.holder, `${RULES}, r. 9(9)(i)`);
    const end = this.state === 'roundTwoLive' && !this.isHeld ? writeInstant(this.end) : null;
    this.c.equal(`${field}.closesAt`, entry.closesAt, end, `${RULES}, r. 9(9)(i)`);
  }

  move(type, entry, at, field) {
    switch (type) {
      case 'OFFER':
        this.takeOffer(entry, at, field);
        break;
      case 'PROCEEDED':
        this.state = 'qualified';
        break;
      case 'SCHEDULED':
        this.scheduledAt = at;
        this.startsAt = readInstant(entry.startsAt, `${field}.startsAt`);
        this.isAnnounced(
          at,
          this.startsAt,
          'auction.round-two-notice-hours',
          'SCHEDULE_ROUND_TWO',
          60 * MINUTE,
          `${field}.startsAt`,
        );
        this.state = 'roundTwoScheduled';
        break;
      case 'STARTED':
        this.fallsDue(at, endAfterStops(this.startsAt, this.scheduledAt, this.holds.values()), field);
        this.startedAt = at;
        this.announcedEnd = at + this.minutes * MINUTE;
        this.state = 'roundTwoLive';
        break;
      case 'PAUSED': {
        const from = readInstant(entry.outageBeganAt, `${field}.outageBeganAt`);
        const earliest = Math.max(this.startedAt, ...this.pauses.map(({ until }) => until));
        const isInside = from >= earliest && from <= at;
        const required = `from ${writeInstant(earliest)} to ${writeInstant(at)}`;
        this.c.holds(`${field}.outageBeganAt`, isInside, entry.outageBeganAt, required, `${POLICY}, outage`);
        this.pauses.push({ from, until: null });
        this.state = 'roundTwoPaused';
        break;
      }
      case 'RESUMPTION_ANNOUNCED':
        this.resumesAt = readInstant(entry.resumesAt, `${field}.resumesAt`);
        this.resumptionSetAt = at;
        this.isAnnounced(
          at,
          this.resumesAt,
          'auction.resumption-notice-minutes',
          'ANNOUNCE_RESUMPTION',
          MINUTE,
          `${field}.resumesAt`,
        );
        break;
      case 'RESUMED':
        this.fallsDue(at, endAfterStops(this.resumesAt, this.resumptionSetAt, this.holds.values()), field);
        for (const pause of this.pauses) pause.until ??= at;
        this.resumesAt = null;
        this.resumptionSetAt = null;
        this.keepOpenFrom(at);
        this.state = 'roundTwoLive';
        break;
      case 'CLOSED':
        this.fallsDue(at, this.end, field);
        if (this.best !== null)
          this.declared = { alias: this.holder, percent: writePercent(this.best), declaredAt: writeInstant(at) };
        this.state = this.best === null ? 'annulled' : 'preferredBidderDeclared';
        this.ended = this.best === null ? 'NO_FINAL_OFFER' : null;
        break;
      case 'ANNULLED':
        this.state = 'annulled';
        this.ended = 'BY_ACT';
        break;
      case 'HOLD_PLACED':
        this.holds.set(entry.hold, { from: at, until: null });
        break;
      case 'HOLD_RELEASED':
        this.c.holds(
          `${field}.hold`,
          this.holds.has(entry.hold),
          entry.hold,
          'a hold that was placed',
          `${POLICY}, holds`,
        );
        if (this.holds.has(entry.hold)) this.holds.get(entry.hold).until = at;
        break;
      case 'ORDER':
        this.obey(entry, field);
        break;
      default:
        break;
    }
  }

  /** An order of a court stands above what can be computed: what it sets is taken as it sets it. */
  obey({ targetState, round, sets, orderReference }, field) {
    this.c.notes.push(
      `${field}: an order (${orderReference}) leads to ${targetState}${sets.length > 0 ? ` and sets ${sets.join(', ')}` : ''}`,
    );
    this.state = targetState;
    this.ended = 'BY_ORDER';
    if (round === null) return;
    const instants = [
      'scheduledAt',
      'startsAt',
      'startedAt',
      'announcedEnd',
      'extendedAt',
      'extendedTo',
      'resumesAt',
      'resumptionSetAt',
    ];
    for (const name of instants) this[name] = readInstantOrNull(round[name], `${field}.round.${name}`);
    this.pauses = round.pauses.map(({ from, until }) => ({
      from: readInstant(from, `${field}.round.pauses`),
      until: readInstantOrNull(until, `${field}.round.pauses`),
    }));
    this.floor = readPercent(round.floor, `${field}.round.floor`);
    this.best = round.best === null ? null : readPercent(round.best, `${field}.round.best`);
    this.holder = round.holder;
  }
}

/** Who is not on the roster has the id of its bid for an alias: only the platform knows whose that is. */
function isOwnAlias({ alias, aliasNamed, rules }) {
  if (alias === null && /^b-[0-9a-f]{16}$/.test(aliasNamed)) return !rules.includes('offer-is-under-own-alias');
  return aliasNamed === alias;
}

/** An offer that lies far beyond the best binds when it came a second time, in figures and in words. */
function isRepeated({ repeated }, percent) {
  return repeated !== null && repeated.figures === writePercent(percent) && repeated.words === sayPercent(percent);
}

export function recountRoundTwo(protocol, ranking, c) {
  const { roundTwo, firstRound } = protocol;
  const round = new Round(protocol, ranking, c);
  const provision = `${RULES}, r. 9(9)(i)`;
  readList(roundTwo.entries, 'roundTwo.entries').forEach((entry, index) =>
    round.take(entry, `roundTwo.entries[${index}]`),
  );
  c.equal('roundTwo.floor', roundTwo.floor, writePercent(round.floor), provision);
  c.equal('roundTwo.startedAt', roundTwo.startedAt, writeInstant(round.startedAt), provision);
  c.equal('roundTwo.announcedEnd', roundTwo.announcedEnd, writeInstant(round.announcedEnd), provision);
  const pauses = round.pauses.map(({ from, until }) => ({ from: writeInstant(from), until: writeInstant(until) }));
  c.equal('roundTwo.pauses', roundTwo.pauses, pauses, `${POLICY}, outage`);
  c.equal('roundTwo.bidders', roundTwo.bidders, round.aliases, `${POLICY}, aliases`);
  c.equal('roundTwo.bidders', new Set(roundTwo.bidders).size, ranking.qualified.length, `${RULES}, r. 9(5)`);
  const proceeded = roundTwo.entries.findLast(({ type }) => type === 'PROCEEDED');
  const { at, hash } = firstRound.proceeded ?? {};
  c.equal('firstRound.proceeded', [at, hash], [proceeded?.at, proceeded?.hash], `${RULES}, r. 9(12)`);
  return round;
}
