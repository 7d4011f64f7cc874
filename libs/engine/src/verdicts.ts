import { stepped, type CaseRow, type ProvisionRef, type Refusal, type TransitionKind } from '#case-kit';
import type { Accepted, DecideInput, Refused } from './decide.js';

/** What the engine's own rules cite: they are the product's, not a legislator's. */
export const ENGINE_REF: ProvisionRef = { act: 'Adit', provision: 'engine' };

/** One of the engine's own rules refuses. */
export function refuse(status: 409 | 422, refusal: Omit<Refusal, 'ref'>): Refused {
  return { outcome: 'refused', status, refusals: [{ ref: ENGINE_REF, ...refusal }], reads: [] };
}

/** The case goes on as this row; the row must be a complete state of its machine. */
export function accept(input: DecideInput, kind: TransitionKind, row: CaseRow): Accepted {
  const snapshot = stepped(input.caseType.machine).resolve(row.state, row.context);
  return { outcome: 'accepted', kind, row, snapshot, effects: [], rules: [], reads: [] };
}
