import { describeFinding, snapshotsOf, verifyRecord, type FindingLevel, type VerifyReport } from '#audit';
import { findText, type CliCommand } from '../arguments.js';
import { withDatabase } from '../open-database.js';
import { makeRecordSources } from '../record-sources.js';

const LEVELS: readonly FindingLevel[] = ['broken', 'drift', 'unavailable'];

export const verifyCommand: CliCommand = {
  name: 'verify',
  usage: '[--case ID]',
  summary: 'Checks every hash and link of the record, makes every decision again, and compares what is stored with it.',
  options: { case: { value: 'ID', text: 'Only this case.' } },
  run: async (values, { config, complain }) => {
    const caseId = findText(values, 'case');
    const report = await withDatabase(config, { login: 'app', create: false, report: complain }, (pool) =>
      verifyRecord(snapshotsOf(pool), makeRecordSources(pool), caseId === undefined ? {} : { caseId }),
    );
    return { ok: report.findings.length === 0, text: describeReport(report), data: report };
  },
};

function describeReport(report: VerifyReport): string {
  const { cases, transitions, redecided, erased, skipped, rowsUnchecked, findings, omitted } = report;
  const lines = [
    `${count(cases, 'case')}, ${count(transitions, 'transition')}: ${redecided} decided again, ${erased} erased on record, ` +
      `${skipped} not decided again.`,
  ];
  if (rowsUnchecked > 0) {
    lines.push(
      `The rows of ${count(rowsUnchecked, 'case')} were not compared: the login may make no temporary tables.`,
    );
  }
  if (findings.length === 0) return [...lines, 'Nothing was found: the record is in order.'].join('\n');
  const found = LEVELS.map((level) => [findings.filter((each) => each.level === level).length, level] as const);
  const counts = found.filter(([number]) => number > 0).map(([number, level]) => `${number} ${level}`);
  lines.push(`Found: ${counts.join(', ')}${omitted > 0 ? `, and ${omitted} more that are not listed` : ''}.`, '');
  return [...lines, ...findings.map(describeFinding)].join('\n');
}

function count(number: number, name: string): string {
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
