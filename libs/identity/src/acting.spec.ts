import { Problem } from '#platform';
import { chooseActor, type HeldAppointment, type Principal } from './acting.js';

const NOW = Date.UTC(2026, 0, 5);

function appointment(id: string, more: Partial<HeldAppointment> = {}): HeldAppointment {
  return {
    id,
    role: 'central-officer',
    organisation: { id: 'ministry', name: 'Ministry of Mines', kind: 'ministry' },
    jurisdiction: 'CENTRE',
    from: 0,
    until: null,
    delegated: false,
    ...more,
  };
}

function principalWith(...appointments: HeldAppointment[]): Principal {
  return {
    personId: 'person',
    sessionId: 'session',
    name: 'Invented Person',
    sessionExpiresAt: NOW + 1000,
    mustChangePassword: false,
    appointments,
    epoch: 7,
  };
}

function refusalOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the capacity of a request', () => {
  const officer = appointment('one');
  const approver = appointment('two', { role: 'approving-officer' });

  it('is the only appointment of the person when there is one', () => {
    expect(chooseActor(principalWith(officer), undefined, NOW)).toEqual({
      personId: 'person',
      sessionId: 'session',
      appointmentId: 'one',
      role: 'central-officer',
      organisationId: 'ministry',
      jurisdiction: 'CENTRE',
      epoch: 7,
    });
  });

  it('is never the union of several: without a choice the header and the appointments are named', () => {
    const problem = refusalOf(() => chooseActor(principalWith(officer, approver), undefined, NOW));
    expect(problem).toMatchObject({ status: 400, slug: 'validation' });
    expect(problem.toJSON()).toMatchObject({
      header: 'Adit-Acting-As',
      errors: [{ field: 'Adit-Acting-As' }],
      appointments: [
        { id: 'one', role: 'central-officer', organisation: { id: 'ministry' } },
        { id: 'two', role: 'approving-officer' },
      ],
    });
  });

  it('is chosen by id or by role', () => {
    const principal = principalWith(officer, approver);
    expect(chooseActor(principal, 'two', NOW).appointmentId).toBe('two');
    expect(chooseActor(principal, ' central-officer ', NOW).appointmentId).toBe('one');
  });

  it('is not chosen by a role that the person holds twice', () => {
    const principal = principalWith(officer, appointment('three', { jurisdiction: 'OD' }));
    expect(refusalOf(() => chooseActor(principal, 'central-officer', NOW)).status).toBe(400);
    expect(chooseActor(principal, 'three', NOW).jurisdiction).toBe('OD');
  });

  it('is refused when the person does not hold it, even where there is only one other', () => {
    const problem = refusalOf(() => chooseActor(principalWith(officer), 'auditor', NOW));
    expect(problem.status).toBe(403);
    expect(refusalOf(() => chooseActor(principalWith(officer), 'public', NOW)).status).toBe(403);
    expect(refusalOf(() => chooseActor(principalWith(officer), 'system', NOW)).status).toBe(403);
  });

  it('counts from its first instant until just before its end', () => {
    const principal = principalWith(appointment('one', { from: NOW, until: NOW + 10 }));
    expect(refusalOf(() => chooseActor(principal, undefined, NOW - 1)).status).toBe(403);
    expect(chooseActor(principal, undefined, NOW).appointmentId).toBe('one');
    expect(chooseActor(principal, undefined, NOW + 9).appointmentId).toBe('one');
    expect(refusalOf(() => chooseActor(principal, undefined, NOW + 10)).status).toBe(403);
  });

  it('is nothing for a person without an appointment', () => {
    expect(refusalOf(() => chooseActor(principalWith(), undefined, NOW)).status).toBe(403);
  });
});
