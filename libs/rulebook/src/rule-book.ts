import { randomBytes } from 'node:crypto';
import { sha256Hex, type Actor, type LawSnapshot, type Refusal, type Sql } from '#case-kit';
import type { Pool, PoolClient } from 'pg';
import { compareBooks, listChanges, type ParameterChangeInTime, type ParameterDifference } from './changes.js';
import {
  buildChanged,
  cleanChanges,
  findChangeFaults,
  findMissingSignatures,
  type Draft,
  type DraftInput,
  type MissingSignature,
  type ParameterChange,
  type Signatures,
} from './draft.js';
import { openLawSnapshot, type LawBook, type PublishedParameter } from './law-book.js';
import type { ParameterContent } from './parameter.js';
import * as refusals from './rule-book.refusals.js';
import { RuleBookKeyReused, RuleBookNotFound, RuleBookRefused } from './rule-book.refusals.js';
import * as store from './rule-book.store.js';
import type {
  ActKey,
  DraftPage,
  ListedDrafts,
  Publication,
  PublicationPage,
  PublishedContent,
} from './rule-book.store.js';

/** Laws that are held in memory; cases go by a few of them at a time. */
const MOST_KEPT = 100;

/** Who acts on the rule book. */
export type RuleBookActor = Pick<Actor, 'personId' | 'role'>;

/** How an act comes: under which key, and whether its actor still stands when it is written. */
export interface ActOptions {
  /** The same key again does nothing: the draft is answered as it is. Left out: the act is done whenever it is asked. */
  readonly key?: ActKey;
  /** Asked in the transaction of the act; throws when the actor may act no more. */
  readonly assertStanding?: (sql: Sql) => Promise<void>;
}

export interface DraftInReview extends Draft {
  /** Contents that still lack signatures; empty: it can be published. */
  readonly missing: readonly MissingSignature[];
  readonly signatures: Signatures;
  readonly publication: Publication | null;
}

/** A draft after an act on it. */
export interface ActedDraft extends DraftInReview {
  /** The key was used before, and nothing happened now. */
  readonly repeated: boolean;
}

export interface PublicationEntry extends Publication {
  /** How it differs from the publication before it. */
  readonly differences: readonly ParameterDifference[];
}

/**
 * The rule book in the database: changes are proposed, signed by two people and published whole as an immutable law.
 * Every refusal is a RuleBookRefused that names the rule, the datum and who can cure it. Once `refresh` has run it is
 * also where the engine takes its law from.
 */
export class RuleBook {
  /** Laws never change, so what was once read is kept. */
  readonly #books = new Map<string, LawBook>();
  #current: LawBook | undefined;

  constructor(private readonly pool: Pool) {}

  /** The law in force as last read; throws RuleBookNotFound before the first `refresh`. */
  current(): LawBook {
    if (this.#current === undefined) throw new RuleBookNotFound('published law; it was not read yet');
    return this.#current;
  }

  /** A law already in memory. */
  find(hash: string): LawSnapshot | undefined {
    return this.#books.get(hash);
  }

  load(hash: string): Promise<LawBook> {
    return this.snapshotByHash(hash);
  }

  /** Reads which law is in force; each process does so at its start and again from time to time. */
  async refresh(): Promise<LawBook> {
    this.#current = await this.currentSnapshot();
    return this.#current;
  }

  /** @throws RuleBookNotFound before the first publication. */
  async currentSnapshot(): Promise<LawBook> {
    return await this.snapshotByHash((await this.currentPublication()).hash);
  }

  /** @throws RuleBookNotFound before the first publication. */
  async currentPublication(): Promise<Publication> {
    const newest = await store.findNewestPublication(this.pool);
    if (newest === undefined) throw new RuleBookNotFound('published law');
    return newest;
  }

  /** @throws RuleBookNotFound when it was never published, Error when the stored text is not what the hash says. */
  async snapshotByHash(hash: string): Promise<LawBook> {
    return await this.#readBook(this.pool, hash);
  }

  /** One version of each parameter, as in force on a date (`YYYY-MM-DD`). */
  async parametersInForce(on: string): Promise<readonly PublishedParameter[]> {
    return (await this.currentSnapshot()).listInForce(on);
  }

  /** What changes in law from one date to another, under the rule book as it now stands. */
  async changesBetween(from: string, to: string): Promise<readonly ParameterChangeInTime[]> {
    return listChanges(await this.currentSnapshot(), from, to);
  }

  /** Publications with what each changed, newest first: all of them, or a page. */
  async history(page: PublicationPage = {}): Promise<readonly PublicationEntry[]> {
    // The oldest of a page differs from the one before it, which is therefore read as well.
    const limit = page.limit === undefined ? {} : { limit: page.limit + 1 };
    const publications = await store.listPublications(this.pool, { ...page, ...limit });
    const books = await Promise.all(publications.map(({ hash }) => this.snapshotByHash(hash)));
    return publications.slice(0, page.limit).flatMap((publication, index) => {
      const [book, before] = [books[index], books[index + 1]];
      return book === undefined ? [] : [{ ...publication, differences: compareBooks(before ?? null, book) }];
    });
  }

  /** Every version of a parameter that was ever published, the newest publication first; none: no such parameter. */
  async parameterHistory(name: string): Promise<readonly PublishedContent[]> {
    return await store.listContents(this.pool, name);
  }

  /** Who signed which of these contents, by hash of the content. */
  async signaturesOf(contents: readonly ParameterContent[]): Promise<Signatures> {
    return contents.length === 0 ? new Map() : await store.readSignatures(this.pool, contents);
  }

  /** Drafts as last revised, most recently changed first: all of them, or a page. */
  async listDrafts(page: DraftPage = {}): Promise<ListedDrafts> {
    return await store.listDrafts(this.pool, page);
  }

  /** @throws RuleBookNotFound */
  async getDraft(id: string): Promise<DraftInReview> {
    const draft = await this.#getDraft(this.pool, id);
    const [signatures, publication] = await Promise.all([
      store.readSignatures(this.pool, contentsOf(draft)),
      store.findPublicationOf(this.pool, id),
    ]);
    const missing = findMissingSignatures(draft.changes, signatures);
    return { ...draft, missing, signatures, publication: publication ?? null };
  }

  /** Begins a draft on the law in force. */
  async propose(actor: RuleBookActor, input: DraftInput, options: ActOptions = {}): Promise<ActedDraft> {
    const id = randomBytes(16).toString('base64url');
    return await this.#act(actor, id, options, async (client) => {
      const base = await this.#findCurrent(client);
      assertNone(findChangeFaults(base, input).map(refusals.refuseFault));
      await store.insertDraft(client, {
        id,
        version: 1,
        state: 'open',
        note: input.note,
        baseHash: base?.hash ?? null,
        changes: cleanChanges(input.changes),
        changedBy: actor.personId,
      });
    });
  }

  /** Replaces the changes of a draft, resting it on the law now in force. Signatures hold for contents that stay. */
  async revise(
    actor: RuleBookActor,
    id: string,
    version: number,
    input: DraftInput,
    options: ActOptions = {},
  ): Promise<ActedDraft> {
    return await this.#act(actor, id, options, async (client) => {
      const draft = await this.#getOpen(client, id, version);
      const base = await this.#findCurrent(client);
      assertNone(findChangeFaults(base, input).map(refusals.refuseFault));
      await addVersion(client, draft, actor, {
        note: input.note,
        baseHash: base?.hash ?? null,
        changes: cleanChanges(input.changes),
      });
    });
  }

  async withdraw(actor: RuleBookActor, id: string, version: number, options: ActOptions = {}): Promise<ActedDraft> {
    return await this.#act(actor, id, options, async (client) => {
      await addVersion(client, await this.#getOpen(client, id, version), actor, { state: 'withdrawn' });
    });
  }

  /** Signs every content of the draft as read. The same person twice is refused. */
  async signOff(actor: RuleBookActor, id: string, version: number, options: ActOptions = {}): Promise<ActedDraft> {
    return await this.#act(actor, id, options, async (client) => {
      const draft = await this.#getOpen(client, id, version);
      const signed = await store.insertSignOffs(client, contentsOf(draft), actor.personId, draft.id);
      if (signed === 0) throw new RuleBookRefused([refusals.refuseSecondSignature(actor.personId)]);
    });
  }

  /**
   * Publishes the draft as read: one new law, whole. Refused when anybody has revised the draft or published another
   * law since, and for each content that two people have not signed.
   */
  async publish(actor: RuleBookActor, id: string, version: number, options: ActOptions = {}): Promise<ActedDraft> {
    const acted = await this.#act(actor, id, options, async (client) => {
      await store.lockPublications(client);
      const draft = await this.#getOpen(client, id, version);
      const newest = await store.findNewestPublication(client);
      const currentHash = newest?.hash ?? null;
      if (draft.baseHash !== currentHash) throw new RuleBookRefused([refusals.refuseBase(draft, currentHash)]);
      const made = await this.#makeBook(client, draft);
      if (made.hash === currentHash) throw new RuleBookRefused([refusals.refuseSame(made.hash)]);
      const seq = (newest?.seq ?? 0) + 1;
      await store.insertPublication(client, made, { seq, draftId: id, note: draft.note, publishedBy: actor.personId });
      await addVersion(client, draft, actor, { state: 'published' });
    });
    await this.refresh();
    return acted;
  }

  /** Does an act in one transaction, once for its key, and answers the draft as it is then. */
  async #act(
    actor: RuleBookActor,
    id: string,
    { key, assertStanding }: ActOptions,
    work: (client: PoolClient) => Promise<void>,
  ): Promise<ActedDraft> {
    assertOwner(actor);
    let repeats: string | undefined;
    try {
      repeats = await store.inTransaction(this.pool, async (client) => {
        await assertStanding?.(sqlOf(client));
        const taken = key && (await store.takeKey(client, key, id));
        if (taken === undefined) await work(client);
        else if (taken.mac !== key?.mac) throw new RuleBookKeyReused();
        return taken?.draftId;
      });
    } catch (error) {
      if (store.isForeignKeyViolation(error)) throw new RuleBookRefused([refusals.refuseStranger(actor.personId)]);
      if (!store.isUniqueViolation(error)) throw error;
      // Two at once have made the next version of one draft; the other one was first.
      const draft = await this.#getDraft(this.pool, id);
      throw new RuleBookRefused([refusals.refuseVersion(draft, draft.version - 1)]);
    }
    return { ...(await this.getDraft(repeats ?? id)), repeated: repeats !== undefined };
  }

  async #makeBook(client: PoolClient, draft: Draft): Promise<LawBook> {
    const base = draft.baseHash === null ? null : await this.#readBook(client, draft.baseHash);
    const signatures = await store.readSignatures(client, [...(base?.parameters ?? []), ...contentsOf(draft)]);
    assertNone([
      ...findChangeFaults(base, draft).map(refusals.refuseFault),
      ...findMissingSignatures(draft.changes, signatures).map(refusals.refuseMissing),
    ]);
    return buildChanged(base, draft.changes, signatures);
  }

  async #findCurrent(db: store.Queryable): Promise<LawBook | null> {
    const newest = await store.findNewestPublication(db);
    return newest === undefined ? null : await this.#readBook(db, newest.hash);
  }

  async #readBook(db: store.Queryable, hash: string): Promise<LawBook> {
    const known = this.#books.get(hash);
    if (known !== undefined) return known;
    const text = await store.findSnapshotText(db, hash);
    if (text === undefined) throw new RuleBookNotFound(`law ${hash}`);
    if (sha256Hex(text) !== hash) throw new Error(`the stored text of law ${hash} is not the one that was published`);
    const book = openLawSnapshot(text);
    this.#keep(book);
    return book;
  }

  #keep(book: LawBook): void {
    this.#books.set(book.hash, book);
    // Whoever pages through the history must not fill the memory; what is forgotten is read again.
    for (const hash of this.#books.keys()) {
      if (this.#books.size <= MOST_KEPT) break;
      if (hash !== this.#current?.hash && hash !== book.hash) this.#books.delete(hash);
    }
  }

  async #getDraft(db: store.Queryable, id: string): Promise<Draft> {
    const draft = await store.findDraft(db, id);
    if (draft === undefined) throw new RuleBookNotFound(`draft ${id}`);
    return draft;
  }

  /** The draft, if it is open and still as the caller has read it. */
  async #getOpen(db: store.Queryable, id: string, version: number): Promise<Draft> {
    const draft = await this.#getDraft(db, id);
    if (draft.state !== 'open') throw new RuleBookRefused([refusals.refuseState(draft)]);
    if (draft.version !== version) throw new RuleBookRefused([refusals.refuseVersion(draft, version)]);
    return draft;
  }
}

function contentsOf(draft: Draft): ParameterChange['versions'] {
  return draft.changes.flatMap(({ versions }) => versions);
}

function assertOwner({ role }: RuleBookActor): void {
  if (role !== 'rule-book-owner') throw new RuleBookRefused([refusals.refuseRole(role)]);
}

function assertNone(found: readonly Refusal[]): void {
  if (found.length > 0) throw new RuleBookRefused(found);
}

async function addVersion(
  client: PoolClient,
  draft: Draft,
  actor: RuleBookActor,
  changes: Partial<Pick<Draft, 'state' | 'note' | 'baseHash' | 'changes'>>,
): Promise<void> {
  await store.insertDraft(client, { ...draft, ...changes, version: draft.version + 1, changedBy: actor.personId });
}

function sqlOf(client: PoolClient): Sql {
  return {
    query: async <Row extends object>(text: string, params: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...params])).rows,
  };
}
