import * as attempt from './attempt.effects.js';
import { auctionPolicy, auctionRule, mmdrSection } from './block-auction.law.js';
import * as closing from './closing.rules.js';
import { NoForm } from './draft.forms.js';
import * as kept from './round.effects.js';
import {
  AnnounceResumptionForm,
  AnnulForm,
  FinalOfferForm,
  ForfeitSecurityForm,
  IntimateStateForm,
  PauseRoundTwoForm,
  ReportMistakeForm,
  ReturnSecurityForm,
  ScheduleRoundTwoForm,
} from './round.forms.js';
import * as round from './round.rules.js';
import { approvedBySecondPerson, AUTHORITIES, type AuctionCommands } from './tender.commands.js';

/** The second round and what comes after it. */
export const roundCommands: Pick<
  AuctionCommands,
  | 'SCHEDULE_ROUND_TWO'
  | 'START_ROUND_TWO'
  | 'FINAL_OFFER'
  | 'REPORT_MISTAKE'
  | 'PAUSE_ROUND_TWO'
  | 'ANNOUNCE_RESUMPTION'
  | 'RESUME_ROUND_TWO'
  | 'CLOSE_ROUND_TWO'
  | 'INTIMATE_STATE'
  | 'RETURN_SECURITY'
  | 'FORFEIT_SECURITY'
  | 'CONCLUDE'
  | 'ANNUL'
> = {
  SCHEDULE_ROUND_TWO: {
    roles: AUTHORITIES,
    summary: 'Announce when the second round begins, or move it.',
    ref: auctionRule('r. 9(9)'),
    form: ScheduleRoundTwoForm,
    rules: [round.roundIsAnnouncedInTime],
  },
  START_ROUND_TWO: {
    roles: ['system'],
    summary: 'The second round begins.',
    ref: auctionRule('r. 9(9)'),
    form: NoForm,
    rules: [],
  },
  FINAL_OFFER: {
    roles: ['bidder'],
    summary: 'Make a final price offer that is better than the best by whole steps.',
    ref: auctionRule('r. 9(9)(i)'),
    form: FinalOfferForm,
    facts: ['roster'],
    rules: [
      round.offererIsQualified,
      round.offerIsInTime,
      round.offerIsUnderOwnAlias,
      round.offerBeatsTheBound,
      round.offerBeatsTheBest,
      round.offerIsOnAStep,
      round.farOfferIsRepeated,
    ],
    hot: true,
    effects: kept.keepFinalOffer,
  },
  REPORT_MISTAKE: {
    roles: ['bidder'],
    summary: 'Report that an accepted offer of yours was a mistake; the offer stands, the report is on the record.',
    ref: auctionPolicy('reported mistakes'),
    form: ReportMistakeForm,
    facts: ['roster', 'namedOffer'],
    rules: [round.offererIsQualified, round.mistakeNamesOwnOffer],
    quotaPerHour: 10,
    effects: kept.keepMistake,
  },
  PAUSE_ROUND_TWO: {
    roles: ['platform-operator', 'system'],
    summary: 'Pause the second round for an outage; the time from its beginning is given back.',
    ref: auctionPolicy('outage'),
    form: PauseRoundTwoForm,
    rules: [round.outageLiesInTheRound],
  },
  ANNOUNCE_RESUMPTION: {
    roles: ['platform-operator'],
    summary: 'Announce when the paused round goes on.',
    ref: auctionPolicy('resumption after an outage'),
    form: AnnounceResumptionForm,
    rules: [round.resumptionIsAnnouncedInTime],
  },
  RESUME_ROUND_TWO: {
    roles: ['system'],
    summary: 'The paused round goes on, with at least one whole extension ahead.',
    ref: auctionPolicy('resumption after an outage'),
    form: NoForm,
    rules: [],
  },
  CLOSE_ROUND_TWO: {
    roles: ['system'],
    summary:
      'No better offer came in time: the preferred bidder is declared, or the attempt annulled without any offer.',
    ref: auctionRule('r. 9(9)(ii)-(iii)'),
    form: NoForm,
    rules: [],
    effects: attempt.declareOrAnnul,
  },
  INTIMATE_STATE: {
    roles: ['central-officer'],
    summary: 'Record that the Centre has told the State who the preferred bidder is.',
    ref: mmdrSection('s. 11D(2)'),
    form: IntimateStateForm,
    rules: [closing.centreConducts, closing.stateIsIntimatedOnce],
  },
  RETURN_SECURITY: {
    roles: AUTHORITIES,
    summary: 'Record that a bid security was returned.',
    ref: auctionRule('rr. 9, 17, 19E'),
    form: ReturnSecurityForm,
    facts: ['securities'],
    rules: [closing.securityIsHeld, closing.preferredSecurityIsKept, closing.returnHasHappened],
    effects: kept.keepReturn,
  },
  FORFEIT_SECURITY: {
    roles: AUTHORITIES,
    summary: 'Forfeit a bid security, with ground, provision and reasons.',
    ref: auctionRule('rr. 9, 17, 19E'),
    form: ForfeitSecurityForm,
    facts: ['securities', 'mistakes'],
    rules: [closing.securityIsHeld, closing.preferredSecurityIsKept, closing.reportedMistakeIsWeighed],
    secondPerson: approvedBySecondPerson,
    effects: kept.keepForfeiture,
  },
  CONCLUDE: {
    roles: [...AUTHORITIES, 'system'],
    summary: 'Conclude the attempt: nothing remains to be done in it.',
    ref: auctionRule('r. 9(11)'),
    form: NoForm,
    facts: ['securities'],
    rules: [closing.securitiesAreSettled, closing.stateIsIntimated],
    effects: attempt.noteConclusion,
  },
  ANNUL: {
    roles: AUTHORITIES,
    summary: 'Annul the attempt, with ground, provision and reasons; all are published.',
    ref: auctionRule('r. 9(10)-(12)'),
    form: AnnulForm,
    rules: [closing.groundFitsTheStage],
    abandons: true,
    secondPerson: approvedBySecondPerson,
    effects: attempt.noteIfAnnulled,
  },
};
