import { setTimeout as sleep } from 'node:timers/promises';
import { RehearsalAuction } from '../drive/rehearsal-auction.js';
import { Bidding } from './bidding.js';
import { Injurer } from './injure.js';
import type { FaultKind, PlannedFault } from './plan.js';
import * as outside from './outside-checks.js';
import * as record from './record-checks.js';
import type { Stage } from './stage.js';
import { RecordFollower, Watcher } from './watchers.js';

/** By the Rules everybody who made one of the five best initial offers goes on, however many they are. */
const INITIAL_OFFERS = ['40.00', '45.00', '50.00', '55.00', '60.00'];
/** Bidding goes on so long at least, and so long after the last fault is over. */
const LEAST_MS = 1_500;
const AFTERWARDS_MS = 300;
/** Watchers come back, and are told the end, within this time. */
const LAST_WORD_MS = 10_000;
const LOOK_MS = 50;

/** What a run came to. */
export interface RunReport {
  /** In plain sentences; none is what is wanted. */
  readonly findings: readonly string[];
  readonly done: readonly FaultKind[];
  readonly accepted: number;
  readonly refused: number;
  /** Commands that were decided at a sending whose answer was lost, and answered the same again. */
  readonly repeated: number;
  /** Entries of the record, each of which was decided again. */
  readonly entries: number;
  /** Streams of the watchers beyond the first of each. */
  readonly reconnections: number;
  readonly seconds: number;
}

/** One auction under faults, and everything that must hold of it afterwards. */
export async function runFaults(stage: Stage, plan: readonly PlannedFault[]): Promise<RunReport> {
  const began = performance.now();
  stage.journal.clear();
  const auction = await RehearsalAuction.callOpen(
    stage.people[0],
    stage.bidders.map((bidder, index) => ({ bidder, percent: INITIAL_OFFERS[index % INITIAL_OFFERS.length] ?? '' })),
  );
  const { round, terms } = await auction.view<{
    readonly round: { readonly floor: string };
    readonly terms: { readonly step: string };
  }>();
  const bidding = new Bidding(stage, auction, { floor: round.floor, step: terms.step });
  const watchers = watch(stage, auction);
  const follower = new RecordFollower(stage.people.toReversed(), `/v1/cases/${auction.id}`);
  const injurer = new Injurer(stage, auction);
  try {
    await Promise.all(watchers.map((watcher) => watcher.begin()));
    follower.begin();
    bidding.begin();
    await Promise.all([injurer.carryOut(plan), sleep(LEAST_MS)]);
    await sleep(AFTERWARDS_MS);
    await bidding.end();
    await auction.closeRound();
    await awaitLastWord(watchers);
  } finally {
    await Promise.all([bidding, ...watchers, follower].map((each) => each.end()));
  }
  const written = await record.readWritten(stage.pool, auction.id);
  const { commands } = stage.journal;
  const findings = [
    ...stage.processes.flatMap(({ deaths }) => deaths.splice(0)),
    ...bidding.oddities,
    ...(await record.checkOrder(stage.pool, auction.id, written)),
    ...record.checkCommands(commands, written),
    ...(await record.checkVerification(stage.pool, auction.id)),
    ...(await record.checkOutbox(stage.pool, auction.id)),
    ...(await outside.checkWinner(auction, written)),
    ...(await outside.checkBothApis(stage, auction, written)),
    ...(await outside.checkRecount(stage, auction)),
    ...watchers.flatMap((watcher) => outside.checkWatcher(watcher, written)),
    ...outside.checkFollower(follower, written),
    ...(await outside.checkRepetition(commands)),
  ];
  const offers = commands.filter(({ request }) => request.path.endsWith('/final-offer'));
  const acknowledgements = offers.flatMap(({ acknowledgement }) => acknowledgement ?? []);
  return {
    findings,
    done: injurer.done,
    accepted: acknowledgements.filter(({ status }) => status === 200).length,
    refused: acknowledgements.filter(({ status }) => status === 422).length,
    repeated: acknowledgements.filter(({ repeated }) => repeated).length,
    entries: written.length,
    reconnections: watchers.reduce((sum, { streams }) => sum + streams - 1, 0),
    seconds: (performance.now() - began) / 1_000,
  };
}

/** A bidder and an auditor, each beginning at another api. */
function watch(stage: Stage, { id }: RehearsalAuction): readonly Watcher[] {
  const [bidder] = stage.bidders;
  if (bidder === undefined) throw new Error('nobody bids');
  return [new Watcher(bidder.login, stage.people, id), new Watcher('auditor', stage.people.toReversed(), id)];
}

async function awaitLastWord(watchers: readonly Watcher[]): Promise<void> {
  const isTold = ({ seen }: Watcher): boolean => seen.at(-1)?.status === 'Preferred bidder declared';
  for (let waited = 0; waited < LAST_WORD_MS && !watchers.every(isTold); waited += LOOK_MS) await sleep(LOOK_MS);
}
