import { SYSTEM_ACTOR, type Actor, type OpenProposal, type Role, type SealKey } from '#case-kit';
import { ADVANCE_CLOCK, CaseReader, CONFIRM, etagOf, sealField, SET_ASIDE } from '#engine';
import { makeActor } from '#testing';
import { expectKind, HOUR, type Stage } from './support.js';

const DAY = 24 * HOUR;
const MINUTE = HOUR / 60;

const official = (role: Role): Actor => makeActor(role, { jurisdiction: 'OD' });
const officer = official('state-officer');
const approver = official('approving-officer');
const chair = official('evaluation-chair');
const member = official('evaluation-member');
const operator = official('platform-operator');
const inspector = official('agency-officer');
const trader = (name: string): Actor =>
  makeActor('bidder', { personId: `person-${name}`, organisationId: `organisation-${name}` });
const [asha, bilal, chitra] = [trader('asha'), trader('bilal'), trader('chitra')];

const instant = (at: number): string => new Date(at).toISOString();

async function confirm(stage: Stage, id: string, actor: Actor): Promise<void> {
  const [open] = await stage.column<OpenProposal[]>(id, 'proposals');
  await expectKind(stage.give(id, CONFIRM, { proposalId: open?.id ?? '' }, actor), 'accepted');
}

async function apply(stage: Stage, id: string, actor: Actor, offer: string): Promise<void> {
  const key = await stage.column<SealKey>(id, 'seal_key');
  await expectKind(stage.give(id, 'APPLY', { offer: sealField(key, offer) }, actor), 'accepted');
}

async function publish(stage: Stage): Promise<string> {
  const form = { stallName: 'East gate', applicationsCloseAt: instant(stage.now + 8 * DAY), callingMinutes: 60 };
  const id = await stage.open('fair-stall', form, officer);
  await expectKind(stage.give(id, 'PUBLISH', {}, officer), 'proposed');
  await confirm(stage, id, approver);
  return id;
}

async function openEnvelopes(stage: Stage, id: string): Promise<void> {
  await stage.pass(id, 8 * DAY + MINUTE);
  await expectKind(stage.give(id, 'OPEN_ENVELOPES', {}, chair), 'proposed');
  await confirm(stage, id, member);
}

/** Amended, refused, published, applied for, called, stayed, paid, inspected by a child case, allotted. */
export async function tellAllottedStall(stage: Stage): Promise<string> {
  const form = { stallName: 'East gate', applicationsCloseAt: instant(stage.now + 2 * DAY), callingMinutes: 60 };
  const id = await stage.open('fair-stall', form, officer);
  await expectKind(stage.give(id, 'PUBLISH', {}, officer), 'refused');
  const reader = new CaseReader(stage.pool, stage.engine);
  const seen = await reader.find(id, officer);
  if (seen === null) throw new Error('the officer does not see his own case');
  const amended = { stallName: 'West gate', applicationsCloseAt: instant(stage.now + 8 * DAY) };
  const ifMatch = etagOf(await reader.view(seen, officer));
  await expectKind(stage.give(id, 'AMEND_NOTICE', amended, officer, { ifMatch }), 'accepted');
  await expectKind(stage.give(id, 'PUBLISH', {}, officer), 'proposed');
  await confirm(stage, id, approver);
  await apply(stage, id, asha, '1000.00');
  await apply(stage, id, bilal, '1200.00');
  await apply(stage, id, chitra, '999.99');
  await apply(stage, id, asha, '1100.00');
  await expectKind(stage.give(id, 'WITHDRAW', {}, chitra), 'accepted');
  await expectKind(stage.give(id, 'WITHDRAW', {}, chitra), 'refused');
  await openEnvelopes(stage, id);
  await expectKind(stage.give(id, 'CALL', { offer: '1250.00' }, bilal), 'refused');
  await expectKind(stage.give(id, 'CALL', { offer: '1250.00' }, asha), 'accepted');
  await expectKind(stage.give(id, 'CALL', { offer: '1300.00' }, chitra), 'refused');
  await expectKind(stage.give(id, 'CALL', { offer: '9900.00' }, bilal), 'refused');
  const stay = { kind: 'court-stay', orderReference: 'W.P.(C) 8/2026' };
  await expectKind(stage.give(id, 'engine.place-hold', stay, officer), 'accepted');
  await stage.pass(id, 3 * HOUR);
  const [hold] = await stage.column<{ id: string }[]>(id, 'holds');
  const vacated = { holdId: hold?.id ?? '', orderReference: 'W.P.(C) 8/2026, vacated' };
  await expectKind(stage.give(id, 'engine.release-hold', vacated, officer), 'accepted');
  stage.now += 58 * MINUTE;
  await expectKind(stage.give(id, 'CALL', { offer: '1400.00' }, bilal), 'accepted');
  await stage.pass(id, 6 * MINUTE);
  await expectKind(stage.give(id, 'PAY', { reference: 'UTR 1', amount: '1.00' }, operator), 'refused');
  await expectKind(stage.give(id, 'PAY', { reference: 'UTR 1', amount: '1400.00' }, operator), 'accepted');
  await inspect(stage, id);
  return id;
}

async function inspect(stage: Stage, id: string): Promise<void> {
  const cause = { caseId: id, seq: await stage.column<number>(id, 'seq'), outboxId: 1 };
  const child = await stage.open('stall-inspection', { stallName: 'West gate', jurisdiction: 'OD' }, SYSTEM_ACTOR, {
    parentCaseId: id,
    cause,
  });
  const result = { result: 'passed', remarks: 'Fire exits are free.' };
  await expectKind(stage.give(child, 'INSPECT', result, inspector), 'accepted');
  const told = { caseId: child, seq: 2, outboxId: 2 };
  await expectKind(stage.give(id, 'RECORD_INSPECTION', result, SYSTEM_ACTOR, { cause: told }), 'accepted');
}

/** Too few qualify, so that the opening annuls. */
export async function tellDesertedStall(stage: Stage): Promise<string> {
  const id = await publish(stage);
  await apply(stage, id, asha, '1000.00');
  await openEnvelopes(stage, id);
  await expectKind(stage.give(id, 'ANNUL', { reason: 'no use' }, officer), 'refused');
  return id;
}

/** A calling that an order sets aside, whose applications are opened once more. */
export async function tellRepeatedStall(stage: Stage): Promise<string> {
  const id = await publish(stage);
  await apply(stage, id, asha, '1000.00');
  await apply(stage, id, bilal, '1000.00');
  await openEnvelopes(stage, id);
  await expectKind(stage.give(id, 'CALL', { offer: '1050.00' }, bilal), 'accepted');
  await stage.pass(id, 2 * HOUR);
  const order = {
    orderReference: 'W.P.(C) 9/2026',
    document: 'file 9/2026',
    targetState: 'opening',
    context: {
      calledFrom: null,
      closesAt: null,
      extendedAt: null,
      best: null,
      holder: null,
      calls: 0,
    },
    anchors: { notice: '2026-01-06' },
  };
  await expectKind(stage.give(id, SET_ASIDE, order, officer), 'proposed');
  await confirm(stage, id, approver);
  await expectKind(stage.give(id, 'OPEN_ENVELOPES', {}, chair), 'proposed');
  await confirm(stage, id, member);
  await expectKind(stage.give(id, 'CALL', { offer: '1100.00' }, bilal), 'accepted');
  return id;
}

/** A rehearsal of last year's fair, whose envelopes are opened by its own clock. */
export async function tellRehearsedStall(stage: Stage): Promise<string> {
  const start = Date.parse('2025-01-06T10:00:00+05:30');
  const form = { stallName: 'South gate', applicationsCloseAt: instant(start + 9 * DAY), callingMinutes: 30 };
  const id = await stage.open('fair-stall', form, officer, { rehearsalStartsAt: start });
  await expectKind(stage.give(id, 'PUBLISH', {}, officer), 'proposed');
  await confirm(stage, id, approver);
  await apply(stage, id, asha, '500.00');
  await apply(stage, id, bilal, '550.00');
  const to = (at: number): { to: string } => ({ to: instant(at) });
  await expectKind(stage.give(id, ADVANCE_CLOCK, to(start + 9 * DAY + MINUTE), officer), 'accepted');
  await expectKind(stage.give(id, 'OPEN_ENVELOPES', {}, chair), 'proposed');
  await confirm(stage, id, member);
  await expectKind(stage.give(id, 'CALL', { offer: '600.00' }, asha), 'accepted');
  await expectKind(stage.give(id, ADVANCE_CLOCK, to(start + 10 * DAY), officer), 'accepted');
  return id;
}

export const FAIR_STALL_STORIES = {
  allotted: tellAllottedStall,
  deserted: tellDesertedStall,
  repeated: tellRepeatedStall,
  practised: tellRehearsedStall,
} as const;
