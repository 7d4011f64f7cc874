import {
  LawReader,
  type Actor,
  type AnyCaseType,
  type CaseRow,
  type LawSnapshot,
  type Party,
  type Sql,
} from '#case-kit';
import { partyOf } from './access.js';
import { dateOf } from './instant.js';

/** The case as one viewer may see it, by the case type's own view. */
export async function renderCase(
  sql: Sql,
  caseType: AnyCaseType,
  row: CaseRow,
  parties: readonly Party[],
  law: LawSnapshot,
  viewer: Actor,
  now: number,
): Promise<Readonly<Record<string, unknown>>> {
  const facts: Record<string, unknown> = {};
  await Promise.all(
    (caseType.views.facts ?? []).map(async (kind) => {
      const loader = caseType.store.facts[kind];
      if (loader === undefined) throw new Error(`the store has no facts ${kind}`);
      facts[kind] = (await loader(sql, [{ caseId: row.id, form: {}, actor: viewer }]))[0];
    }),
  );
  const at = row.clockAt ?? now;
  return caseType.views.case({
    row,
    facts,
    law: new LawReader(law, row.anchors, dateOf(at)),
    actor: viewer,
    party: partyOf(parties, viewer),
    parties,
    at,
  });
}
