import { Draw } from './draw.js';
import { playFirstRound } from './first-round.js';
import { SecondRound } from './second-round.js';

/** The protocol of one random auction: the same seed and number give the same auction. */
export function playRandomAuction(seed: number, number: number): unknown {
  const draw = new Draw(seed, number);
  const { game, bidders } = playFirstRound(seed, draw);
  if (game.state !== 'annulled') new SecondRound(draw, game, bidders).play();
  return game.writeProtocol();
}
