import type { CaseRow, DueEvent } from '#case-kit';
import { phaseOf, roundTwoEnd, STOPPING } from './block-auction.clock.js';
import { auctionPolicy, auctionRule } from './block-auction.law.js';
import type { AuctionContext, ScheduleDate } from './block-auction.model.js';

function scheduled(
  { context: { schedule } }: CaseRow<AuctionContext>,
  date: ScheduleDate,
): Pick<DueEvent, 'at' | 'stoppedBy'> {
  return { at: schedule[date], stoppedBy: { kinds: STOPPING, runsFrom: schedule.since[date] } };
}

/** When the clock acts by itself. Every instant is computed from the record; a corrigendum leaves nothing stale. */
export function listBlockAuctionTimers(row: CaseRow<AuctionContext>): readonly DueEvent[] {
  const { round } = row.context;
  switch (phaseOf(row.state)) {
    case 'saleOpen': {
      const ref = auctionRule('r. 9(3)');
      return [{ clock: 'study-ends', event: 'END_STUDY_PERIOD', ref, ...scheduled(row, 'studyEndsAt') }];
    }
    case 'bidding': {
      const ref = auctionRule('r. 9(4)');
      return [{ clock: 'bids-due', event: 'CLOSE_BIDDING', ref, ...scheduled(row, 'bidsDueAt') }];
    }
    case 'roundTwoScheduled': {
      if (round === null || round.startsAt === null || round.scheduledAt === null) return [];
      return [
        {
          clock: 'round-two-starts',
          at: round.startsAt,
          event: 'START_ROUND_TWO',
          ref: auctionRule('r. 9(9)'),
          stoppedBy: { kinds: STOPPING, runsFrom: round.scheduledAt },
        },
      ];
    }
    case 'roundTwoLive': {
      // Announced end, extensions and outages run from different instants, so the stops are already in this one.
      const at = roundTwoEnd(row);
      const ref = auctionRule('r. 9(9)(i)');
      return at === null ? [] : [{ clock: 'round-two-closes', at, event: 'CLOSE_ROUND_TWO', ref }];
    }
    case 'roundTwoPaused': {
      if (round === null || round.resumesAt === null || round.resumptionSetAt === null) return [];
      return [
        {
          clock: 'round-two-resumes',
          at: round.resumesAt,
          event: 'RESUME_ROUND_TWO',
          ref: auctionPolicy('resumption after an outage'),
          stoppedBy: { kinds: STOPPING, runsFrom: round.resumptionSetAt },
        },
      ];
    }
    case 'draft':
    case 'opening':
    case 'technicalEvaluation':
    case 'priceOpening':
    case 'decideProceed':
    case 'qualified':
    case 'preferredBidderDeclared':
    case 'annulled':
    case 'concluded':
    case 'annulmentConcluded':
      return [];
  }
}
