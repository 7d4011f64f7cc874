import { join } from 'node:path';
import { getText, getTexts, type CliCommand } from '../arguments.js';
import { readLayers, type Layer } from '../dump/keys.js';
import { writeDump } from '../dump/write-dump.js';
import { withDatabase } from '../open-database.js';

export const exportCommand: CliCommand = {
  name: 'export',
  usage: '--out FILE --to RECIPIENTS [--to RECIPIENTS ...]',
  summary:
    'Writes every table, as it stands at one instant, into a new file that people outside this machine can open.',
  options: {
    out: { value: 'FILE', required: true, text: 'The file; it must not exist yet.' },
    to: {
      value: 'RECIPIENTS',
      required: true,
      repeatable: true,
      text: 'One layer of encryption: recipients (age1...) with commas, any one of whom opens it. All layers must open.',
    },
  },
  run: async (values, { config, complain }) => {
    const file = getText(values, 'out');
    const layers = await readLayers(getTexts(values, 'to'));
    const dump = await withDatabase(config, { login: 'owner', create: false, report: complain }, (pool) =>
      writeDump(pool, file, layers),
    );
    const secrets = `${join(config.dataDir, 'secrets')} and ${join(config.dataDir, 'seal-keys')}`;
    const text = [
      `The ${dump.tables} tables as of ${dump.exportedAt} are in ${file} (SHA-256 ${dump.sha256}).`,
      `Whoever restores them needs ${layers.length === 1 ? 'an identity' : 'an identity of each layer'}:`,
      ...layers.map(describeLayer),
      'It holds all personal data and password hashes of the platform: keep it as you keep the database.',
      `It does not hold the keys in ${secrets}; without the latter no sealed offer can ever be opened.`,
    ].join('\n');
    return { ok: true, text, data: { ...dump, file, layers } };
  },
};

function describeLayer(recipients: Layer, index: number): string {
  return `  layer ${index + 1}: ${recipients.join(' or ')}`;
}
