import type { CommandTable, OpenSpec, SecondPerson } from '#case-kit';
import { parseInstant } from '#case-kit';
import * as effects from './fair-stall.effects.js';
import {
  AmendNoticeForm,
  AnnulForm,
  ApplyForm,
  CallForm,
  NoForm,
  OpenFairStallForm,
  PayForm,
  RecordInspectionForm,
} from './fair-stall.forms.js';
import { fairRule } from './fair-stall.law.js';
import type { fairStallMachine } from './fair-stall.machine.js';
import type { FairStallContext, FairStallFacts, FairStallInput } from './fair-stall.model.js';
import { envelopeIdOf } from './fair-stall.offers.js';
import * as rules from './fair-stall.rules.js';

/** Who conducts the fair: the officers of the State whose fair it is, and those of the centre. */
const ORGANISERS = ['state-officer', 'central-officer'] as const;

export const approvedBySecondPerson: SecondPerson = {
  roles: ['approving-officer'],
  expiresAfterHours: { parameter: 'fair.proposal-hours' },
  ref: fairRule('3'),
};

export const openFairStall: OpenSpec<FairStallContext, FairStallFacts, OpenFairStallForm> = {
  roles: ORGANISERS,
  summary: 'Draft the notice of a stall.',
  ref: fairRule('2'),
  form: OpenFairStallForm,
  rules: [rules.closingTimeLiesAhead],
  jurisdiction: (_form, actor) => actor.jurisdiction ?? 'CENTRE',
  input: ({ form }): FairStallInput => ({
    stallName: form.stallName,
    applicationsCloseAt: parseInstant(form.applicationsCloseAt),
    callingMinutes: form.callingMinutes,
  }),
  effects: ({ actor }) => [effects.organiserOf(actor.organisationId)],
};

/** Who may give which command, with what form, under which rules. */
export const fairStallCommands: CommandTable<FairStallContext, FairStallFacts, typeof fairStallMachine> = {
  AMEND_NOTICE: {
    roles: ORGANISERS,
    summary: 'Change the drafted notice.',
    ref: fairRule('2(3)'),
    form: AmendNoticeForm,
    rules: [rules.amendmentChangesSomething, rules.closingTimeLiesAhead],
    edit: true,
  },
  PUBLISH: {
    roles: ORGANISERS,
    summary: 'Publish the notice; applications may come from then on.',
    ref: fairRule('4'),
    form: NoForm,
    rules: [rules.noticeRunsLongEnough, rules.measuresAreFixed, rules.numbersAreSigned],
    secondPerson: approvedBySecondPerson,
    makesSealKey: true,
    effects: effects.publishNotice,
  },
  APPLY: {
    roles: ['bidder'],
    summary: 'Apply with a sealed offer, or replace your earlier application by this one.',
    ref: fairRule('5'),
    form: ApplyForm,
    sealed: ['offer'],
    rules: [rules.applicationIsInTime, rules.applicantIsNoOrganiser],
    quotaPerHour: 60,
    effects: effects.keepApplication,
  },
  WITHDRAW: {
    roles: ['bidder'],
    summary: 'Take back your application; its envelope is never opened.',
    ref: fairRule('7'),
    form: NoForm,
    facts: ['ownApplication'],
    rules: [rules.applicationIsInTime, rules.applicationStands],
    quotaPerHour: 60,
    effects: effects.keepWithdrawal,
  },
  CLOSE_APPLICATIONS: {
    roles: ['system'],
    summary: 'The time for applications has run out.',
    ref: fairRule('5'),
    form: NoForm,
    rules: [],
  },
  OPEN_ENVELOPES: {
    roles: ['evaluation-chair'],
    summary: 'Open all standing offers at once, rank them, and begin the calling or annul.',
    ref: fairRule('8'),
    form: NoForm,
    facts: ['applications'],
    rules: [rules.committeeHasNoInterest, rules.measuresAreFixed],
    secondPerson: {
      roles: ['evaluation-member'],
      expiresAfterHours: { parameter: 'fair.proposal-hours' },
      ref: fairRule('8'),
    },
    slow: true,
    opens: ({ facts }) =>
      facts.applications.map((application) => ({ id: envelopeIdOf(application), envelope: application.envelope })),
    effects: effects.keepRoster,
  },
  CALL: {
    roles: ['bidder'],
    summary: 'Call an open offer that beats the best by whole steps.',
    ref: fairRule('10'),
    form: CallForm,
    facts: ['roster'],
    rules: [
      rules.callerIsOnRoster,
      rules.holderWaits,
      rules.callIsInTime,
      rules.callBeatsBest,
      rules.farCallIsConfirmed,
    ],
    hot: true,
    effects: effects.keepCall,
  },
  CLOSE_CALLING: {
    roles: ['system'],
    summary: 'The time for calls has run out.',
    ref: fairRule('12'),
    form: NoForm,
    rules: [],
  },
  PAY: {
    roles: ['platform-operator'],
    summary: 'Record that the best offer has been paid.',
    ref: fairRule('14(1)'),
    form: PayForm,
    rules: [rules.paymentEqualsBest],
    effects: effects.keepPayment,
  },
  RECORD_INSPECTION: {
    roles: ['system'],
    summary: 'The inspection tells its result; a stall that fails is not allotted.',
    ref: fairRule('14(2)'),
    form: RecordInspectionForm,
    rules: [],
  },
  ANNUL: {
    roles: ORGANISERS,
    summary: 'Annul the allotment before it is settled, with the reason.',
    ref: fairRule('17'),
    form: AnnulForm,
    rules: [],
    secondPerson: approvedBySecondPerson,
  },
};
