import { assertEvent, assign, setup } from 'xstate';
import { parseInstant, type ProvisionRef } from '#case-kit';
import { MINUTE } from './fair-stall.clock.js';
import { fairRule } from './fair-stall.law.js';
import type { FairStallContext, FairStallEvent, FairStallInput, RosterEntry } from './fair-stall.model.js';
import { rankOffers } from './fair-stall.offers.js';

type OpeningEvent = Extract<FairStallEvent, { type: 'OPEN_ENVELOPES' }>;

/** The roster that an opening yields. Before the envelopes are open there is none, and the law is not yet asked. */
export function rosterOf({
  facts,
  opened,
  law,
}: Pick<OpeningEvent, 'facts' | 'opened' | 'law'>): readonly RosterEntry[] {
  if (Object.keys(opened).length === 0) return [];
  return rankOffers(facts.applications, opened, law.decimal('fair.step'));
}

/** What can happen to a stall, from the notice to the allotment. Events in capitals are rows of the command table. */
export const fairStallMachine = setup({
  types: {
    context: {} as FairStallContext,
    events: {} as FairStallEvent,
    input: {} as FairStallInput | undefined,
  },
  guards: {
    enoughQualify: ({ event }) => {
      assertEvent(event, 'OPEN_ENVELOPES');
      const roster = rosterOf(event);
      return roster.length > 0 && roster.length >= event.law.integer('fair.minimum-applicants');
    },
    inspectionPassed: ({ event }) => {
      assertEvent(event, 'RECORD_INSPECTION');
      return event.form.result === 'passed';
    },
  },
  actions: {
    amendNotice: assign(({ context, event }) => {
      assertEvent(event, 'AMEND_NOTICE');
      const { stallName, applicationsCloseAt } = event.form;
      return {
        stallName: stallName ?? context.stallName,
        applicationsCloseAt:
          applicationsCloseAt === undefined ? context.applicationsCloseAt : parseInstant(applicationsCloseAt),
      };
    }),
    startApplications: assign(({ event }) => ({ publishedAt: event.at })),
    startCalling: assign(({ context, event }) => {
      assertEvent(event, 'OPEN_ENVELOPES');
      const first = rosterOf(event)[0];
      return {
        calledFrom: event.at,
        closesAt: event.at + context.callingMinutes * MINUTE,
        best: first?.offer ?? null,
        holder: first?.alias ?? null,
      };
    }),
    takeCall: assign(({ context, event }) => {
      assertEvent(event, 'CALL');
      return {
        best: event.form.offer,
        holder: event.party?.alias ?? null,
        calls: context.calls + 1,
        extendedAt: Math.max(event.at, context.extendedAt ?? event.at),
      };
    }),
  },
}).createMachine({
  id: 'fair-stall',
  context: ({ input }) => ({
    stallName: input?.stallName ?? '',
    applicationsCloseAt: input?.applicationsCloseAt ?? 0,
    callingMinutes: input?.callingMinutes ?? 1,
    publishedAt: null,
    calledFrom: null,
    closesAt: null,
    extendedAt: null,
    best: null,
    holder: null,
    calls: 0,
  }),
  initial: 'draft',
  states: {
    draft: {
      on: {
        AMEND_NOTICE: { target: 'draft', actions: 'amendNotice' },
        PUBLISH: { target: 'applications', actions: 'startApplications' },
        ANNUL: { target: 'annulled' },
      },
    },
    applications: {
      on: {
        // Applications live in rows alone: a counter in the context would tell how many there are.
        APPLY: { target: 'applications' },
        WITHDRAW: { target: 'applications' },
        CLOSE_APPLICATIONS: { target: 'opening' },
        ANNUL: { target: 'annulled' },
      },
    },
    opening: {
      on: {
        OPEN_ENVELOPES: [
          { target: 'calling', guard: 'enoughQualify', actions: 'startCalling' },
          { target: 'annulled' },
        ],
        ANNUL: { target: 'annulled' },
      },
    },
    calling: {
      on: {
        CALL: { target: 'calling', actions: 'takeCall' },
        CLOSE_CALLING: { target: 'settling' },
        ANNUL: { target: 'annulled' },
      },
    },
    settling: {
      type: 'parallel',
      states: {
        payment: {
          initial: 'due',
          states: { due: { on: { PAY: { target: 'paid' } } }, paid: { type: 'final' } },
        },
        inspection: {
          initial: 'awaited',
          states: {
            awaited: {
              on: {
                RECORD_INSPECTION: [
                  { target: 'passed', guard: 'inspectionPassed' },
                  { target: '#fair-stall.annulled' },
                ],
              },
            },
            passed: { type: 'final' },
          },
        },
      },
      onDone: { target: 'allotted' },
    },
    allotted: { type: 'final' },
    annulled: { type: 'final' },
  },
});

/** The provision of each state and its sentence, by the state's path. */
export const fairStallStates: Readonly<Record<string, { readonly ref: ProvisionRef; readonly text: string }>> = {
  draft: {
    ref: fairRule('2'),
    text: 'The officer of the fair drafts the notice of the stall; nothing binds before it is published.',
  },
  applications: {
    ref: fairRule('5'),
    text: 'Whoever wants the stall applies with a sealed offer, and may replace or withdraw it, until the closing time.',
  },
  opening: {
    ref: fairRule('8'),
    text: 'After the closing time the committee opens all standing offers at once, two of its members together.',
  },
  calling: {
    ref: fairRule('10'),
    text: 'The qualified call openly under aliases; each call keeps the calling open for the minutes of the rule.',
  },
  settling: {
    ref: fairRule('14'),
    text: 'The trader with the best offer pays it, and the stall is inspected; both may happen in any order.',
  },
  'settling.payment': { ref: fairRule('14(1)'), text: 'The best offer is paid in full.' },
  'settling.payment.due': { ref: fairRule('14(1)'), text: 'The payment has not arrived.' },
  'settling.payment.paid': { ref: fairRule('14(1)'), text: 'The payment has arrived and is recorded.' },
  'settling.inspection': { ref: fairRule('14(2)'), text: 'The stall is inspected before it is allotted.' },
  'settling.inspection.awaited': { ref: fairRule('14(2)'), text: 'The result of the inspection is awaited.' },
  'settling.inspection.passed': { ref: fairRule('14(2)'), text: 'The stall has passed its inspection.' },
  allotted: { ref: fairRule('15'), text: 'The stall is allotted to the trader who paid the best offer.' },
  annulled: { ref: fairRule('17'), text: 'The allotment is annulled; the stall may be announced anew.' },
};
