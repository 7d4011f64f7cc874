import { randomBytes } from 'node:crypto';
import { sha256Hex, type Actor, type LawSnapshot, type Refusal } from '#case-kit';
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
} from './draft.js';
import { openLawSnapshot, type LawBook, type PublishedParameter } from './law-book.js';
import * as refusals from './rule-book.refusals.js';
import { RuleBookNotFound, RuleBookRefused } from './rule-book.refusals.js';
import * as store from './rule-book.store.js';
import type { Publication } from './rule-book.store.js';

/** Who acts on the rule book. */
export type RuleBookActor = Pick<Actor, 'personId' | 'role'>;

export interface DraftInReview extends Draft {
  /** Contents that still lack signatures; empty: it can be published. */
  readonly missing: readonly MissingSignature[];
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
    const newest = await store.findNewestPublication(this.pool);
    if (newest === undefined) throw new RuleBookNotFound('published law');
    return await this.snapshotByHash(newest.hash);
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

  /** Every publication with what it changed, newest first. */
  async history(): Promise<readonly PublicationEntry[]> {
    const publications = await store.listPublications(this.pool);
    const entries: PublicationEntry[] = [];
    let before: LawBook | null = null;
    for (const publication of publications.reverse()) {
      const book = await this.snapshotByHash(publication.hash);
      entries.unshift({ ...publication, differences: compareBooks(before, book) });
      before = book;
    }
    return entries;
  }

  /** Every draft as last revised, most recently changed first. */
  async listDrafts(): Promise<readonly Draft[]> {
    return await store.listDrafts(this.pool);
  }

  /** @throws RuleBookNotFound */
  async getDraft(id: string): Promise<DraftInReview> {
    const draft = await this.#getDraft(this.pool, id);
    const signOffs = await store.readSignOffs(this.pool, contentsOf(draft));
    return { ...draft, missing: findMissingSignatures(draft.changes, signOffs) };
  }

  /** Begins a draft on the law in force. */
  async propose(actor: RuleBookActor, input: DraftInput): Promise<Draft> {
    assertOwner(actor);
    const base = await this.#findCurrent(this.pool);
    assertNone(findChangeFaults(base, input).map(refusals.refuseFault));
    return await keepPeople(actor, () =>
      store.insertDraft(this.pool, {
        id: randomBytes(16).toString('base64url'),
        version: 1,
        state: 'open',
        note: input.note,
        baseHash: base?.hash ?? null,
        changes: cleanChanges(input.changes),
        changedBy: actor.personId,
      }),
    );
  }

  /** Replaces the changes of a draft, resting it on the law now in force. Signatures hold for contents that stay. */
  async revise(actor: RuleBookActor, id: string, version: number, input: DraftInput): Promise<Draft> {
    assertOwner(actor);
    const draft = await this.#getOpen(this.pool, id, version);
    const base = await this.#findCurrent(this.pool);
    assertNone(findChangeFaults(base, input).map(refusals.refuseFault));
    return await this.#addVersion(this.pool, draft, actor, {
      note: input.note,
      baseHash: base?.hash ?? null,
      changes: cleanChanges(input.changes),
    });
  }

  async withdraw(actor: RuleBookActor, id: string, version: number): Promise<Draft> {
    assertOwner(actor);
    const draft = await this.#getOpen(this.pool, id, version);
    return await this.#addVersion(this.pool, draft, actor, { state: 'withdrawn' });
  }

  /** Signs every content of the draft as read. The same person twice is refused. */
  async signOff(actor: RuleBookActor, id: string, version: number): Promise<DraftInReview> {
    assertOwner(actor);
    const draft = await this.#getOpen(this.pool, id, version);
    const signed = await keepPeople(actor, () =>
      store.insertSignOffs(this.pool, contentsOf(draft), actor.personId, draft.id),
    );
    if (signed === 0) throw new RuleBookRefused([refusals.refuseSecondSignature(actor.personId)]);
    return await this.getDraft(id);
  }

  /**
   * Publishes the draft as read: one new law, whole. Refused when anybody has revised the draft or published another
   * law since, and for each content that two people have not signed.
   */
  async publish(actor: RuleBookActor, id: string, version: number): Promise<LawBook> {
    assertOwner(actor);
    const book = await store.inTransaction(this.pool, async (client) => {
      await store.lockPublications(client);
      const draft = await this.#getOpen(client, id, version);
      const newest = await store.findNewestPublication(client);
      const currentHash = newest?.hash ?? null;
      if (draft.baseHash !== currentHash) throw new RuleBookRefused([refusals.refuseBase(draft, currentHash)]);
      const made = await this.#makeBook(client, draft);
      if (made.hash === currentHash) throw new RuleBookRefused([refusals.refuseSame(made.hash)]);
      const seq = (newest?.seq ?? 0) + 1;
      await store.insertPublication(client, made, { seq, draftId: id, note: draft.note, publishedBy: actor.personId });
      await this.#addVersion(client, draft, actor, { state: 'published' });
      return made;
    });
    this.#books.set(book.hash, book);
    return await this.refresh();
  }

  async #makeBook(client: PoolClient, draft: Draft): Promise<LawBook> {
    const base = draft.baseHash === null ? null : await this.#readBook(client, draft.baseHash);
    const signOffs = await store.readSignOffs(client, [...(base?.parameters ?? []), ...contentsOf(draft)]);
    assertNone([
      ...findChangeFaults(base, draft).map(refusals.refuseFault),
      ...findMissingSignatures(draft.changes, signOffs).map(refusals.refuseMissing),
    ]);
    return buildChanged(base, draft.changes, signOffs);
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
    this.#books.set(hash, book);
    return book;
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

  async #addVersion(
    db: store.Queryable,
    draft: Draft,
    actor: RuleBookActor,
    changes: Partial<Pick<Draft, 'state' | 'note' | 'baseHash' | 'changes'>>,
  ): Promise<Draft> {
    const next = { ...draft, ...changes, version: draft.version + 1, changedBy: actor.personId };
    try {
      return await keepPeople(actor, () => store.insertDraft(db, next));
    } catch (error) {
      if (!store.isUniqueViolation(error)) throw error;
      throw new RuleBookRefused([refusals.refuseVersion(await this.#getDraft(this.pool, draft.id), draft.version)]);
    }
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

/** The database knows who is a person; a stranger is refused by rule, not by a fault of ours. */
async function keepPeople<T>({ personId }: RuleBookActor, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!store.isForeignKeyViolation(error)) throw error;
    throw new RuleBookRefused([refusals.refuseStranger(personId)]);
  }
}
