import { audiencesOf, hasJurisdiction, PUBLIC_ACTOR, type Actor } from './actor.js';
import { discloseRefusal } from './refusal.js';

function actorOf(role: Actor['role'], jurisdiction: string | null): Actor {
  return { ...PUBLIC_ACTOR, personId: 'p1', role, organisationId: 'o1', jurisdiction };
}

describe('the audiences of an actor', () => {
  it('are his organisation, his role where it reaches, and the public', () => {
    expect(audiencesOf(actorOf('state-officer', 'OD'))).toEqual(['org:o1', 'role:state-officer@OD', 'public']);
    expect(audiencesOf(actorOf('central-officer', 'CENTRE'))).toEqual(['org:o1', 'role:central-officer', 'public']);
    expect(audiencesOf(actorOf('auditor', null))).toEqual(['org:o1', 'role:auditor', 'public']);
  });

  it('are the public alone for who has not logged in', () => {
    expect(audiencesOf(PUBLIC_ACTOR)).toEqual(['public']);
  });
});

describe('the territory of an actor', () => {
  it('is his State, everything for the centre, and no bound where the role has none', () => {
    expect(hasJurisdiction(actorOf('state-officer', 'OD'), 'OD')).toBe(true);
    expect(hasJurisdiction(actorOf('state-officer', 'OD'), 'JH')).toBe(false);
    expect(hasJurisdiction(actorOf('state-officer', 'OD'), 'CENTRE')).toBe(false);
    expect(hasJurisdiction(actorOf('central-officer', 'CENTRE'), 'JH')).toBe(true);
    expect(hasJurisdiction(actorOf('bidder', null), 'JH')).toBe(true);
  });
});

describe('a refusal as it is told', () => {
  const refusal = {
    rule: 'r',
    ref: { act: 'Act', provision: 's. 1' },
    text: 'So it is.',
    datum: 'offer',
    found: 'a secret',
    required: 'less',
    cure: { who: 'you', how: 'lower it' },
  };

  it('shows what was found unless the caller may not see it', () => {
    expect(discloseRefusal(refusal)).toEqual(refusal);
    const told = discloseRefusal({ ...refusal, concealed: true });
    expect(JSON.stringify(told)).not.toContain('a secret');
    expect(told).toMatchObject({ datum: 'offer', found: 'not shown in your capacity' });
    expect(told).not.toHaveProperty('concealed');
  });
});
