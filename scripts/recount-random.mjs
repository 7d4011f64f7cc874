// Plays random auctions with the platform's own decisions, writes their protocols and recounts each with the recount.
//   npm run recount:random -- --runs N --seed S
//   npm run recount:random -- --seed S --show NUMBER     prints the protocol of one of them
// Needs the build. Fails on the first differences, and when a class of auctions has none among its auctions.
import { parseArgs } from 'node:util';
import { ClassCount } from '../dist/apps/cli/src/recount/classes.js';
import { playRandomAuction } from '../dist/apps/cli/src/recount/random-auction.js';
import { recount } from './recount.mjs';

const MOST_SHOWN = 5;
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string' },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run recount:random -- --runs N --seed S');
  process.exit(2);
}

if (values.show !== undefined) {
  console.log(JSON.stringify(playRandomAuction(seed, Number(values.show)), null, 2));
  process.exit(0);
}

const classes = new ClassCount();
const began = process.cpuUsage();
let unequal = 0;
for (let number = 1; number <= runs && unequal < MOST_SHOWN; number += 1) {
  const protocol = playRandomAuction(seed, number);
  classes.add(protocol);
  const { differences } = recount(protocol);
  if (differences.length === 0) continue;
  unequal += 1;
  console.error(`auction ${number} of seed ${seed}:`);
  for (const difference of differences) console.error(`  ${JSON.stringify(difference)}`);
}
const { user, system } = process.cpuUsage(began);
for (const [name, count] of classes.counts) console.log(`${String(count).padStart(8)}  ${name}`);
for (const name of classes.empty) console.error(`no auction: ${name}`);
const seconds = ((user + system) / 1e6).toFixed(1);
console.log(`${runs} random auctions of seed ${seed}: ${unequal} unequal; ${seconds} s of processor time`);
process.exitCode = unequal === 0 && classes.empty.length === 0 ? 0 : 1;
