import { getText, getTexts, type CliCommand } from '../arguments.js';
import { readIdentities } from '../dump/keys.js';
import { withClearText } from '../dump/layers.js';
import { readDump } from '../dump/read-dump.js';
import { withDatabase } from '../open-database.js';

export const importCommand: CliCommand = {
  name: 'import',
  usage: '--in FILE --identity FILE [--identity FILE ...]',
  summary: 'Fills an unused database of the same version from an export; all of it or nothing.',
  options: {
    in: { value: 'FILE', required: true, text: 'The file that `export` wrote.' },
    identity: {
      value: 'FILE',
      required: true,
      repeatable: true,
      text: 'A file with an identity (AGE-SECRET-KEY-1...); one for each layer of the export.',
    },
  },
  run: async (values, { config, complain }) => {
    const file = getText(values, 'in');
    const identities = await readIdentities(getTexts(values, 'identity'));
    // All layers are open before there is a database to speak of.
    const read = await withClearText(file, identities, (clearText) =>
      withDatabase(config, { login: 'owner', create: true, report: complain }, (pool) => readDump(pool, clearText)),
    );
    const text = [
      `${read.tables} tables came from ${file}, exported at ${read.exportedAt}.`,
      'Take the identity files off this machine again. Put the keys (secrets, seal-keys) into the data directory, then',
      'run `npm run adit -- verify`.',
    ].join('\n');
    return { ok: true, text, data: read };
  },
};
