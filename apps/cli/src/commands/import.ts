import { getText, type CliCommand } from '../arguments.js';
import { readDump } from '../dump/read-dump.js';
import { withDatabase } from '../open-database.js';

export const importCommand: CliCommand = {
  name: 'import',
  usage: '--in FILE',
  summary: 'Fills an unused database of the same version from an export; all of it or nothing.',
  options: { in: { value: 'FILE', required: true, text: 'The file that `export` wrote.' } },
  run: async (values, { config, complain }) => {
    const file = getText(values, 'in');
    const read = await withDatabase(config, { login: 'owner', create: true, report: complain }, (pool) =>
      readDump(pool, file),
    );
    const text = [
      `${read.rows} rows of ${read.tables.length} tables came from ${file}, exported at ${read.exportedAt}.`,
      'Put the keys (secrets, seal-keys) into the data directory, then run `npm run adit -- verify`.',
    ].join('\n');
    return { ok: true, text, data: read };
  },
};
