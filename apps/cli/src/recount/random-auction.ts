import { Draw } from './draw.js';
import { playFirstRound } from './first-round.js';
import { SecondRound } from './second-round.js';

/** Every so many protocols go through their text, as they do to a reader; to do so with each takes a tenth longer. */
const THROUGH_TEXT = 16;

/** The protocol of one random auction: the same seed and number give the same auction. */
export function playRandomAuction(seed: number, number: number): unknown {
  const draw = new Draw(seed, number);
  const { game, bidders } = playFirstRound(seed, draw);
  if (game.state !== 'annulled') new SecondRound(draw, game, bidders).play();
  const protocol = game.writeProtocol();
  return number % THROUGH_TEXT === 0 ? JSON.parse(JSON.stringify(protocol)) : protocol;
}
