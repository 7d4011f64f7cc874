import { parseArgs } from 'node:util';
import { runFaults, type RunReport } from './fault-run.js';
import { FAULT_KINDS, planFaults, type FaultKind, type PlannedFault } from './plan.js';
import { listSeeds, readKnownSeeds } from './seeds.js';
import { Stage } from './stage.js';
import { tellAll, tellRun, tellTwoProcesses, type NumberedRun } from './told.js';

const USAGE = `npm run faults -- [--runs N] [--seed S] [--only ${FAULT_KINDS[0]},...]
npm run two-processes

Kills, cuts and misleads a platform in the middle of live auctions, at moments drawn from the seed, and checks after each
run that nothing acknowledged is lost. Seeds that once found a fault run first, unless --runs is 1.

  --runs N   So many auctions; 20 unless told otherwise. Their seeds are S, S + 1 and so on.
  --seed S   A whole number; 1 unless told otherwise.
  --only K   Only faults of these kinds: ${FAULT_KINDS.join(', ')}.`;

/** One api is killed while bidders are in the middle of it, and started again. */
const TWO_PROCESSES: readonly PlannedFault[] = [{ atMs: 900, fault: { kind: 'kill-api', api: 0, downMs: 300 } }];

const RUN_LIMIT_MS = 180_000;

/** Runs plans on one stage after another: it is only set up anew when it did not survive a run. */
class Runs {
  private stage: Stage | undefined;
  private keepLogs = false;

  async run(seed: number, plan: readonly PlannedFault[]): Promise<NumberedRun> {
    this.stage ??= await Stage.start();
    const { stage } = this;
    let limit: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      limit = setTimeout(() => reject(new Error(`it was not over after ${RUN_LIMIT_MS / 1_000} s`)), RUN_LIMIT_MS);
    });
    try {
      const report = await Promise.race([runFaults(stage, plan), tooLong]);
      this.keepLogs ||= report.findings.length > 0;
      return { seed, plan, report };
    } catch (error) {
      this.keepLogs = true;
      await this.end();
      return { seed, plan, report: failed(error) };
    } finally {
      clearTimeout(limit);
    }
  }

  async end(): Promise<void> {
    const { stage, keepLogs } = this;
    this.stage = undefined;
    await stage?.stop({ keepLogs });
    if (stage !== undefined && keepLogs) console.log(`The logs are in ${stage.directory}.`);
  }
}

function failed(error: unknown): RunReport {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const nothing = { accepted: 0, refused: 0, repeated: 0, entries: 0, reconnections: 0, seconds: 0 };
  return { findings: [`the run itself failed: ${why}`], done: [], ...nothing };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      'two-processes': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [count, seed] = [Number(values.runs), Number(values.seed)];
  const kinds = FAULT_KINDS.filter((kind) => values.only === undefined || values.only.split(',').includes(kind));
  const areKnown = (values.only ?? '').split(',').every((kind) => kind === '' || kinds.includes(kind as FaultKind));
  const isRight = Number.isSafeInteger(count) && count >= 1 && Number.isInteger(seed) && kinds.length > 0 && areKnown;
  if (values.help || !isRight) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const runs = new Runs();
  const done: NumberedRun[] = [];
  try {
    if (values['two-processes']) {
      const run = await runs.run(0, TWO_PROCESSES);
      for (const line of tellTwoProcesses(run)) console.log(line);
      return run.report.findings.length === 0 ? 0 : 1;
    }
    for (const each of listSeeds(count === 1 ? [] : readKnownSeeds(), seed, count)) {
      const run = await runs.run(each, planFaults(each, kinds));
      done.push(run);
      for (const line of tellRun(run)) console.log(line);
    }
  } finally {
    await runs.end();
  }
  for (const line of tellAll(done)) console.log(line);
  return done.every(({ report }) => report.findings.length === 0) ? 0 : 1;
}

process.exitCode = await main();
