import { Documents, documentsFolder, openBlobStore, type DocumentFindings } from '#registers';
import type { CliCommand } from '../arguments.js';
import { withDatabase } from '../open-database.js';

export const verifyDocumentsCommand: CliCommand = {
  name: 'verify-documents',
  usage: '',
  summary: 'Reads every stored document, in the folder or the bucket, and compares its content with its name.',
  options: {},
  run: async (_values, { config, complain }) => {
    const blobs = openBlobStore(config);
    const findings = await withDatabase(config, { login: 'app', create: false, report: complain }, (pool) =>
      new Documents({ pool, directory: documentsFolder(config), blobs }).verify(),
    );
    const ok = findings.missing.length === 0 && findings.damaged.length === 0;
    return { ok, text: describeFindings(findings, blobs.description), data: findings };
  },
};

function describeFindings({ checked, bytes, missing, damaged }: DocumentFindings, place: string): string {
  return [
    `${checked} documents in ${place}, ${bytes} bytes read.`,
    ...missing.map((id) => `missing: ${id}`),
    ...damaged.map((id) => `damaged: ${id}`),
    ...(missing.length + damaged.length === 0 ? ['Each is what its name says.'] : []),
  ].join('\n');
}
