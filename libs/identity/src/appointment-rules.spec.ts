import {
  checkAppointment,
  checkDelegation,
  type AppointmentFacts,
  type WantedAppointment,
} from './appointment-rules.js';
import type { AppointableRole, OrganisationKind } from './roles.js';

const NOW = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;

const wanted = (more: Partial<WantedAppointment> = {}): WantedAppointment => ({
  personId: 'person',
  role: 'state-officer',
  jurisdiction: 'OD',
  from: NOW,
  until: null,
  ...more,
});

const facts = (more: Partial<AppointmentFacts> = {}): AppointmentFacts => ({
  appointerId: 'administrator',
  personEnabled: true,
  organisation: { id: 'odisha', kind: 'state-directorate', name: 'Directorate, Odisha', jurisdiction: 'OD' },
  others: [],
  ...more,
});

const held = (role: AppointableRole, organisationId = 'elsewhere') => ({ role, organisationId, jurisdiction: null });
const organisation = (kind: OrganisationKind, jurisdiction: string | null = null) => ({
  id: kind,
  kind,
  name: kind,
  jurisdiction,
});
const rulesOf = (refusals: readonly { rule: string }[]) => refusals.map(({ rule }) => rule);

describe('an appointment', () => {
  it('is made when nothing stands against it', () => {
    expect(checkAppointment(wanted(), facts())).toEqual([]);
  });

  it('is never made by its own holder, and the refusal says who can', () => {
    const [refusal] = checkAppointment(wanted({ personId: 'administrator' }), facts());
    expect(refusal).toMatchObject({
      rule: 'nobody-appoints-himself',
      ref: { act: 'ADIT-ACCESS', provision: '1' },
      cure: { who: 'another administrator' },
    });
  });

  it('is refused for every rule that stands against it, not only for the first', () => {
    const refusals = checkAppointment(
      wanted({ role: 'auditor', jurisdiction: 'RJ' }),
      facts({ personEnabled: false, others: [held('state-officer')] }),
    );
    expect(rulesOf(refusals)).toEqual([
      'person-is-enabled',
      'organisation-gives-role',
      'territory-within-organisation',
      'role-stands-alone',
    ]);
  });

  it.each<[AppointableRole, OrganisationKind, AppointableRole]>([
    ['administrator', 'platform', 'central-officer'],
    ['bidder', 'bidder', 'evaluation-member'],
    ['auditor', 'audit', 'platform-operator'],
  ])('as %s is refused beside any other role, and any other role beside it', (solitary, kind, other) => {
    const mine = wanted({ role: solitary, jurisdiction: null });
    expect(rulesOf(checkAppointment(mine, facts({ organisation: organisation(kind), others: [held(other)] })))).toEqual(
      ['role-stands-alone'],
    );
    expect(rulesOf(checkAppointment(wanted(), facts({ others: [held(solitary)] })))).toEqual(['role-stands-alone']);
  });

  it('as a bidder is for one firm at a time, while two offices may be held together', () => {
    const bidder = wanted({ role: 'bidder', jurisdiction: null });
    const firm = organisation('bidder');
    expect(rulesOf(checkAppointment(bidder, facts({ organisation: firm, others: [held('bidder')] })))).toEqual([
      'one-bidder-each',
    ]);
    expect(checkAppointment(bidder, facts({ organisation: firm }))).toEqual([]);
    expect(checkAppointment(wanted(), facts({ others: [held('approving-officer')] }))).toEqual([]);
  });

  it('of the Centre may be for one State; of a State never for another or for all', () => {
    const central = wanted({ role: 'central-officer', jurisdiction: 'OD' });
    expect(checkAppointment(central, facts({ organisation: organisation('ministry', 'CENTRE') }))).toEqual([]);
    for (const jurisdiction of ['CENTRE', 'RJ', null]) {
      expect(rulesOf(checkAppointment(wanted({ jurisdiction }), facts()))).toEqual(['territory-within-organisation']);
    }
  });

  it('is refused when the person holds the same already', () => {
    const same = { role: 'state-officer' as const, organisationId: 'odisha', jurisdiction: 'OD' };
    expect(rulesOf(checkAppointment(wanted(), facts({ others: [same] })))).toEqual(['appointment-is-new']);
  });
});

describe('a delegation', () => {
  const source = { stands: true, delegated: false, jurisdiction: 'CENTRE', from: NOW - DAY, until: NOW + 10 * DAY };

  it('may be as wide and as long as its source', () => {
    expect(checkDelegation(wanted({ jurisdiction: 'CENTRE', until: NOW + 10 * DAY }), source)).toEqual([]);
    expect(checkDelegation(wanted({ jurisdiction: 'OD', until: NOW + DAY }), source)).toEqual([]);
  });

  it.each<[string, Partial<WantedAppointment>, string]>([
    ['ends later', { until: NOW + 11 * DAY }, 'until'],
    ['has no end', { until: null }, 'until'],
    ['begins earlier', { from: NOW - 2 * DAY, until: NOW + DAY }, 'from'],
    ['has no territory', { jurisdiction: null, until: NOW + DAY }, 'jurisdiction'],
  ])('is refused when it %s than its source allows', (_, more, datum) => {
    expect(checkDelegation(wanted(more), source)).toMatchObject([{ rule: 'delegation-within-source', datum }]);
  });

  it('of a State is refused for the Centre', () => {
    const refusals = checkDelegation(wanted({ jurisdiction: 'CENTRE', until: NOW + DAY }), {
      ...source,
      jurisdiction: 'OD',
    });
    expect(refusals).toMatchObject([{ rule: 'delegation-within-source', datum: 'jurisdiction' }]);
  });

  it('is not delegated again, nor made from what has ended', () => {
    const refusals = checkDelegation(wanted({ until: NOW + DAY }), { ...source, stands: false, delegated: true });
    expect(rulesOf(refusals)).toEqual(['source-stands', 'delegation-is-not-delegated']);
  });
});
