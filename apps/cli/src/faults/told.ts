import { tabulate, wrap } from '../drive/lines.js';
import type { RunReport } from './fault-run.js';
import { describeFault, FAULT_KINDS, type PlannedFault } from './plan.js';

/** A run by its seed, with what it came to. */
export interface NumberedRun {
  readonly seed: number;
  readonly plan: readonly PlannedFault[];
  readonly report: RunReport;
}

/** What is checked after every run, in the words of the table at the end. */
const CHECKED = [
  'every acknowledged command is on the record once, with the hash, outcome and rules that were acknowledged',
  'nothing is on the record that nobody sent, and no number is missing',
  'the chain holds, and every transition is decided again with the same result',
  'accepted offers rise one after another, and the last has won',
  'both apis tell the record, the case and the protocol that the database holds',
  'the protocol, recounted by a program that shares nothing with the platform, is equal',
  'watchers who were cut off came back, and were shown nothing out of order, to the end',
  'whoever read the record on while it grew has read every offer once, in its order',
  'commands sent once more to the other api are answered as they were',
  'the outbox is empty or waits; no process has ended by itself',
];

/** One line for a run, and one for each finding. */
export function tellRun({ seed, plan, report }: NumberedRun): readonly string[] {
  const { accepted, refused, repeated, seconds, findings } = report;
  const figures = `${accepted} accepted, ${refused} refused, ${repeated} answered at a second sending, ${seconds.toFixed(1)} s`;
  const verdict = findings.length === 0 ? 'in order' : 'NOT IN ORDER';
  return [
    `seed ${seed}: ${plan.map(describeFault).join('; ')}: ${figures}: ${verdict}`,
    ...findings.flatMap((finding) => wrap(finding, 2, 4)),
  ];
}

/** What was done and checked in all runs together, and how to run again what was found. */
export function tellAll(runs: readonly NumberedRun[]): readonly string[] {
  const reports = runs.map(({ report }) => report);
  const sum = (of: (report: RunReport) => number): string =>
    reports.reduce((total, report) => total + of(report), 0).toLocaleString('en-GB');
  const faults = FAULT_KINDS.map((kind) => [kind, sum(({ done }) => done.filter((each) => each === kind).length)]);
  const figures = [
    ['final offers acknowledged', sum(({ accepted, refused }) => accepted + refused)],
    ['  accepted', sum(({ accepted }) => accepted)],
    ['  refused', sum(({ refused }) => refused)],
    ['  answered at a second sending', sum(({ repeated }) => repeated)],
    ['entries of the record', sum(({ entries }) => entries)],
    ['streams that watchers opened anew', sum(({ reconnections }) => reconnections)],
  ];
  const bad = runs.filter(({ report }) => report.findings.length > 0);
  return [
    '',
    `${runs.length} runs, faults done:`,
    ...tabulate(faults, 2),
    '',
    ...tabulate(figures, 2),
    '',
    'Checked after each run:',
    ...CHECKED.flatMap((line) => wrap(`- ${line}`, 2, 4)),
    '',
    bad.length === 0 ? 'Nothing was found.' : `Found in ${bad.length} of ${runs.length} runs. Each alone:`,
    ...bad.map(({ seed }) => `  npm run faults -- --runs 1 --seed ${seed}`),
  ];
}

/** The story of two processes on one database, one of them killed. */
export function tellTwoProcesses({ plan, report }: NumberedRun): readonly string[] {
  const { accepted, refused, repeated, entries, reconnections, findings } = report;
  return [
    'Two api processes and a worker on one database; 8 bidders, half of them at each api, offer 4 times at once each.',
    `kill -9 in the middle: ${plan.map(describeFault).join('; ')}.`,
    `Acknowledged: ${accepted} offers accepted, ${refused} refused; ${repeated} of them at a second sending, as at the first.`,
    `One order: entries 1 to ${entries} without a gap, each decided again; both apis tell the same.`,
    `Watchers: 2, who opened ${reconnections} streams anew and were shown nothing out of order.`,
    findings.length === 0 ? 'Nothing that was acknowledged is lost.' : 'NOT IN ORDER:',
    ...findings.flatMap((finding) => wrap(finding, 2, 4)),
  ];
}
