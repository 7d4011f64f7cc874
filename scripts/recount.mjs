#!/usr/bin/env node
// Recounts ended auctions from their published protocols alone; docs/protocol.md explains what is computed and why.
//   node scripts/recount.mjs FILE|URL...
// Prints for each protocol that it is equal, or every difference. Exit status 0: all equal; 1: a difference; 2: a
// protocol that cannot be read. This file and the folder beside it are the whole program: they share nothing with the
// platform, so that they cannot share a fault with it.
import { readFile, realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Comparison, Unreadable } from './recount/exact.mjs';
import { recountFirstRound } from './recount/first-round.mjs';
import { checkHashes, checkNumbers } from './recount/record.mjs';
import { checkResult } from './recount/result.mjs';
import { recountRoundTwo } from './recount/round-two.mjs';

export { Unreadable };

const FORMAT = 'adit.block-auction.protocol/1';

/**
 * Recounts one protocol: every difference as { field, published, recomputed, provision }, and what nobody can compute.
 * Throws Unreadable where the protocol is not of the format.
 */
export function recount(protocol) {
  if (protocol?.format !== FORMAT) throw new Unreadable(`not of the format ${FORMAT}`);
  const c = new Comparison();
  try {
    checkHashes(protocol, c);
    checkNumbers(protocol, c);
    const ranking = protocol.firstRound?.ranking ? recountFirstRound(protocol, c) : null;
    const round = ranking && protocol.roundTwo ? recountRoundTwo(protocol, ranking, c) : null;
    checkResult(protocol, ranking, round, c);
  } catch (error) {
    if (error instanceof TypeError) throw new Unreadable(`a field is missing or of another kind: ${error.message}`);
    throw error;
  }
  return { differences: c.differences, notes: c.notes };
}

async function readProtocol(source) {
  try {
    if (!/^https?:/.test(source)) return JSON.parse(await readFile(source, 'utf8'));
    const answer = await fetch(source);
    if (!answer.ok) throw new Unreadable(`it is answered with status ${answer.status}`);
    return JSON.parse(await answer.text());
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(error.message);
  }
}

const show = (value) => (value === undefined ? 'nothing' : JSON.stringify(value));

/** One line for people of what was found equal. */
function describe({ result, roundTwo, caseId }) {
  const { preferredBidder, annulment, outcome } = result;
  const offers = (roundTwo?.entries ?? []).filter(({ type }) => type === 'OFFER');
  const accepted = offers.filter(({ outcome }) => outcome === 'ACCEPTED').length;
  const end =
    outcome === 'ANNULLED'
      ? `annulled (${annulment?.reason ?? 'by order'})`
      : `${preferredBidder.alias} at ${preferredBidder.percent} %`;
  return `${caseId}, ${result.bidsReceived ?? 0} bids, ${offers.length} final offers of which ${accepted} accepted, ${end}`;
}

/** Recounts each source, prints what was found, and answers the exit status. */
export async function run(sources, print = console.log) {
  let status = sources.length === 0 ? 2 : 0;
  if (sources.length === 0) print('usage: node scripts/recount.mjs FILE|URL...');
  for (const source of sources) {
    try {
      const protocol = await readProtocol(source);
      const { differences, notes } = recount(protocol);
      const count = differences.length;
      const verdict = count === 0 ? `equal: ${describe(protocol)}` : `${count} difference${count === 1 ? '' : 's'}`;
      print(`${source}: ${verdict}`);
      for (const { field, published, recomputed, provision } of differences) {
        print(`  ${field}: published ${show(published)}, recomputed ${show(recomputed)} (${provision})`);
      }
      for (const note of notes) print(`  not computed: ${note}`);
      if (count > 0) status = Math.max(status, 1);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      print(`${source}: cannot be read: ${error.message}`);
      status = 2;
    }
  }
  return status;
}

if (process.argv[1] && (await realpath(process.argv[1])) === fileURLToPath(import.meta.url)) {
  process.exitCode = await run(process.argv.slice(2));
}
