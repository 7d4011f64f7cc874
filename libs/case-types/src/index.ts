import { blockAuction, blockAuctionLaw } from '#block-auction';
import type { AnyCaseType } from '#case-kit';
import { fairStall, fairStallLaw } from '#fair-stall';
import { stallInspection } from '#stall-inspection';
import { logicVersions } from './logic-versions.js';

/** Every kind of case that is served. This is the only file that names them. */
export const caseTypes: readonly AnyCaseType[] = [blockAuction, fairStall, stallInspection];

/** The numbers that come with case types instead of data/rule-book.json: parameters of the rule book, unsigned. */
export const caseTypeLaw = [...blockAuctionLaw, ...fairStallLaw];

/**
 * The hash (SHA-256, hex) of machine, commands, rules, timers and effects of a case type in the version that runs.
 * @throws Error for a case type or a version that is not recorded.
 */
export function logicVersionOf(caseTypeId: string): string {
  const version = caseTypes.find(({ id }) => id === caseTypeId)?.version;
  const hash = version === undefined ? undefined : logicVersions[caseTypeId]?.[version];
  if (hash === undefined) throw new Error(`no logic is recorded of case type ${caseTypeId} version ${version ?? '?'}`);
  return hash;
}
