import { SYSTEM_ACTOR, type OpenProposal } from '#case-kit';
import { ADOPT_LAW, ADVANCE_CLOCK, CONFIRM, SET_ASIDE } from '#engine';
import { makeActor } from '#testing';
import { expectKind, HOUR, SECOND_LAW, type Stage } from './support.js';

const officer = makeActor('central-officer');
const approver = makeActor('approving-officer');
const bidder = makeActor('bidder');
const rival = makeActor('bidder', { personId: 'person-rival', organisationId: 'organisation-rival' });

const order = (targetState: string, count: number, closesAt: number): Record<string, unknown> => ({
  orderReference: 'W.P.(C) 7/2026, judgment of 2026-01-06',
  document: 'file 7/2026',
  targetState,
  context: { count, closesAt },
});

const proposalOf = async (stage: Stage, caseId: string): Promise<string> => {
  const [open] = await stage.column<OpenProposal[]>(caseId, 'proposals');
  if (open === undefined) throw new Error(`no proposal is open in ${caseId}`);
  return open.id;
};

/** Accepted and refused commands, an adopted law, and the close; afterwards a command that comes up late. */
export async function tellPlainTally(stage: Stage): Promise<string> {
  const id = await stage.open('tally', { closesAt: stage.now + HOUR }, officer);
  await expectKind(stage.give(id, 'ADD', { by: 3 }, bidder), 'accepted');
  await expectKind(stage.give(id, 'ADD', { by: -1 }, bidder), 'refused');
  stage.now += 1_000;
  await expectKind(stage.give(id, 'SET', { by: 40 }, officer), 'accepted');
  await expectKind(stage.give(id, ADOPT_LAW, { lawHash: SECOND_LAW.hash }, SYSTEM_ACTOR), 'accepted');
  await expectKind(stage.give(id, 'ADD', { by: 2 }, rival), 'accepted');
  const punctual = stage.now;
  await stage.pass(id, HOUR + 5_000);
  await expectKind(stage.give(id, 'ADD', { by: 1 }, rival, { receivedAt: punctual }), 'refused');
  await expectKind(stage.give(id, 'SET', { by: 1 }, officer), 'refused');
  return id;
}

/** A stay that stops the clock, one that ends by itself, and an order that sets the close aside. */
export async function tellStayedTally(stage: Stage): Promise<string> {
  const id = await stage.open('tally', { closesAt: stage.now + HOUR }, officer);
  const stay = { kind: 'court-stay', orderReference: 'W.P.(C) 7/2026, order of 2026-01-05' };
  await expectKind(stage.give(id, 'engine.place-hold', stay, officer), 'accepted');
  await expectKind(stage.give(id, 'ADD', { by: 1 }, bidder), 'refused');
  await stage.pass(id, 2 * HOUR);
  const [hold] = await stage.column<{ id: string }[]>(id, 'holds');
  const vacated = { holdId: hold?.id, orderReference: 'W.P.(C) 7/2026, order of 2026-01-05 (vacated)' };
  await expectKind(stage.give(id, 'engine.release-hold', vacated, officer), 'accepted');
  await expectKind(stage.give(id, 'engine.release-hold', vacated, officer), 'refused');
  const until = new Date(stage.now + HOUR / 2).toISOString();
  const direction = { kind: 'central-direction', orderReference: 'D.O. 9/2026', until };
  await expectKind(stage.give(id, 'engine.place-hold', direction, officer), 'accepted');
  await stage.pass(id, HOUR / 2 + 5_000);
  await expectKind(stage.give(id, 'ADD', { by: 5 }, bidder), 'accepted');
  await stage.pass(id, 2 * HOUR);
  await expectKind(stage.give(id, SET_ASIDE, order('counting', 5, stage.now + HOUR), officer), 'proposed');
  const twice = { proposalId: await proposalOf(stage, id) };
  await expectKind(stage.give(id, CONFIRM, { proposalId: 'another' }, approver), 'refused');
  await expectKind(stage.give(id, CONFIRM, twice, approver), 'accepted');
  await expectKind(stage.give(id, 'ADD', { by: 6 }, bidder), 'accepted');
  return id;
}

/** Proposals that are refused, withdrawn and left to expire; refusals until they are throttled. */
export async function tellDisputedTally(stage: Stage): Promise<string> {
  const id = await stage.open('tally', { closesAt: stage.now + 1_000 * HOUR }, officer);
  const form = order('counting', 9, stage.now + 1_000 * HOUR);
  await expectKind(stage.give(id, SET_ASIDE, { ...form, targetState: 'nowhere' }, officer), 'refused');
  await expectKind(stage.give(id, SET_ASIDE, form, officer), 'proposed');
  const first = { proposalId: await proposalOf(stage, id), reason: 'the wrong judgment' };
  await expectKind(stage.give(id, 'engine.refuse-proposal', first, approver), 'accepted');
  await expectKind(stage.give(id, SET_ASIDE, form, officer), 'proposed');
  const second = { proposalId: await proposalOf(stage, id) };
  await expectKind(stage.give(id, 'engine.withdraw-proposal', second, officer), 'accepted');
  await expectKind(stage.give(id, SET_ASIDE, form, officer), 'proposed');
  await stage.pass(id, 80 * HOUR);
  for (let count = 0; count < 10; count += 1) {
    await expectKind(stage.give(id, 'ADD', { by: -count }, bidder), 'refused');
  }
  await expectKind(stage.give(id, 'ADD', { by: -11 }, bidder), 'throttled');
  await expectKind(stage.give(id, 'ADD', { by: 11 }, bidder), 'accepted');
  return id;
}

/** A rehearsal in another year, whose clock alone makes things fall due. */
export async function tellRehearsedTally(stage: Stage): Promise<string> {
  const start = Date.parse('2024-02-01T10:00:00+05:30');
  const id = await stage.open('tally', { closesAt: start + HOUR }, officer, { rehearsalStartsAt: start });
  await expectKind(stage.give(id, 'ADD', { by: 1 }, bidder), 'accepted');
  const to = (at: number): { to: string } => ({ to: new Date(at).toISOString() });
  await expectKind(stage.give(id, ADVANCE_CLOCK, to(start + HOUR / 2), officer), 'accepted');
  await expectKind(stage.give(id, ADVANCE_CLOCK, to(start), officer), 'refused');
  await expectKind(stage.give(id, 'ADD', { by: 1 }, bidder), 'accepted');
  await expectKind(stage.give(id, ADVANCE_CLOCK, to(start + 3 * HOUR), officer), 'accepted');
  await expectKind(stage.give(id, 'ADD', { by: 1 }, bidder), 'refused');
  return id;
}

export const TALLY_STORIES = {
  plain: tellPlainTally,
  stayed: tellStayedTally,
  disputed: tellDisputedTally,
  rehearsed: tellRehearsedTally,
} as const;
