import type { Pool } from 'pg';
import type { AnyCaseType, LawSnapshot } from '#case-kit';
import type { EraseSources, VerifySources } from '#audit';
import { caseTypes, logicVersionOf } from '#case-types';
import { LawInvalid, openLawSnapshot } from '#rulebook';

/** Where replay takes logic and law from here: the case types of this version, and the laws in the database. */
export function makeRecordSources(pool: Pool): VerifySources & EraseSources {
  return {
    caseTypes,
    logicVersionOf,
    findLogic: findPresentLogic,
    loadLaw: (hash) => loadLaw(pool, hash),
  };
}

/** A case type is at hand only in its present version. */
function findPresentLogic(caseTypeId: string, logicVersion: string): AnyCaseType | undefined {
  const caseType = caseTypes.find(({ id }) => id === caseTypeId);
  return caseType !== undefined && logicVersionOf(caseTypeId) === logicVersion ? caseType : undefined;
}

/** The law of that name; its hash is computed from the text that is there now, whatever it is filed under. */
async function loadLaw(pool: Pool, hash: string): Promise<LawSnapshot | undefined> {
  const { rows } = await pool.query<{ text: string }>('select text from law_snapshot where hash = $1', [hash]);
  if (rows[0] === undefined) return undefined;
  try {
    return openLawSnapshot(rows[0].text);
  } catch (error) {
    if (error instanceof LawInvalid || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
