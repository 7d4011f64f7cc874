import type { SCHEMAS } from './schemas.js';

const PROVISION = { act: 'Fair Rules', provision: 'r. 5' };

const CASE = {
  id: 'REHEARSAL-STALL-8HC0N-3ST9N',
  type: 'fair-stall',
  title: 'Allotment of a fair stall',
  jurisdiction: 'OD',
  rehearsal: true,
  clock: '2026-01-05T04:30:00.000Z',
  parentCaseId: null,
  holds: [],
  proposals: [],
  view: {
    stall: 'Corner stall at the east gate',
    status: 'Open for applications',
    applicationsCloseAt: '2026-01-14T17:00:00+05:30',
    callingMinutes: 60,
  },
};

const PROPOSAL = {
  id: 'kq3vYx0PzR1s',
  command: 'PUBLISH',
  proposedAt: '2026-01-05T04:30:00.000Z',
  expiresAt: '2026-01-07T04:30:00.000Z',
  confirmedBy: ['approving-officer'],
  own: true,
  form: {},
};

const TRANSITION = 'd9706d341d571f82a55be7a69a3829c9';

/** An answer of each kind as it comes, for people who read the document. Held against the schemas by a test. */
export const EXAMPLES: Readonly<Partial<Record<keyof typeof SCHEMAS, unknown>>> = {
  Case: CASE,
  CommandAnswer: { caseId: CASE.id, transition: TRANSITION, outcome: 'accepted', case: CASE },
  ProposalAnswer: {
    caseId: CASE.id,
    transition: TRANSITION,
    outcome: 'proposed',
    proposal: PROPOSAL,
    case: { ...CASE, proposals: [PROPOSAL] },
  },
  CaseList: {
    items: [
      {
        id: CASE.id,
        type: CASE.type,
        jurisdiction: CASE.jurisdiction,
        rehearsal: true,
        title: CASE.view.stall,
        status: CASE.view.status,
        awaits: [],
        dueAt: '2026-01-14T11:30:00.000Z',
        openedAt: '2026-01-05T04:30:00.000Z',
        changedAt: '2026-01-05T04:30:00.000Z',
      },
    ],
    next: null,
  },
  TransitionList: {
    items: [
      {
        id: TRANSITION,
        kind: 'accepted',
        command: 'OPEN',
        receivedAt: '2026-01-05T04:30:00.000Z',
        decidedAt: '2026-01-05T04:30:00.012Z',
        capacity: 'state-officer',
        rules: ['closing-time-lies-ahead'],
        refusals: [],
        hash: `${TRANSITION}02f1c1b0a96e5d7c8e34b7f60a1d2c3b`,
        view: { command: 'OPEN', kind: 'accepted', at: '2026-01-05T10:00:00+05:30' },
      },
    ],
    next: null,
  },
  DueDateList: {
    items: [
      { clock: 'applications-close', event: 'CLOSE_APPLICATIONS', at: '2026-01-14T17:00:00+05:30', ref: PROVISION },
    ],
  },
  CommandList: {
    items: [
      {
        name: 'APPLY',
        href: `/v1/fair-stalls/${CASE.id}/apply`,
        summary: 'Apply with a sealed offer, or replace your earlier application by this one.',
        ref: PROVISION,
        available: true,
        needsSecondPerson: null,
        refusals: [],
        conditions: [],
        form: { type: 'object', properties: { offer: { type: 'string' } }, required: ['offer'] },
        sealed: ['offer'],
        edit: false,
      },
    ],
  },
  LiveState: {
    caseId: CASE.id,
    at: '2026-01-14T18:10:00.250+05:30',
    uncertaintyMs: 2,
    live: { status: 'Calling', best: '1350.00', closesAt: '2026-01-14T18:15:00+05:30' },
  },
  FeedTicket: { ticket: 'bm90IGEgcmVhbCB0aWNrZXQ', expiresIn: 30, href: '/v1/feed?ticket=bm90IGEgcmVhbCB0aWNrZXQ' },
  CalculatorAnswer: {
    result: { rawDueOn: '2026-01-29', dueOn: '2026-01-29', skipped: [{ date: '2026-01-26', why: 'HOLIDAY' }] },
    working: ['Working day 3 after 2026-01-23 is 2026-01-29; 3 closed days lie between.'],
    rules: [{ act: 'Mineral (Auction) Rules, 2015', provision: 'r. 23' }],
    confidence: 'policy',
  },
  Liveness: { status: 'ok' },
  Readiness: {
    status: 'ready',
    checks: [{ name: 'clock-offset', ok: true, found: '1 ms', limit: '100 ms' }],
  },
};
