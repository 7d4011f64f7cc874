import { getText, type CliCommand } from '../arguments.js';
import { writeIdentity } from '../dump/keys.js';

export const exportKeyCommand: CliCommand = {
  name: 'export-key',
  usage: '--out FILE',
  summary: 'Makes a pair of keys for exports, for a person outside this machine who has no age program.',
  options: { out: { value: 'FILE', required: true, text: 'The identity file; it must not exist yet.' } },
  run: async (values) => {
    const file = getText(values, 'out');
    const recipient = await writeIdentity(file, new Date());
    const text = [
      recipient,
      `This is the recipient, for \`export --to\`. Its identity is in ${file}, which belongs to one person outside this`,
      'machine: give it to that person on a medium and delete it here. Whoever holds it opens the exports made for it.',
    ].join('\n');
    return { ok: true, text, data: { recipient, file } };
  },
};
