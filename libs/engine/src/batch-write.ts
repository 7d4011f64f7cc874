import type { DueEvent, Sight } from '#case-kit';
import type { BatchParts } from './batch-parts.js';
import { lockPlaces, writeRecord, type KeyWrite } from './case.store.js';
import {
  collectStatements,
  writeDue,
  writeFacts,
  writeIncidents,
  writeOutbox,
  writeParties,
  writeSight,
} from './index-rows.store.js';
import { answersInOrder, type Tx } from './tx.js';
import type { WorkingCase } from './working-case.js';

/**
 * Sends what a batch decided, with its COMMIT, in one go. A batch that follows another sends its BEGIN and its lock
 * too: `epoch` is then the one that its actors were read at, and nothing is written if it, or the place of the case, is
 * another by now.
 *
 * @returns once everything is on its way; `landed` fails when nothing is known to be committed.
 */
export async function sendWrites(
  parts: BatchParts,
  tx: Tx,
  changed: readonly WorkingCase[],
  keys: readonly KeyWrite[],
  epoch: number | null,
): Promise<{ readonly landed: Promise<void> }> {
  if (changed.length === 0) return { landed: epoch === null ? tx.rollback() : Promise.resolve() };
  const now = parts.options.clock.now();
  const due = new Map<string, readonly DueEvent[]>();
  const sight: { row: WorkingCase['row']; sight: readonly Sight[]; changedAt: number }[] = [];
  const texts = new Map<string, string>();
  for (const working of changed) {
    const finished = working.finish(now);
    if (finished.due !== null) due.set(working.row.id, finished.due);
    if (finished.sight !== null) sight.push({ row: working.row, sight: finished.sight, changedAt: now });
    for (const [hash, text] of working.facts) texts.set(hash, text);
  }
  const newTexts = parts.newFacts(texts);
  const own = await collectStatements(changed.flatMap(({ rows }) => rows));
  const { written, committed } = tx.together(() => {
    const ids = changed.map(({ row }) => row.id);
    const opening =
      epoch === null ? [] : [tx.begin(), lockPlaces(tx, ids), parts.options.authority.assertEpoch(tx, epoch)];
    const places = changed.map((working) => ({ before: working.before, after: working.after() }));
    const sent = [
      ...opening,
      writeRecord(
        tx,
        places,
        changed.flatMap(({ transitions }) => transitions),
        keys,
      ),
      writeFacts(tx, newTexts),
      writeParties(
        tx,
        changed.flatMap(({ parties }) => parties),
      ),
      writeDue(tx, due),
      writeSight(tx, sight),
      writeOutbox(
        tx,
        changed.flatMap(({ outbox }) => outbox),
      ),
      writeIncidents(
        tx,
        changed.flatMap(({ incidents }) => incidents),
      ),
      ...own.map(({ text, params }) => tx.query(text, params)),
    ];
    return { written: answersInOrder(sent), committed: tx.commit() };
  });
  return { landed: finish(parts, changed, newTexts, written, committed) };
}

async function finish(
  parts: BatchParts,
  changed: readonly WorkingCase[],
  newTexts: ReadonlyMap<string, string>,
  written: Promise<unknown>,
  committed: Promise<boolean>,
): Promise<void> {
  // The commit travels with the writes; its failure is reported after theirs, which is the cause.
  committed.catch(() => undefined);
  await written;
  if (!(await committed)) throw new Error('the database rolled the batch back');
  parts.keepFacts(newTexts.keys());
  for (const working of changed) parts.keepCold(working.row.id, working.cold);
}
