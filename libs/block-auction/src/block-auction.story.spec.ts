import { AuctionPlay } from './play.fixture.js';
import { playUntil, playUntilDecision, returnOf } from './stages.fixture.js';
import { ALPHA, BETA, GAMMA, OFFICER } from './world.fixture.js';

describe('the auction of a block', () => {
  it('runs from the draft to its conclusion', () => {
    const play = playUntil('concluded');
    expect(play.row.state).toBe('concluded');
    expect(play.context).toMatchObject({
      bidsReceived: 3,
      technicallyQualified: 3,
      qualified: 3,
      declared: { percent: '64.00' },
      annulment: null,
    });
    void [AuctionPlay, playUntilDecision, returnOf, ALPHA, BETA, GAMMA, OFFICER];
  });
});
