import { erasePayload } from '#audit';
import { getCount, getText, type CliCommand } from '../arguments.js';
import { withDatabase } from '../open-database.js';
import { makeRecordSources } from '../record-sources.js';

export const eraseCommand: CliCommand = {
  name: 'erase',
  usage: '--case ID --seq NUMBER --ground TEXT --by PERSON',
  summary: 'Erases the payload of one transition and puts that on record, with its legal ground.',
  options: {
    case: { value: 'ID', required: true, text: 'The case.' },
    seq: { value: 'NUMBER', required: true, text: 'The transition whose payload goes.' },
    ground: { value: 'TEXT', required: true, text: 'Act and provision, and the request or order that it answers.' },
    by: { value: 'PERSON', required: true, text: 'Id of the person who orders it; it stands in the record.' },
  },
  run: async (values, { config, complain }) => {
    const order = {
      caseId: getText(values, 'case'),
      seq: getCount(values, 'seq'),
      ground: getText(values, 'ground'),
      by: getText(values, 'by'),
    };
    const erasure = await withDatabase(config, { login: 'owner', create: false, report: complain }, (pool) =>
      erasePayload(pool, order, makeRecordSources(pool)),
    );
    const text =
      `The payload of transition ${order.seq} of ${order.caseId} is erased; transition ${erasure.seq} records it.\n` +
      'Copies in backups and exports made before are not. What the form left in the context of the case and in the\n' +
      "rows, facts and notices of its type stays; so does the context in the erasure's checkpoint.";
    return { ok: true, text, data: { ...order, recordedAt: erasure.seq, hash: erasure.hash } };
  },
};
