import type { Pool } from 'pg';
import { sha256Hex, type Actor, type AnyForm } from '#case-kit';
import { CONFIRM, type Outcome } from '#engine';
import type { ApiParts } from '../parts.js';

/** A rehearsal has its own clock, so that the demonstration can stand at a date of its own. */
const STARTS_AT = Date.parse('2026-01-05T10:00:00+05:30');
const CASE_TYPE = 'fair-stall';
const OPENING = {
  stallName: 'Corner stall at the east gate',
  applicationsCloseAt: '2026-01-14T17:00:00+05:30',
  callingMinutes: 60,
};
const OFFICER = 'odisha@adit.example';
const APPROVER = 'approving@adit.example';

export interface DemoCase {
  readonly id: string;
  /** Address under which its commands are given. */
  readonly href: string;
}

/**
 * One rehearsal to try things on: its notice is published and applications may come. Every step has a fixed key, so a
 * start that was cut off is finished by the next one and nothing is done twice. Undefined where its people are gone.
 */
export async function seedDemoCase({ engine, pool, clock, log }: ApiParts): Promise<DemoCase | undefined> {
  const caseType = engine.findCaseType(CASE_TYPE);
  const officer = await findActor(pool, OFFICER, 'state-officer');
  const approver = await findActor(pool, APPROVER, 'approving-officer');
  if (caseType === undefined || officer === undefined || approver === undefined) return undefined;
  const head = (actor: Actor, step: string, form: AnyForm) => {
    const key = sha256Hex(`demonstration ${actor.personId} ${step}`);
    return { actor, form, key, receivedAt: clock.now() };
  };
  try {
    const opened = await engine.open({
      caseType: CASE_TYPE,
      rehearsalStartsAt: STARTS_AT,
      ...head(officer, 'open', OPENING),
    });
    const caseId = caseIdOf(opened);
    caseIdOf(await engine.execute({ name: 'PUBLISH', caseId, ...head(officer, 'publish', {}) }));
    const { rows } = await pool.query<{ id: string }>(
      `select proposal ->> 'id' as id from case_file, jsonb_array_elements(proposals) proposal
       where case_file.id = $1 and proposal ->> 'command' = 'PUBLISH'`,
      [caseId],
    );
    if (rows[0] !== undefined) {
      const form = { proposalId: rows[0].id };
      caseIdOf(await engine.execute({ name: CONFIRM, caseId, ...head(approver, 'confirm', form) }));
    }
    return { id: caseId, href: `/v1/${caseType.plural}/${caseId}` };
  } catch (error) {
    // Without its example the platform serves as well.
    log.warn({ err: error }, 'the case of the demonstration could not be made');
    return undefined;
  }
}

function caseIdOf(outcome: Outcome): string {
  if (outcome.kind === 'accepted' || outcome.kind === 'proposed') return outcome.caseId;
  throw new Error(`a step of the demonstration was answered ${JSON.stringify(outcome)}`);
}

/** A person of the demonstration in one of his roles, acting without a log-in. */
async function findActor(pool: Pool, email: string, role: Actor['role']): Promise<Actor | undefined> {
  const { rows } = await pool.query<{ id: string; person_id: string; organisation_id: string; jurisdiction: string }>(
    `select a.id, a.person_id, a.organisation_id, a.jurisdiction from appointment_standing a
     join person p on p.id = a.person_id where p.email = $1 and p.demo and a.role = $2 limit 1`,
    [email, role],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    personId: row.person_id,
    sessionId: null,
    appointmentId: row.id,
    role,
    organisationId: row.organisation_id,
    jurisdiction: row.jurisdiction,
    epoch: 0,
  };
}
