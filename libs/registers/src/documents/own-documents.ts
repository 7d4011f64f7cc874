import type { Sql } from '#case-kit';
import { describeRefusal, refuseAll } from '../register-rules.js';

/** The field that names a document, and the id that stands in it. */
export type NamedDocument = readonly [datum: string, id: string | null];

/**
 * Nobody refers to what he has not sent himself: the hash of somebody else's document gives no right to it.
 *
 * @throws Problem rule-refused naming every document that the organisation has not stored.
 */
export async function requireOwnDocuments(
  sql: Sql,
  organisationId: string,
  named: readonly NamedDocument[],
): Promise<void> {
  const ids = [...new Set(named.flatMap(([, id]) => (id === null ? [] : [id])))];
  if (ids.length === 0) return;
  const stored = await sql.query<{ id: string }>(
    `select distinct id from document where organisation_id = $1 and id = any($2) and status = 'stored'`,
    [organisationId, ids],
  );
  const known = new Set(stored.map(({ id }) => id));
  const refusals = named
    .filter(([, id]) => id !== null && !known.has(id))
    .map(([datum, found]) =>
      describeRefusal('document-is-own', {
        datum,
        found,
        required: 'the id of a document that your organisation has stored',
        cure: {
          who: 'whoever names it',
          how: 'send the document first (POST /v1/documents) and name the id it is given',
        },
      }),
    );
  if (refusals.length > 0) throw refuseAll(refusals);
}
