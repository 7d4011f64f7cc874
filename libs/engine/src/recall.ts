import type { Actor, Refusal, Sql } from '#case-kit';
import { hasSight, sightOf } from './access.js';
import type { CaseTypeRegistry } from './case-type-registry.js';
import { loadParties, readCases } from './case.store.js';
import type { Outcome } from './command.js';

/** What a recorded transition answered its caller. */
export async function recallOutcome(sql: Sql, caseId: string, seq: number): Promise<Outcome> {
  const [row] = await sql.query<{ kind: string; payload: string | null }>(
    'select kind, payload from transition where case_id = $1 and seq = $2',
    [caseId, seq],
  );
  if (row === undefined) throw new Error(`transition ${seq} of ${caseId} is missing from the record`);
  if (row.kind !== 'refused') {
    return { kind: row.kind === 'proposed' ? 'proposed' : 'accepted', caseId, seq, repeated: true };
  }
  const payload =
    row.payload === null
      ? {}
      : (JSON.parse(row.payload) as { refusals?: Refusal[]; status?: 409 | 422; late?: boolean });
  return {
    kind: 'refused',
    status: payload.status ?? 422,
    late: payload.late ?? false,
    caseId,
    seq,
    refusals: payload.refusals ?? [],
    repeated: true,
  };
}

/** Whether an actor may see a case as it stands; a case that does not exist is seen by nobody. */
export async function seesCase(sql: Sql, registry: CaseTypeRegistry, caseId: string, actor: Actor): Promise<boolean> {
  const [stored] = await readCases(sql, [caseId]);
  if (stored === undefined) return false;
  const parties = (await loadParties(sql, [caseId])).get(caseId) ?? [];
  return hasSight(sightOf(registry.get(stored.row.type, stored.row.machineVersion), stored.row, parties), actor);
}
