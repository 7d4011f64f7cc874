import { join } from 'node:path';
import { getText, type CliCommand } from '../arguments.js';
import { writeDump } from '../dump/write-dump.js';
import { withDatabase } from '../open-database.js';

export const exportCommand: CliCommand = {
  name: 'export',
  usage: '--out FILE',
  summary: 'Writes every table, as it stands at one instant, into a new file of JSON lines.',
  options: { out: { value: 'FILE', required: true, text: 'The file; it must not exist yet.' } },
  run: async (values, { config, complain }) => {
    const file = getText(values, 'out');
    const dump = await withDatabase(config, { login: 'owner', create: false, report: complain }, (pool) =>
      writeDump(pool, file),
    );
    const secrets = `${join(config.dataDir, 'secrets')} and ${join(config.dataDir, 'seal-keys')}`;
    const text = [
      `${dump.rows} rows of ${dump.tables.length} tables are in ${file} (SHA-256 ${dump.sha256}).`,
      'It holds all personal data and password hashes of the platform: keep it as you keep the database.',
      `It does not hold the keys in ${secrets}; without the latter no sealed offer can ever be opened.`,
    ].join('\n');
    return { ok: true, text, data: dump };
  },
};
