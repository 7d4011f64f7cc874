import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { Actor, AnyCaseType, LawSnapshot, Role } from '#case-kit';
import { CaseEngine, type Authority, type EngineOptions, type KeyHolder } from '#engine';
import { tally } from './tally.case-type.js';

/** A law without a word in it. */
export const EMPTY_LAW: LawSnapshot = {
  hash: 'empty',
  find: () => undefined,
  anchorOf: () => undefined,
  holidays: () => [],
};

const openAuthority: Authority = {
  currentEpoch: () => Promise.resolve(0),
  assertEpoch: () => Promise.resolve(),
  recheck: (_sql, actors) => Promise.resolve(actors.map(() => true)),
};

const noKeyHolder: KeyHolder = {
  makeKey: () => Promise.reject(new Error('no key holder in this test')),
  open: () => Promise.reject(new Error('no key holder in this test')),
};

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface EngineFixtureOptions extends Partial<EngineOptions> {
  readonly caseTypes?: readonly AnyCaseType[];
}

/** An engine on a real database, with everything around it plain. */
export function makeEngine(pool: Pool, options: EngineFixtureOptions = {}): CaseEngine {
  return new CaseEngine(pool, {
    caseTypes: [tally],
    logicVersionOf: () => 'test',
    law: { current: () => EMPTY_LAW, find: () => EMPTY_LAW, load: () => Promise.resolve(EMPTY_LAW) },
    authority: openAuthority,
    keyHolder: noKeyHolder,
    clock: { now: () => Date.now() },
    log: silent,
    commandKeySecret: randomBytes(32),
    graceMs: 50,
    lanes: 3,
    batch: 64,
    queueLimit: 10_000,
    liveObstacles: [],
    ...options,
  });
}

export function makeActor(role: Role, more: Partial<Actor> = {}): Actor {
  return {
    personId: `person-${role}`,
    sessionId: null,
    appointmentId: `appointment-${role}`,
    role,
    organisationId: `organisation-${role}`,
    jurisdiction: role === 'bidder' || role === 'auditor' ? null : 'CENTRE',
    epoch: 0,
    ...more,
  };
}

export const drawKey = (): string => randomBytes(16).toString('base64url');
