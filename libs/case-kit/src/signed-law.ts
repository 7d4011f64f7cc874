import { sayCount, sayList, sayRoles } from './words.js';
import type { CaseRow } from './case-row.js';
import type { LawValue } from './law.js';
import type { ProvisionRef } from './refusal.js';
import type { CaseRule } from './rule.js';

/** Nobody has seen it in a source, and no two people vouch for it. */
function isUnsupported({ confidence, signed }: LawValue): boolean {
  return confidence === 'unverified' && !signed;
}

/**
 * The rule that a live case publishes on no number which is both unverified and unsigned; it names every one that is. A
 * rehearsal may, for that is how a number is tried before it is signed.
 * @param ref the provision under which the notice is published.
 * @param parameters names of the parameters that the case will read, or how they follow from the case, for example the
 * holiday list of its jurisdiction. A parameter that the law does not hold is refused as missing.
 */
export function lawIsSigned(
  ref: ProvisionRef,
  parameters: readonly string[] | ((row: CaseRow) => readonly string[]),
): CaseRule<unknown, unknown> {
  return {
    name: 'law-is-signed',
    needs: 'case',
    ref,
    text: 'A live notice rests on no number that is unverified and that two owners of the rule book have not signed.',
    check: ({ row, law }) => {
      if (row.rehearsal) return true;
      const names = typeof parameters === 'function' ? parameters(row) : parameters;
      const unsupported = names.map((name) => law.read(name)).filter(isUnsupported);
      if (unsupported.length === 0) return true;
      const datum = unsupported.map(({ name }) => name).join(', ');
      return {
        datum,
        found: `${sayCount(unsupported.length, 'number')} unverified and not signed by two: ${sayList(unsupported.map(({ name }) => name))}`,
        required: 'a value that was read in a source, or that two owners of the rule book have signed',
        cure: {
          who: sayRoles(['rule-book-owner']),
          how: `verify, sign by two and publish ${datum}; a rehearsal needs none of it`,
        },
      };
    },
  };
}
