import type { Pool } from 'pg';
import { buildLawSnapshot, type LawBook } from './law-book.js';
import { toParameterVersions } from './holidays.js';
import { listSigners } from './draft.js';
import { contentOf, SIGNATURES_NEEDED, type ParameterContent, type ParameterVersion } from './parameter.js';
import { RuleBook } from './rule-book.js';
import * as store from './rule-book.store.js';
import { readSeedLaw } from './seed.js';

export interface SeedOptions {
  /** Ids of the people who sign; two different ones, or the seed stays unsigned where there are fewer. */
  readonly signedBy: readonly string[];
  /** Parameters besides data/rule-book.json, for example those of an invented case type. */
  readonly parameters?: readonly ParameterVersion[];
}

/**
 * Publishes the seed, or what of it the rule book does not have yet: parameters whose name is known are left as they
 * are, for they may have been changed since. Returns the law then in force. The people must exist.
 * @throws RangeError when nobody is named to publish it.
 */
export async function seedRuleBook(pool: Pool, options: SeedOptions): Promise<LawBook> {
  const seed = readSeedLaw();
  const wanted = [...seed.parameters, ...toParameterVersions(seed.holidayLists), ...(options.parameters ?? [])];
  const signers = [...new Set(options.signedBy)];
  const [publisher] = signers;
  if (publisher === undefined) throw new RangeError('somebody must publish the seed');
  const ruleBook = new RuleBook(pool);
  await store.inTransaction(pool, async (client) => {
    await store.lockPublications(client);
    const newest = await store.findNewestPublication(client);
    const kept = newest === undefined ? [] : (await ruleBook.snapshotByHash(newest.hash)).parameters.map(contentOf);
    const known = new Set(kept.map(({ name }) => name));
    const added = wanted.filter(({ name }) => !known.has(name)).map(contentOf);
    if (added.length === 0) return;
    if (signers.length >= SIGNATURES_NEEDED) {
      for (const signer of signers) await store.insertSignOffs(client, added, signer, null);
    }
    const book = await buildSigned(client, [...kept, ...added]);
    const note = newest === undefined ? 'Seed of published facts' : 'Parameters that the product has added since';
    await store.insertPublication(client, book, {
      seq: (newest?.seq ?? 0) + 1,
      draftId: null,
      note,
      publishedBy: publisher,
    });
  });
  return await ruleBook.currentSnapshot();
}

async function buildSigned(db: store.Queryable, contents: readonly ParameterContent[]): Promise<LawBook> {
  const signatures = await store.readSignatures(db, contents);
  return buildLawSnapshot(contents.map((content) => ({ ...content, signedBy: listSigners(content, signatures) })));
}
