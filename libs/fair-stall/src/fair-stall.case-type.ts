import { defineCaseType } from '#case-kit';
import { approvedBySecondPerson, fairStallCommands, openFairStall } from './fair-stall.commands.js';
import type { OpenFairStallForm } from './fair-stall.forms.js';
import { fairStallMachine, fairStallStates } from './fair-stall.machine.js';
import type { FairStallContext, FairStallFacts } from './fair-stall.model.js';
import { listFairStallNotices } from './fair-stall.notices.js';
import { fairStallStore } from './fair-stall.store.js';
import { listFairStallTimers } from './fair-stall.timers.js';
import { fairStallViews, listFairStallAudiences } from './fair-stall.views.js';

/**
 * The allotment of a stall at a town fair: an invented procedure that asks of the engine whatever a real one does.
 *
 * Reading order:
 * 1. fair-stall.machine.ts   what can happen, and the provision of each state
 * 2. fair-stall.commands.ts  who may, with what form, under which rules
 * 3. fair-stall.rules.ts     when not, and what cures it
 * 4. fair-stall.timers.ts    what the clock does (fair-stall.clock.ts: how orders stop it)
 * 5. fair-stall.effects.ts   what else a decision writes (fair-stall.offers.ts: ranking and aliases)
 * 6. fair-stall.views.ts     who sees what
 * 7. fair-stall.notices.ts   who is told, and which case is opened
 * fair-stall.law.ts holds the numbers, fair-stall.store.ts the only SQL.
 */
export const fairStall = defineCaseType<FairStallContext, FairStallFacts, typeof fairStallMachine, OpenFairStallForm>({
  id: 'fair-stall',
  plural: 'fair-stalls',
  prefix: 'STALL',
  title: 'Allotment of a fair stall',
  version: '1',
  machine: fairStallMachine,
  open: openFairStall,
  commands: fairStallCommands,
  orders: { roles: ['state-officer', 'central-officer'], secondPerson: approvedBySecondPerson },
  timers: listFairStallTimers,
  audiences: listFairStallAudiences,
  views: fairStallViews,
  notices: listFairStallNotices,
  store: fairStallStore,
  stateProvisions: fairStallStates,
});
