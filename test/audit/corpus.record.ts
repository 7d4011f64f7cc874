import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { erasePayload } from '#audit';
import { createCommandPool } from '#platform';
import { openTestDatabase } from '#testing';
import { CORPUS_DIRECTORY, readRecordedCase } from './corpus.js';
import { FAIR_STALL_STORIES } from './fair-stall.story.js';
import { logicOf, setStage, VERIFY_SOURCES, type Stage } from './support.js';
import { TALLY_STORIES } from './tally.story.js';

type Tell = (stage: Stage, ownerUrl: string) => Promise<string>;

async function tellErasedTally(stage: Stage, ownerUrl: string): Promise<string> {
  const id = await TALLY_STORIES.plain(stage);
  const owner = createCommandPool(ownerUrl, { max: 1 });
  const order = { caseId: id, ground: 'DPDP Act 2023, s. 12(3), request 17/2026', by: 'person-dpo' };
  for (const seq of [4, 1])
    await erasePayload(owner, { ...order, seq }, { ...VERIFY_SOURCES, logicVersionOf: logicOf });
  await owner.end();
  return id;
}

const STORIES: Readonly<Record<string, Tell>> = { ...TALLY_STORIES, erased: tellErasedTally, ...FAIR_STALL_STORIES };

/**
 * Records the corpus anew with the code as it is: `npm run corpus:record`. Do so when a story is added, or when the
 * logic of a case type has changed on purpose and has a new version; a corpus that replays differently is otherwise the
 * very fault that it is kept to show.
 */
describe('the recorder of the corpus', () => {
  it('writes every case of every story', async () => {
    rmSync(CORPUS_DIRECTORY, { recursive: true, force: true });
    mkdirSync(CORPUS_DIRECTORY, { recursive: true });
    for (const [story, tell] of Object.entries(STORIES)) {
      const database = await openTestDatabase();
      const stage = setStage(database.pool);
      await tell(stage, database.ownerUrl);
      await stage.engine.close();
      const { rows } = await database.pool.query<{ id: string }>('select id from case_file order by opened_at');
      for (const { id } of rows) {
        const recorded = await readRecordedCase(database.pool, story, id);
        const file = join(CORPUS_DIRECTORY, `${recorded.type}.${story}.json`);
        writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`, { flag: 'wx' });
      }
      await database.close();
    }
  }, 60_000);
});
