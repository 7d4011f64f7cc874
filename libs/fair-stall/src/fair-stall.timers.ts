import type { CaseRow, DueEvent, LawReader } from '#case-kit';
import { callingEndOf, phaseOf, STOPPING } from './fair-stall.clock.js';
import { fairRule } from './fair-stall.law.js';
import type { FairStallContext } from './fair-stall.model.js';

/** When the clock acts by itself: the end of the applications and the end of the calling. */
export function listFairStallTimers(row: CaseRow<FairStallContext>, law: LawReader): readonly DueEvent[] {
  const { context } = row;
  switch (phaseOf(row.state)) {
    case 'applications':
      return [
        {
          clock: 'applications-close',
          at: context.applicationsCloseAt,
          event: 'CLOSE_APPLICATIONS',
          ref: fairRule('5'),
          stoppedBy: { kinds: STOPPING, runsFrom: context.publishedAt ?? context.applicationsCloseAt },
        },
      ];
    case 'calling': {
      // Announced end and extension run from different instants, so the stops are already in this one.
      const at = callingEndOf(row, law);
      return at === null ? [] : [{ clock: 'calling-closes', at, event: 'CLOSE_CALLING', ref: fairRule('12') }];
    }
    case 'draft':
    case 'opening':
    case 'settling':
    case 'allotted':
    case 'annulled':
      return [];
  }
}
