import { findObstacle } from './obstacles.js';
import { readPublished } from './published.js';

const obstacles = new Map(readPublished().map((auction) => [auction.id, findObstacle(auction)]));
const REPLAYABLE = [
  'OD-2020-NUAGAON',
  'OD-2020-BALDA',
  'OD-2020-GANUA',
  'OD-2020-JAJANG',
  'OD-2020-ROIDA-II',
  'OD-2020-MAHULSUKHA',
  'OD-2020-GORUMAHISANI',
  'OD-2020-KANTHER-KOIRA',
  'OD-2019-SARUABIL',
  'OD-2021-KASIA',
  'OD-2016-GHORABURHANI',
  'OD-2017-NETRABANDHA',
  'OD-2017-KALAMANG',
  'RJ-2024-BHUKIA-JAGPURA',
  'OD-2020-THAKURANI',
];

describe('what stands in the way of a replay', () => {
  it('is nothing for the auctions of which three bidders, the preferred one and its offer were published', () => {
    expect([...obstacles].filter(([, obstacle]) => obstacle === null).map(([id]) => id)).toEqual(REPLAYABLE);
  });

  it('is told for every other auction of the file', () => {
    expect(obstacles.size).toBe(110);
    for (const [id, obstacle] of obstacles) {
      if (!REPLAYABLE.includes(id)) expect(`${id}: ${obstacle}`).toMatch(/: [a-z].{20,}/);
    }
  });

  it.each([
    ['COAL-2020-URTAN', 'Coal Mines (Special Provisions) Act'],
    ['OD-2020-NARAYANPOSHI', 'the final price offer was not published'],
    ['OD-2020-JILLING', 'contradict each other'],
    ['OD-2021-JUMKA', 'name only the preferred bidder; how many bid was not published'],
    ['GA-2022-2-SIRIGAO-MAYEM', 'name only the preferred bidder; the other 6 are not named'],
    ['OD-2021-DHOLTAPAHAR', 'name only the preferred bidder'],
    ['OD-2026-ALAGHAT-W', 'no outcome was published'],
    ['RJ-2024-KANKRIYA-GARA', 'name no preferred bidder'],
    ['JH-2020-LODHAPAT-A2', 'second attempt'],
    ['CMI-KATGHORA', 'name only the preferred bidder'],
  ])('is for %s that %s', (id, reason) => {
    expect(obstacles.get(id)).toContain(reason);
  });

  it('is a final offer that is not above the floor', () => {
    const [mahulsukha] = readPublished().filter(({ id }) => id === 'OD-2020-MAHULSUKHA');
    if (mahulsukha === undefined) throw new Error('the file has this auction');
    expect(findObstacle({ ...mahulsukha, finalPercent: '77.00' })).toContain('not above the floor');
    expect(findObstacle({ ...mahulsukha, concession: null })).toContain('what was auctioned');
    expect(findObstacle({ ...mahulsukha, regime: 'offshore' })).toContain('law of the regime offshore');
  });
});
