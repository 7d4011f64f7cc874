import {
  audiencesOf,
  hasJurisdiction,
  type Actor,
  type AnyCaseType,
  type CaseRow,
  type Party,
  type Sight,
} from '#case-kit';

/** The sight rows of a case: those of its type, and for every party the narrowest that fits. */
export function sightOf(caseType: AnyCaseType, row: CaseRow, parties: readonly Party[]): readonly Sight[] {
  const seen = new Set<string>();
  return caseType.audiences(row, parties).filter(({ audience }) => {
    if (seen.has(audience)) return false;
    seen.add(audience);
    return true;
  });
}

/** Whether an actor may know that the case exists. The same rows serve lists, feeds and commands. */
export function hasSight(sight: readonly Sight[], actor: Actor): boolean {
  if (actor.role === 'system') return true;
  const audiences = audiencesOf(actor);
  return sight.some(({ audience }) => audiences.includes(audience));
}

export function partyOf(parties: readonly Party[], actor: Actor): Party | undefined {
  return parties.find(({ organisationId }) => organisationId === actor.organisationId);
}

/** Why an actor with sight may not give a command, or null when he may. */
export function findForbiddance(
  roles: readonly string[],
  actor: Actor,
  row: Pick<CaseRow, 'jurisdiction'>,
): string | null {
  if (!roles.includes(actor.role)) return `the role ${actor.role} does not give this command`;
  if (actor.role !== 'system' && !hasJurisdiction(actor, row.jurisdiction)) {
    return `your appointment is for ${actor.jurisdiction ?? 'no territory'}, the case is under ${row.jurisdiction}`;
  }
  return null;
}
